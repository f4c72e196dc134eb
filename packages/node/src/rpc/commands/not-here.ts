import { type Command, type Parameter, passwordParameter, textParameter } from '../command.ts'
import { SECRET_NAMES } from '../envelope.ts'
import { RpcError } from '../rpc-error.ts'

/** Whoever is refused is not shown what should have stayed secret either. */
const unused = (name: string): Parameter =>
  (SECRET_NAMES.has(name) ? passwordParameter : textParameter)(name, 'not used')

/** A command of the reference that this node does not have, and why. */
const notHere = (name: string, why: string, parameters: readonly string[] = []): Command => ({
  name,
  summary: `not on this node: ${why}`,
  access: 'write',
  parameters: parameters.map(unused),
  run() {
    throw new RpcError('unavailable', `${name} is not on this node: ${why}`)
  },
})

const NO_APPS = 'it runs no MiniDapps'
const NO_MYSQL = 'its chain is in SQLite; ask archive, or the API of the city'

/** Commands of the reference that are refused with the reason. */
export const commandsNotHere: readonly Command[] = [
  notHere('automine', 'what it mines is chosen when it starts, with --mine', ['enable']),
  notHere('debugflag', 'it has no debug switch; start it with --log-level debug', ['activate', 'var']),
  notHere('incentivecash', 'the incentive programme is a service of one company', ['uid']),
  notHere('mds', NO_APPS, ['action', 'file', 'folder', 'uid', 'trust', 'enable', 'locationonly']),
  notHere('mysql', NO_MYSQL, [
    ...['action', 'host', 'database', 'user', 'password', 'keys', 'keyuses', 'phrase', 'address', 'txpowid', 'enable'],
    ...['file', 'statecheck', 'logs', 'maxexport', 'readonly', 'startfix', 'endfix', 'block'],
  ]),
  notHere('mysqlcoins', NO_MYSQL, [
    ...['action', 'host', 'database', 'user', 'password', 'logs', 'readonly', 'query', 'where', 'maxblocks'],
    ...['maxcoins', 'hidetoken', 'address', 'spent', 'limit', 'enable'],
  ]),
  notHere('p2pstate', 'ask network, or minipolis node peers'),
  notHere('reset', 'delete the data folder, or restore a backup', [
    ...['action', 'archivefile', 'file', 'password', 'phrase', 'keys', 'keyuses'],
  ]),
  notHere('restoresync', 'restore puts the backup down, and the node catches up by itself when it starts again', [
    ...['file', 'password', 'host'],
  ]),
  notHere('slavenode', 'it checks the chain itself', ['host', 'enable']),
  notHere('systemcheck', 'its faults are in the journal; ask healthcheck', ['processor', 'action']),
  notHere('test', 'it is for the makers of the reference', ['show', 'action']),
  notHere('trace', 'the journal tells what it does; start it with --log-level debug', ['enable', 'filter', 'network']),
  notHere('whitepaper', 'the paper is on the pages of Minima'),
]
