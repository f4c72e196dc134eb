import { readdir } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FILES_FOLDER } from '../src/rpc/folder-files.ts'
import { RESTORED_FILE } from '../src/rpc/rebuild.ts'
import { RpcError } from '../src/rpc/rpc-error.ts'
import { RpcService } from '../src/rpc/rpc-service.ts'
import { openStore, RESTORED_USES_SKIPPED } from '../src/store/index.ts'
import { type CommandedNode, type Reply, startCommandedNode } from './commanded-node.ts'

const PASSWORD = 'correct horse'
let commanded: CommandedNode
let quits = 0

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** @param authorization user and password */
function ask(
  line: string,
  authorization: string | undefined = `minima:${PASSWORD}`,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const credentials =
      authorization === undefined ? {} : { authorization: `Basic ${Buffer.from(authorization).toString('base64')}` }
    const call = request(
      {
        host: '127.0.0.1',
        port: commanded.service.port,
        method: 'POST',
        headers: { ...credentials, ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    call.on('error', reject)
    call.end(line)
  })
}

const run = (line: string): Promise<Reply> => commanded.run(line)

const inputIds = ({ response }: Reply): string[] =>
  (response as { body: { txn: { inputs: { coinid: string }[] } } }).body.txn.inputs.map(({ coinid }) => coinid)

beforeAll(async () => {
  commanded = await startCommandedNode({ blocks: 3, options: { password: PASSWORD }, parts: { quit: () => quits++ } })
  await commanded.service.start()
})
afterAll(() => commanded.stop())

describe('the command interface over HTTP', () => {
  test('an ordinary client is answered with ordinary headers', async () => {
    const { status, headers, text } = await ask('block')
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(text))
    expect(JSON.parse(text)).toMatchObject({ command: 'block', status: true })
    const url = `http://127.0.0.1:${commanded.service.port}/hash+data:%22a%20b%22/`
    const authorization = `Basic ${Buffer.from(`minima:${PASSWORD}`).toString('base64')}`
    const fetched = await fetch(url, { headers: { authorization } })
    expect(await fetched.json()).toMatchObject({ command: 'hash', params: { data: 'a b' } })
  })

  test('bodies count in bytes, so that every letter may stand in them', async () => {
    const { text } = await ask('hash data:"Straßenlaterne 💡"')
    expect(JSON.parse(text)).toMatchObject({ status: true, params: { data: 'Straßenlaterne 💡' } })
  })

  test.each([undefined, 'minima:wrong', `other:${PASSWORD}`, 'minima:'])('%s is refused', async (authorization) => {
    const { status, headers } = await ask('block', authorization ?? '', authorization === undefined ? {} : {})
    expect(status).toBe(401)
    expect(headers['www-authenticate']).toMatch(/^Basic/)
  })

  test('a reader reads, and neither stops the node nor sees the seed', async () => {
    expect(await run('rpc action:adduser username:rita password:"r pass" mode:read')).toMatchObject({ status: true })
    expect(JSON.parse((await ask('block', 'rita:r pass')).text)).toMatchObject({ status: true })
    for (const command of ['quit', 'vault', 'send address:0x00 amount:1', 'block;quit']) {
      const reply = (await ask(command, 'rita:r pass')).text
      expect(reply).toContain('"status":false')
      expect(reply).not.toContain(commanded.node.parts().wallet.phrase)
    }
    expect(quits).toBe(0)
    expect((await ask('block', 'rita:wrong')).status).toBe(401)
    await run('rpc action:removeuser username:rita')
    expect((await ask('block', 'rita:r pass')).status).toBe(401)
  })

  test('users stay when the main password is gone, and nobody else gets in', async () => {
    await run('rpc action:adduser username:wanda password:w mode:write')
    const second = new RpcService(commanded.node, { port: 0, folder: commanded.folder }, commanded)
    await second.start()
    const status = async (authorization?: string): Promise<number> => {
      const headers = authorization === undefined ? {} : { authorization: `Basic ${btoa(authorization)}` }
      return (await fetch(`http://127.0.0.1:${second.port}/block`, { headers })).status
    }
    expect(await status('wanda:w')).toBe(200)
    expect(await status('minima:anything')).toBe(401)
    expect(await status()).toBe(401)
    await second.stop()
    await run('rpc action:removeuser username:wanda')
  })

  test('a server that anybody reaches needs a password', async () => {
    const open = new RpcService(commanded.node, { host: '0.0.0.0', port: 0, folder: commanded.folder }, commanded)
    await expect(open.start()).rejects.toBeInstanceOf(RpcError)
  })

  test('foreign web pages are turned away', async () => {
    const credentials = `minima:${PASSWORD}`
    expect((await ask('vault', credentials, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await ask('vault', credentials, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const unlocked = new RpcService(commanded.node, { port: 0, folder: commanded.folder }, commanded)
    await unlocked.start()
    const rebound = await new Promise<string>((resolve) => {
      const socket = connect(unlocked.port!, '127.0.0.1', () =>
        socket.write('GET /vault HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
      )
      socket.once('data', (data) => resolve(String(data)))
    })
    expect(rebound).toMatch(/^HTTP\/1\.1 403/)
    await unlocked.stop()
  })

  test('what is too long is refused, and a broken escape is no command', async () => {
    expect((await ask('x'.repeat(1024 * 1024 + 1))).status).toBe(413)
    const authorization = `Basic ${btoa(`minima:${PASSWORD}`)}`
    const broken = await fetch(`http://127.0.0.1:${commanded.service.port}/%zz`, { headers: { authorization } })
    expect(broken.status).toBe(400)
  })
})

describe('commands with money', () => {
  test('twenty payments sent at once over HTTP take different coins or fail clearly, and all that succeed are confirmed', async () => {
    await run(`send address:${await commanded.node.address()} amount:1000 split:10 mine:true`)
    await commanded.mine(4)
    const address = await commanded.node.address()
    const replies = await Promise.all(
      Array.from({ length: 20 }, async () => JSON.parse((await ask(`send address:${address} amount:1`)).text) as Reply),
    )
    const sent = replies.filter(({ status }) => status)
    const inputs = sent.flatMap(inputIds)
    expect(sent.length).toBeGreaterThan(8)
    expect(new Set(inputs).size).toBe(inputs.length)
    for (const reply of replies) if (!reply.status) expect(reply).toHaveProperty('message')
    for (let tries = 0; tries < 100 && inputs.some((id) => commanded.node.coins({ coinId: id }).length > 0); tries++) {
      await delay(50)
      await commanded.mine(1)
    }
    for (const id of inputs) expect(commanded.node.coins({ coinId: id })).toEqual([])
  })

  test('state that the network would drop is refused instead of lost', async () => {
    await commanded.mine(2)
    const long = '0x'.concat('AB'.repeat(30_000))
    const address = await commanded.node.address()
    const reply = await run(`send address:${address} amount:1 split:3 state:{"0":"${long}"}`)
    expect(reply).toMatchObject({ status: false })
    expect(String(reply.error ?? reply.message)).not.toBe('undefined')
  })

  test('a locked wallet signs with its password only, and the echo never shows it', async () => {
    for (let tries = 0; tries < 200 && !commanded.node.parts().wallet.keys.isComplete; tries++) await delay(100)
    expect(await run('vault action:passwordlock password:"pass word"')).toMatchObject({
      status: true,
      params: { password: '***' },
    })
    expect(await run('vault')).toMatchObject({ response: { phrase: '', seed: '0x00', locked: true } })
    const address = await commanded.node.address()
    expect(await run(`send address:${address} amount:1`)).toMatchObject({ status: false })
    expect(await run(`send address:${address} amount:1 password:wrong`)).toMatchObject({ error: 'Incorrect password!' })
    const sent = await commanded.service.run(`send address:${address} amount:1 password:"pass word" mine:true`)
    expect(JSON.parse(sent)).toMatchObject({ status: true })
    expect(sent).not.toContain('pass word')
    expect(await run(`send address:${address} amount:1`)).toMatchObject({ status: false })
    expect(await run('vault action:passwordunlock password:"pass word"')).toMatchObject({ status: true })
    expect(await run('vault')).toMatchObject({ response: { locked: false } })
  })

  test('a secret is shown nowhere, not even by a call that is refused or that waits', async () => {
    const refused = await commanded.service.run(
      'vault action:passwordlock password:first password:"a : b" phrase:{"c":"d"} foo:1',
    )
    expect(JSON.parse(refused)).toMatchObject({ status: false, error: 'Invalid parameter : foo' })
    for (const secret of ['first', 'a : b', '"d"']) expect(refused).not.toContain(secret)
    await run('sendpoll address:0xFF amount:1e12 password:"a b"')
    const waiting = (await run('sendpoll action:list')).response as { commands: { uid: string; command: string }[] }
    expect(waiting.commands.map(({ command }) => command)).toEqual(['send address:"0xFF" amount:"1e12" password:***'])
    await run(`sendpoll action:remove uid:${waiting.commands[0]!.uid}`)
  })

  test('files stay in their folder', async () => {
    await run('txncreate id:t')
    for (const file of ['../out.txn', '/etc/out.txn', '..', 'a/b', 'a\0b', 'x'.repeat(300)]) {
      expect(await run(`txnexport id:t file:"${file}"`)).toMatchObject({ status: false })
    }
    expect(await run('txnexport id:t file:inside.txn')).toMatchObject({ status: true })
    expect(await run('txnimport id:u file:inside.txn')).toMatchObject({ status: true, response: { id: 'u' } })
    expect(await readdir(join(commanded.folder, FILES_FOLDER))).toEqual(['inside.txn'])
  })

  test('backups that are written at the same time under one name do not disturb each other', async () => {
    const replies = await Promise.all(Array.from({ length: 3 }, () => run('backup password:b file:same.bak')))
    expect(replies.map(({ status }) => status)).toEqual([true, true, true])
    expect(await run('decryptbackup file:same.bak password:b output:same.sqlite')).toMatchObject({ status: true })
    const files = await readdir(join(commanded.folder, FILES_FOLDER))
    expect(files.filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('a backup opens with its password only', async () => {
    expect(await run('backup password:b file:node.bak')).toMatchObject({ status: true, params: { password: '***' } })
    expect(await run('restore file:node.bak password:x')).toMatchObject({ status: false })
    const before = quits
    const { uses } = commanded.node.parts().wallet.keys.all()[0]!
    expect(await run('restore file:node.bak password:b')).toMatchObject({ status: true })
    expect(quits).toBe(before + 1)
    const restored = openStore({ file: join(commanded.folder, RESTORED_FILE), network: 'dev' })
    // What was signed since the backup must not be signed with again.
    expect(restored.wallet.keys()[0]!.uses).toBe(uses + RESTORED_USES_SKIPPED)
    expect(restored.wallet.phrase()).toBe(commanded.node.parts().wallet.phrase)
    restored.close()
  })
})

test('help knows every command and its parameters', async () => {
  const all = await run('help')
  expect(Object.keys(all.response as object).length).toBeGreaterThan(70)
  expect(await run('help command:send')).toMatchObject({
    response: { command: 'send', fullhelp: expect.stringContaining('needs write access') },
  })
})
