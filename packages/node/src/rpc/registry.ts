import type { Command } from './command.ts'
import { createHelp } from './commands/help.ts'
import { commandsNotHere } from './commands/not-here.ts'

/** By name; each is loaded when it is called: a node answers few of them, and all together are a tenth of its code. */
export type CommandLoaders = Readonly<Record<string, () => Promise<Command>>>

/** Loaders of commands that are loaded already. */
export const loadersOf = (commands: readonly Command[]): CommandLoaders =>
  Object.fromEntries(commands.map((command) => [command.name, () => Promise.resolve(command)]))

const builtIn = {
  archive: async () => (await import('./commands/archive.ts')).archive,
  backup: async () => (await import('./commands/backup.ts')).backup,
  balance: async () => (await import('./commands/balance.ts')).balance,
  block: async () => (await import('./commands/status.ts')).block,
  blockdata: async () => (await import('./commands/blockdata.ts')).blockdata,
  burn: async () => (await import('./commands/chain.ts')).burn,
  checkaddress: async () => (await import('./commands/addresses.ts')).checkaddress,
  checkmode: async () => (await import('./commands/node-control.ts')).checkmode,
  checkpending: async () => (await import('./commands/node-control.ts')).checkpending,
  checkrestore: async () => (await import('./commands/node-control.ts')).checkrestore,
  coincheck: async () => (await import('./commands/coin-proofs.ts')).coincheck,
  coinexport: async () => (await import('./commands/coin-proofs.ts')).coinexport,
  coinimport: async () => (await import('./commands/coin-proofs.ts')).coinimport,
  coinnotify: async () => (await import('./commands/coin-proofs.ts')).coinnotify,
  coins: async () => (await import('./commands/coins.ts')).coins,
  cointrack: async () => (await import('./commands/coin-proofs.ts')).cointrack,
  connect: async () => (await import('./commands/network.ts')).connect,
  consolidate: async () => (await import('./commands/consolidate.ts')).consolidate,
  consolidatefrom: async () => (await import('./commands/from/consolidatefrom.ts')).consolidatefrom,
  constructfrom: async () => (await import('./commands/from/build.ts')).constructfrom,
  convert: async () => (await import('./commands/convert.ts')).convert,
  createfrom: async () => (await import('./commands/from/build.ts')).createfrom,
  decryptbackup: async () => (await import('./commands/backup.ts')).decryptbackup,
  disconnect: async () => (await import('./commands/network.ts')).disconnect,
  getaddress: async () => (await import('./commands/addresses.ts')).getaddress,
  hash: async () => (await import('./commands/hash.ts')).hash,
  hashtest: async () => (await import('./commands/hash.ts')).hashtest,
  healthcheck: async () => (await import('./commands/chain.ts')).healthcheck,
  history: async () => (await import('./commands/history.ts')).history,
  keys: async () => (await import('./commands/keys.ts')).keys,
  logs: async () => (await import('./commands/node-control.ts')).logs,
  maths: async () => (await import('./commands/maths.ts')).maths,
  maxcontacts: async () => (await import('./commands/maxima.ts')).maxcontacts,
  maxcreate: async () => (await import('./commands/rsa.ts')).maxcreate,
  maxima: async () => (await import('./commands/maxima.ts')).maxima,
  maxsign: async () => (await import('./commands/rsa.ts')).maxsign,
  maxverify: async () => (await import('./commands/rsa.ts')).maxverify,
  megammr: async () => (await import('./commands/mega-mmr.ts')).megammr,
  megammrsync: async () => (await import('./commands/mega-mmr-sync.ts')).megammrsync,
  mempool: async () => (await import('./commands/chain.ts')).mempool,
  message: async () => (await import('./commands/network.ts')).message,
  mmrcreate: async () => (await import('./commands/user-tree.ts')).mmrcreate,
  mmrproof: async () => (await import('./commands/user-tree.ts')).mmrproof,
  multisig: async () => (await import('./commands/multisig/multisig.ts')).multisig,
  multisigread: async () => (await import('./commands/multisig/multisig.ts')).multisigread,
  network: async () => (await import('./commands/network.ts')).network,
  newaddress: async () => (await import('./commands/addresses.ts')).newaddress,
  newscript: async () => (await import('./commands/scripts.ts')).newscript,
  peers: async () => (await import('./commands/peers.ts')).peers,
  ping: async () => (await import('./commands/network.ts')).ping,
  postfrom: async () => (await import('./commands/from/sign-and-post.ts')).postfrom,
  printmmr: async () => (await import('./commands/chain.ts')).printmmr,
  printtree: async () => (await import('./commands/chain.ts')).printtree,
  quit: async () => (await import('./commands/node-control.ts')).quit,
  random: async () => (await import('./commands/random.ts')).random,
  removescript: async () => (await import('./commands/scripts.ts')).removescript,
  restore: async () => (await import('./commands/backup.ts')).restore,
  runscript: async () => (await import('./commands/runscript.ts')).runscript,
  scanchain: async () => (await import('./commands/chain.ts')).scanchain,
  scripts: async () => (await import('./commands/scripts.ts')).scripts,
  seedrandom: async () => (await import('./commands/random.ts')).seedrandom,
  send: async () => (await import('./commands/send.ts')).send,
  sendfrom: async () => (await import('./commands/from/sign-and-post.ts')).sendfrom,
  sendnosign: async () => (await import('./commands/offline.ts')).sendnosign,
  sendpoll: async () => (await import('./commands/sendpoll.ts')).sendpoll,
  sendpost: async () => (await import('./commands/offline.ts')).sendpost,
  sendsign: async () => (await import('./commands/offline.ts')).sendsign,
  sendview: async () => (await import('./commands/offline.ts')).sendview,
  sign: async () => (await import('./commands/signatures.ts')).sign,
  signfrom: async () => (await import('./commands/from/sign-and-post.ts')).signfrom,
  status: async () => (await import('./commands/status.ts')).status,
  timemilli: async () => (await import('./commands/time.ts')).timemilli,
  tokencreate: async () => (await import('./commands/tokencreate.ts')).tokencreate,
  tokens: async () => (await import('./commands/tokens.ts')).tokens,
  tokenvalidate: async () => (await import('./commands/tokenvalidate.ts')).tokenvalidate,
  tutorial: async () => (await import('./commands/help.ts')).tutorial,
  txnaddamount: async () => (await import('./commands/txn/auto.ts')).txnaddamount,
  txnauto: async () => (await import('./commands/txn/auto.ts')).txnauto,
  txnbasics: async () => (await import('./commands/txn/contents.ts')).txnbasics,
  txncheck: async () => (await import('./commands/txn/check.ts')).txncheck,
  txnclear: async () => (await import('./commands/txn/row-commands.ts')).txnclear,
  txncoinlock: async () => (await import('./commands/txn/locks.ts')).txncoinlock,
  txncreate: async () => (await import('./commands/txn/row-commands.ts')).txncreate,
  txndelete: async () => (await import('./commands/txn/row-commands.ts')).txndelete,
  txnexport: async () => (await import('./commands/txn/row-commands.ts')).txnexport,
  txnimport: async () => (await import('./commands/txn/row-commands.ts')).txnimport,
  txninput: async () => (await import('./commands/txn/inputs.ts')).txninput,
  txnlist: async () => (await import('./commands/txn/row-commands.ts')).txnlist,
  txnlock: async () => (await import('./commands/txn/locks.ts')).txnlock,
  txnmine: async () => (await import('./commands/txn/post.ts')).txnmine,
  txnminepost: async () => (await import('./commands/txn/post.ts')).txnminepost,
  txnmmr: async () => (await import('./commands/txn/contents.ts')).txnmmr,
  txnoutput: async () => (await import('./commands/txn/inputs.ts')).txnoutput,
  txnpost: async () => (await import('./commands/txn/post.ts')).txnpost,
  txnscript: async () => (await import('./commands/txn/contents.ts')).txnscript,
  txnsign: async () => (await import('./commands/txn/sign.ts')).txnsign,
  txnstate: async () => (await import('./commands/txn/contents.ts')).txnstate,
  txpow: async () => (await import('./commands/txpow.ts')).txpow,
  vault: async () => (await import('./commands/vault.ts')).vault,
  verify: async () => (await import('./commands/signatures.ts')).verify,
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooks,
} satisfies CommandLoaders

/** A command as it comes with the node, for whoever puts another around it. */
export const builtInCommand = (name: keyof typeof builtIn): Promise<Command> => builtIn[name]()

/** Commands by name. */
export interface Commands {
  get(name: string): Promise<Command | undefined>
}

/** All commands of a node. */
export class Registry implements Commands {
  readonly #loaders: CommandLoaders
  readonly #loading = new Map<string, Promise<Command>>()

  /** @param more replace built-in ones of the same name */
  constructor(more: CommandLoaders = {}) {
    const help = createHelp(() => this.all())
    this.#loaders = { ...builtIn, ...loadersOf(commandsNotHere), ...more, ...loadersOf([help]) }
  }

  async get(name: string): Promise<Command | undefined> {
    if (!Object.hasOwn(this.#loaders, name)) return undefined
    const loading = this.#loading.get(name) ?? this.#loaders[name]!()
    this.#loading.set(name, loading)
    return loading
  }

  /** All of them, in alphabetical order. */
  async all(): Promise<readonly Command[]> {
    const names = Object.keys(this.#loaders).sort()
    return Promise.all(names.map(async (name) => (await this.get(name))!))
  }
}
