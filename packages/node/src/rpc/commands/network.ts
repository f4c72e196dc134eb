import {
  formatJavaDate,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
} from '@minipolis/minima'
import {
  arrayParameter,
  type Command,
  numberParameter,
  REQUIRED,
  type ReplyMembers,
  respond,
  respondText,
  textParameter,
} from '../command.ts'
import { formatSize } from '../java-size.ts'
import type { PeerInfo, PingAnswer, Traffic } from '../peers.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

const MINUTE_MS = 60_000
const PORT_MAX = 65_535

export const network: Command = {
  name: 'network',
  summary: 'Connections and traffic',
  access: 'read',
  parameters: [
    textParameter('action', 'list (default), reset, recalculateip, restart, loggingon, loggingoff'),
    textParameter('uid', 'list only this connection'),
  ],
  run({ node, arguments: args }) {
    switch (args.text('action', 'list')) {
      case 'list': {
        const uid = args.text('uid', '')
        const connections = node.peers.list().filter((peer) => uid === '' || peer.uid === uid)
        return respond(
          jsonObject([
            ['connections', jsonArray(connections.map(peerJson))],
            ['details', networkStatusJson(node, true)],
          ]),
        )
      }
      case 'reset':
        node.peers.resetTraffic()
        return respondText('Traffic counter restarted..')
      case 'recalculateip':
        return respond(jsonObject([['ip', jsonString(node.peers.host)]]))
      case 'restart':
        node.peers.restart()
        return respondText('Restarting..')
      case 'loggingon':
        return respondText('Full Network logging ON')
      case 'loggingoff':
        return respondText('Full Network logging OFF')
      default:
        throw new RpcError('bad-parameter', 'Invalid action')
    }
  },
}

const peerJson = (peer: PeerInfo): JsonText =>
  jsonObject([
    ['welcome', jsonString(peer.welcome)],
    ['uid', jsonString(peer.uid)],
    ['incoming', jsonBoolean(peer.incoming)],
    ['host', jsonString(peer.host)],
    ['port', jsonNumber(peer.port)],
    ['minimaport', jsonNumber(peer.minimaPort)],
    ['isconnected', jsonBoolean(peer.isConnected)],
    ['valid', jsonBoolean(peer.isValid)],
    ['connected', jsonString(formatJavaDate(BigInt(peer.connectedMs)))],
  ])

/** The member `network` of `status`, and with `complete` the member `details` of `network`. */
export function networkStatusJson(node: RpcNode, complete: boolean): JsonText {
  const { peers } = node
  const discovery = jsonString(peers.discovers ? 'enabled' : 'disabled')
  return jsonObject([
    ['host', jsonString(peers.host)],
    ['hostset', jsonBoolean(peers.hostIsSet)],
    ['port', jsonNumber(peers.port)],
    ['connecting', jsonNumber(peers.connecting())],
    ['connected', jsonNumber(peers.list().length)],
    [
      'rpc',
      jsonObject([
        ['enabled', jsonBoolean(true)],
        ['port', jsonNumber(node.rpcPort)],
      ]),
    ],
    ...(complete
      ? ([
          ['p2p', discovery],
          ['p2p2', discovery],
          ['traffic', trafficJson(node, peers.traffic())],
        ] as const)
      : []),
  ])
}

function trafficJson(node: RpcNode, { sinceMs, read, written }: Traffic): JsonText {
  const minutes = Math.max(1, (node.now() - sinceMs) / MINUTE_MS)
  const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, one) => sum + one, 0)
  const rate = (bytes: number): JsonText => jsonString(`${formatSize(bytes / minutes)}/min`)
  const breakdown = (counts: ReadonlyMap<string, number>): JsonText =>
    jsonObject(Array.from(counts, ([kind, bytes]) => [kind, jsonString(formatSize(bytes))] as const))
  return jsonObject([
    ['from', jsonString(formatJavaDate(BigInt(sinceMs)))],
    ['totalread', jsonString(formatSize(total(read)))],
    ['totalwrite', jsonString(formatSize(total(written)))],
    [
      'breakdown',
      jsonObject([
        ['reads', breakdown(read)],
        ['writes', breakdown(written)],
      ]),
    ],
    ['read', rate(total(read))],
    ['write', rate(total(written))],
  ])
}

const respondMessage = (text: string): ReplyMembers => [['message', jsonString(text)]]

