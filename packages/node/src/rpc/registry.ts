import type { Command } from './command.ts'
import { checkaddress, getaddress, newaddress } from './commands/addresses.ts'
import { archive } from './commands/archive.ts'
import { backup, decryptbackup, restore } from './commands/backup.ts'
import { balance } from './commands/balance.ts'
import { blockdata } from './commands/blockdata.ts'
import { burn, healthcheck, mempool, printmmr, printtree, scanchain } from './commands/chain.ts'
import { coincheck, coinexport, coinimport, coinnotify, cointrack } from './commands/coin-proofs.ts'
import { coins } from './commands/coins.ts'
import { consolidate } from './commands/consolidate.ts'
import { convert } from './commands/convert.ts'
import { constructfrom, createfrom } from './commands/from/build.ts'
import { consolidatefrom } from './commands/from/consolidatefrom.ts'
import { postfrom, sendfrom, signfrom } from './commands/from/sign-and-post.ts'
import { hash, hashtest } from './commands/hash.ts'
import { createHelp, tutorial } from './commands/help.ts'
import { history } from './commands/history.ts'
import { keys } from './commands/keys.ts'
import { maths } from './commands/maths.ts'
import { maxcontacts, maxima } from './commands/maxima.ts'
import { megammr } from './commands/mega-mmr.ts'
import { megammrsync } from './commands/mega-mmr-sync.ts'
import { multisig, multisigread } from './commands/multisig/multisig.ts'
import { connect, disconnect, message, network, ping } from './commands/network.ts'
import { checkmode, checkpending, checkrestore, logs, quit } from './commands/node-control.ts'
import { commandsNotHere } from './commands/not-here.ts'
import { sendnosign, sendpost, sendsign, sendview } from './commands/offline.ts'
import { peers } from './commands/peers.ts'
import { random, seedrandom } from './commands/random.ts'
import { maxcreate, maxsign, maxverify } from './commands/rsa.ts'
import { runscript } from './commands/runscript.ts'
import { newscript, removescript, scripts } from './commands/scripts.ts'
import { send } from './commands/send.ts'
import { sendpoll } from './commands/sendpoll.ts'
import { sign, verify } from './commands/signatures.ts'
import { block, status } from './commands/status.ts'
import { timemilli } from './commands/time.ts'
import { tokencreate } from './commands/tokencreate.ts'
import { tokens } from './commands/tokens.ts'
import { tokenvalidate } from './commands/tokenvalidate.ts'
import { txnaddamount, txnauto } from './commands/txn/auto.ts'
import { txncheck } from './commands/txn/check.ts'
import { txnbasics, txnmmr, txnscript, txnstate } from './commands/txn/contents.ts'
import { txninput, txnoutput } from './commands/txn/inputs.ts'
import { txncoinlock, txnlock } from './commands/txn/locks.ts'
import { txnmine, txnminepost, txnpost } from './commands/txn/post.ts'
import { txnclear, txncreate, txndelete, txnexport, txnimport, txnlist } from './commands/txn/row-commands.ts'
import { txnsign } from './commands/txn/sign.ts'
import { txpow } from './commands/txpow.ts'
import { mmrcreate, mmrproof } from './commands/user-tree.ts'
import { vault } from './commands/vault.ts'
import { webhooks } from './commands/webhooks.ts'

const builtIn: readonly Command[] = [
  archive,
  backup,
  balance,
  block,
  blockdata,
  burn,
  checkaddress,
  checkmode,
  checkpending,
  checkrestore,
  coincheck,
  coinexport,
  coinimport,
  coinnotify,
  coins,
  cointrack,
  connect,
  consolidate,
  consolidatefrom,
  constructfrom,
  convert,
  createfrom,
  decryptbackup,
  disconnect,
  getaddress,
  hash,
  hashtest,
  healthcheck,
  history,
  keys,
  logs,
  maths,
  maxcontacts,
  maxcreate,
  maxima,
  maxsign,
  maxverify,
  megammr,
  megammrsync,
  mempool,
  message,
  mmrcreate,
  mmrproof,
  multisig,
  multisigread,
  network,
  newaddress,
  newscript,
  peers,
  ping,
  postfrom,
  printmmr,
  printtree,
  quit,
  random,
  removescript,
  restore,
  runscript,
  scanchain,
  scripts,
  seedrandom,
  send,
  sendfrom,
  sendnosign,
  sendpoll,
  sendpost,
  sendsign,
  sendview,
  sign,
  signfrom,
  status,
  timemilli,
  tokencreate,
  tokens,
  tokenvalidate,
  tutorial,
  txnaddamount,
  txnauto,
  txnbasics,
  txncheck,
  txnclear,
  txncoinlock,
  txncreate,
  txndelete,
  txnexport,
  txnimport,
  txninput,
  txnlist,
  txnlock,
  txnmine,
  txnminepost,
  txnmmr,
  txnoutput,
  txnpost,
  txnscript,
  txnsign,
  txnstate,
  txpow,
  vault,
  verify,
  webhooks,
  ...commandsNotHere,
]

/** All commands by name, in alphabetical order. Those given replace built-in ones of the same name. */
export function createRegistry(more: readonly Command[] = []): ReadonlyMap<string, Command> {
  const commands = new Map([...builtIn, ...more].map((command) => [command.name, command]))
  const help = createHelp(() => sorted.values())
  commands.set(help.name, help)
  const sorted = new Map([...commands].sort(([a], [b]) => (a < b ? -1 : 1)))
  return sorted
}
