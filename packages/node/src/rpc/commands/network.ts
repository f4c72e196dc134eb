import {
  formatJavaDate,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
} from '@minipolis/minima'
import { type PeerAddress, PeersError, parseAddress } from '../../peers/index.ts'
import { type Command, REQUIRED, type ReplyMembers, respond, respondText, textParameter } from '../command.ts'
import { formatSize } from '../java-size.ts'
import type { PeerInfo, PingAnswer, Traffic } from '../peers.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

const MINUTE_MS = 60_000

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
    node.peers.connect(readAddress(text))
    return respondMessage(`Attempting to connect to ${text}`)
  },
}

/** @throws RpcError `bad-parameter` */
function readAddress(text: string): PeerAddress {
  try {
    return parseAddress(text)
  } catch (error) {
    if (!(error instanceof PeersError)) throw error
    throw new RpcError('bad-parameter', `Must specify host:port, not ${text}`, {}, { cause: error })
  }
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
    const address = readAddress(args.text('host'))
    const answer = await node.peers.ping(address)
    return respond(
      jsonObject([
        ['host', jsonString(address.host)],
        ['port', jsonNumber(address.port)],
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