export const connect: Command = {
  name: 'connect',
  summary: 'Connect to a node; whether it worked shows in network',
  access: 'read',
  parameters: [textParameter('host', 'host:port', REQUIRED)],
  run({ node, arguments: args }) {
    if (!args.has('host')) throw new RpcError('bad-parameter', 'No host specified')
    const text = args.text('host')
    const { host, port } = parseHost(text)
    node.peers.connect(host, port)
    return respondMessage(`Attempting to connect to ${text}`)
  },
}

/** @throws RpcError `bad-parameter` */
function parseHost(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':')
  const port = Number(text.slice(colon + 1))
  if (colon < 1 || !/^[0-9]{1,5}$/.test(text.slice(colon + 1)) || port === 0 || port > PORT_MAX) {
    throw new RpcError('bad-parameter', `Must specify host:port, not ${text}`)
  }
  return { host: text.slice(0, colon), port }
}

export const disconnect: Command = {
  name: 'disconnect',
  summary: 'End a connection, or all of them',
  access: 'read',
  parameters: [textParameter('uid', 'id of the connection, or all', REQUIRED)],
  run({ node, arguments: args }) {
    const uid = args.text('uid')
    node.peers.disconnect(uid)
    return respondMessage(uid === 'all' ? 'Attempting to disconnect from all' : `Attempting to disconnect from ${uid}`)
  },
}

export const message: Command = {
  name: 'message',
  summary: 'Send a text to the peers',
  access: 'read',
  parameters: [textParameter('data', 'the text', REQUIRED), textParameter('uid', 'only to this connection')],
  run({ node, arguments: args }) {
    const text = args.text('data')
    const uid = args.has('uid') ? args.text('uid') : undefined
    node.peers.message(text, uid)
    return respondMessage(`Message sent to ${uid ?? 'all'}`)
  },
}

export const ping: Command = {
  name: 'ping',
  summary: 'Ask a node who it is, without staying connected',
  access: 'read',
  parameters: [textParameter('host', 'host:port', REQUIRED)],
  async run({ node, arguments: args }) {
    const { host, port } = parseHost(args.text('host'))
    const answer = await node.peers.ping(host, port)
    return respond(
      jsonObject([
        ['host', jsonString(host)],
        ['port', jsonNumber(port)],
        ['valid', jsonBoolean(answer !== undefined)],
        ...(answer === undefined ? [] : pingMembers(answer)),
      ]),
    )
  },
}

const pingMembers = (answer: PingAnswer): (readonly [string, JsonText])[] => [
  ['version', jsonString(answer.version)],
  [
    'extradata',
    jsonObject([
      ['welcome', jsonString(answer.welcome)],
      ['topblock', jsonString(answer.topBlock)],
      ['tophash', jsonString(answer.topHash)],
      ['50block', jsonString(answer.block50)],
      ['50hash', jsonString(answer.hash50)],
      [
        'connections',
        jsonObject([
          ['total', jsonNumber(answer.connections.total)],
          ['incoming', jsonNumber(answer.connections.incoming)],
          ['outgoing', jsonNumber(answer.connections.outgoing)],
        ]),
      ],
      ['peers-list', jsonArray(answer.peersList.map(jsonString))],
      ['clients', jsonNumber(answer.clients)],
    ]),
  ],
]

const PEERS_MAX = 1000

export const peers: Command = {
  name: 'peers',
  summary: 'Addresses of nodes known',
  access: 'read',
  parameters: [
    textParameter('action', 'list (default) or addpeers'),
    textParameter('peerslist', 'addpeers: host:port, separated by commas'),
    numberParameter('max', `list at most this many, ${PEERS_MAX} when absent`),
    textParameter('file', 'accepted and not used'),
    arrayParameter('url', 'accepted and not used'),
  ],
  run({ node, arguments: args }) {
    if (!node.peers.discovers) {
      return respond(
        jsonObject([
          ['peers-list', jsonString('')],
          ['havepeers', jsonBoolean(true)],
          ['p2penabled', jsonBoolean(false)],
          ['message', jsonString('P2P System NOT enabled')],
        ]),
      )
    }
    const action = args.text('action', 'list')
    if (action === 'addpeers') {
      const added = args.text('peerslist').split(',')
      for (const address of added) parseHost(address)
      node.peers.addKnown(added.slice(0, PEERS_MAX))
    } else if (action !== 'list') throw new RpcError('bad-parameter', `Invalid action : ${action}`)
    const known = node.peers.known().slice(0, args.count('max', PEERS_MAX, PEERS_MAX))
    return respond(
      jsonObject([
        ['peerslist', jsonString(known.join(','))],
        ['size', jsonNumber(known.length)],
        ['havepeers', jsonBoolean(known.length > 0)],
        ['p2penabled', jsonBoolean(true)],
      ]),
    )
  },
}
