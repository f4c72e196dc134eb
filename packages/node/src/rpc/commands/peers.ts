import { fromUtf8, jsonBoolean, jsonNumber, jsonObject, jsonString, utf8 } from '@minipolis/minima'
import { ADDRESS_LIST_LENGTH_MAX, formatAddress, readAddresses } from '../../peers/index.ts'
import { type Action, byAction } from '../by-action.ts'
import { type Command, type CommandContext, numberParameter, respond, textParameter } from '../command.ts'
import { readFolderFile, writeFolderFile } from '../folder-files.ts'
import { RpcError } from '../rpc-error.ts'

/** Addresses that a list shows or takes. */
const PEERS_MAX = 1000
/** Addresses that are published. */
const PUBLISHED_MAX = 20
const FILE = 'peerslist.txt'
const QUEUED = 'Valid peers added to checking queue..'

export const peers: Command = {
  name: 'peers',
  summary: 'Addresses of nodes known',
  access: 'read',
  parameters: [
    textParameter('action', 'list (default), addpeers, forcecheck, publish or fetch'),
    textParameter('peerslist', 'addpeers: host:port, separated by commas'),
    numberParameter('max', `list at most this many, ${PEERS_MAX} when absent`),
    textParameter('file', `publish, fetch: a file in the folder "files", ${FILE} when absent`),
    textParameter('url', 'not followed: start the node with a list from the web instead'),
  ],
  examples: ['peers', 'peers max:5', 'peers action:addpeers peerslist:192.0.2.7:9001,192.0.2.8:9001'],
  run: (context) => (context.node.peers.discovers ? act(context) : respond(DISABLED)),
}

const DISABLED = jsonObject([
  ['peers-list', jsonString('')],
  ['havepeers', jsonBoolean(true)],
  ['p2penabled', jsonBoolean(false)],
  ['message', jsonString('P2P System NOT enabled')],
])

const actions: Readonly<Record<string, Action>> = {
  list({ node, arguments: args }) {
    const known = node.peers.known().slice(0, args.count('max', PEERS_MAX, PEERS_MAX))
    return respond(
      jsonObject([
        ['peerslist', jsonString(known.join(','))],
        ['size', jsonNumber(known.length)],
        ['havepeers', jsonBoolean(node.peers.known().length > 0)],
        ['p2penabled', jsonBoolean(true)],
      ]),
    )
  },

  addpeers({ node, arguments: args }) {
    const text = args.text('peerslist')
    assertNoUrl(text)
    const { valid, invalid } = add(node, text)
    return respond(
      jsonObject([
        ['valid', jsonString(javaList(valid))],
        ['invalid', jsonString(javaList(invalid))],
        ['message', jsonString(QUEUED)],
      ]),
    )
  },

  forcecheck({ node }) {
    node.peers.checkKnown()
    return respond(
      jsonObject([
        ['message', jsonString('Peers check started.. will start ASAP')],
        ['logs', jsonBoolean(false)],
        ['size', jsonNumber(node.peers.known().length)],
      ]),
    )
  },

  async publish({ node, arguments: args }) {
    const text = node.peers.known().slice(0, PUBLISHED_MAX).join(',')
    const path = await writeFolderFile(node, args.text('file', FILE), utf8(text))
    return respond(
      jsonObject([
        ['peers', jsonString(text)],
        ['file', jsonString(path)],
      ]),
    )
  },

  async fetch({ node, arguments: args }) {
    if (args.has('url')) assertNoUrl(args.text('url'))
    const file = args.text('file', FILE)
    const text = fromUtf8(await readFolderFile(node, file, ADDRESS_LIST_LENGTH_MAX))
    if (add(node, text).valid.length === 0) throw new RpcError('not-found', `No peers found in location ${file}`)
    return respond(
      jsonObject([
        ['peers', jsonString(text)],
        ['location', jsonString(file)],
        ['message', jsonString(QUEUED)],
      ]),
    )
  },
}

const act = byAction(actions, { initial: 'list', readersOnly: { command: 'peers', action: 'list' } })

function add({ peers }: CommandContext['node'], text: string): { valid: string[]; invalid: string[] } {
  const { good, bad } = readAddresses(text)
  const taken = good.slice(0, PEERS_MAX)
  peers.addKnown(taken)
  return { valid: taken.map(formatAddress), invalid: bad.slice(0, PEERS_MAX) }
}

/** Who may give commands must not make this machine call whatever address of the web or of its own network. */
function assertNoUrl(text: string): void {
  if (/^https?:/i.test(text)) {
    throw new RpcError('refused', 'commands fetch nothing from the web: start the node with --peer-list URL')
  }
}

const javaList = (texts: readonly string[]): string => `[${texts.join(', ')}]`
