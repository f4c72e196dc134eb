import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchWebFile, isInternalAddress } from '../src/rpc/web-file.ts'
import { type CommandedNode, startCommandedNode } from './commanded-node.ts'

let commanded: CommandedNode

interface Reply {
  readonly status: boolean
  readonly error?: string
  readonly response: { readonly [name: string]: never }
}

const run = async (line: string): Promise<Reply> => (await commanded.run(line)) as Reply
const mine = (blocks: number): Promise<void> => commanded.mine(blocks)
const sumAt = async (address: string): Promise<number> => {
  const coins = (await run(`coins address:${address}`)).response as unknown as { amount: string }[]
  return coins.reduce((sum, { amount }) => sum + Number(amount), 0)
}

beforeAll(async () => {
  commanded = await startCommandedNode({ onDisk: true, blocks: 4 })
})
afterAll(() => commanded.stop())

describe('coins of a key outside of the wallet', () => {
  interface OutsideKey {
    readonly privatekey: string
    readonly script: string
    readonly address: string
  }
  let key: OutsideKey
  let home: string

  beforeAll(async () => {
    key = (await run('keys action:genkey phrase:"a key on paper" modifier:0x01')).response as unknown as OutsideKey
    home = await commanded.node.address()
    await run(`newscript script:"${key.script}" trackall:true`)
    expect(await run(`send address:${key.address} amount:30 split:3 mine:true`)).toMatchObject({ status: true })
    await mine(4)
  })

  test('are built here, signed there, and posted', async () => {
    const built = await run(
      `createfrom fromaddress:${key.address} address:${home} amount:4 script:"${key.script}" burn:0.5`,
    )
    const { data } = built.response as unknown as { data: string }
    const signed = await run(`signfrom data:${data} privatekey:${key.privatekey} keyuses:0`)
    expect(JSON.stringify(signed)).not.toContain(key.privatekey)
    const { data: ready } = signed.response as unknown as { data: string }
    expect(await run(`postfrom data:${ready} mine:true`)).toMatchObject({ status: true })
    await mine(4)
    expect(await sumAt(key.address)).toBeCloseTo(25.5)
    expect((await run('txnlist')).response).toEqual([])
  })

  test('are sent and joined in one call', async () => {
    const with1 = `fromaddress:${key.address} script:"${key.script}" privatekey:${key.privatekey} keyuses:1`
    expect(await run(`sendfrom ${with1} address:${home} amount:1`)).toMatchObject({ status: true })
    await mine(4)
    const with2 = `fromaddress:${key.address} script:"${key.script}" privatekey:${key.privatekey} keyuses:2`
    expect(await run(`consolidatefrom ${with2}`)).toMatchObject({ status: true })
    await mine(1)
    expect(await sumAt(key.address)).toBeCloseTo(24.5)
    const coins = (await run(`coins address:${key.address}`)).response as unknown as unknown[]
    expect(coins).toHaveLength(10)
  })

  test('are not moved by another key, nor beyond what there is', async () => {
    const other = (await run('keys action:genkey phrase:"another key" modifier:0x01')).response as unknown as OutsideKey
    const from = `fromaddress:${key.address} script:"${key.script}"`
    expect(
      await run(`sendfrom ${from} address:${home} amount:1000 privatekey:${key.privatekey} keyuses:3`),
    ).toMatchObject({ status: false, error: expect.stringContaining('Not enough funds!') })
    await mine(3)
    const before = await sumAt(key.address)
    await run(`sendfrom ${from} address:${home} amount:1 privatekey:${other.privatekey} keyuses:0`)
    await mine(2)
    expect(await sumAt(key.address)).toBe(before)
  })
})

test('a coin of two of three keys is spent with two of them, and not with one', async () => {
  const keys = ((await run('keys')).response as unknown as { keys: { publickey: string }[] }).keys
  const [first, second] = keys.map(({ publickey }) => publickey)
  const outsider = `0x${'AB'.repeat(32)}`
  const publicKeys = JSON.stringify([first, second, outsider])
  expect(await run(`multisig action:create id:lamps amount:5 publickeys:${publicKeys} required:2`)).toMatchObject({
    status: true,
  })
  const held = async (): Promise<string[]> =>
    ((await run('multisig action:list id:lamps')).response as unknown as { amount: string }[]).map(
      ({ amount }) => amount,
    )
  await commanded.mineUntil(async () => (await held()).length === 1)
  const target = await commanded.node.address()
  const spent = await run(`multisig action:spend id:lamps amount:2 address:${target} file:lamps.txn`)
  expect(spent.response).toContainEqual(expect.objectContaining({ command: 'txnexport', status: true }))
  await run('multisig action:sign file:lamps.txn')
  expect(await run('txnimport id:check file:signed_lamps.txn')).toMatchObject({ status: true })
  expect(await run('txnbasics id:check;txncheck id:check')).toContainEqual(
    expect.objectContaining({
      command: 'txncheck',
      response: expect.objectContaining({ signatures: 2, valid: expect.objectContaining({ scripts: true }) }),
    }),
  )
  await run(`txncreate id:one;txndelete id:one`)
  expect(await run('multisig action:post file:signed_lamps.txn')).toMatchObject({ status: true })
  await mine(2)
  expect(await held()).toEqual(['3'])
})

test('a locked wallet leaves its phrase in no file, and opens with the phrase where the password is lost', async () => {
  await expect.poll(() => commanded.node.parts().wallet.keys.isComplete, { timeout: 60_000 }).toBe(true)
  const phrase = commanded.node.parts().wallet.phrase
  const holders = async (): Promise<string[]> => {
    const found: string[] = []
    for (const entry of await readdir(commanded.folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(phrase))
        found.push(entry.name)
    }
    return found
  }
  await mine(1)
  expect((await holders()).length).toBeGreaterThan(0)
  expect(await run('vault action:passwordlock password:forgotten')).toMatchObject({ status: true })
  expect(await holders()).toEqual([])
  const wrong = Array.from({ length: 24 }, () => 'zoo').join(' ')
  expect(await run(`vault action:restorekeys phrase:"${wrong}"`)).toMatchObject({ status: false })
  const restored = await commanded.service.run(`vault action:restorekeys phrase:"${phrase}"`)
  expect(JSON.parse(restored)).toMatchObject({ status: true })
  expect(restored).not.toContain(phrase)
  expect(await run('vault')).toMatchObject({ response: { locked: false } })
})

describe('files that tokens name', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '172.31.0.1',
    '::1',
    '::ffff:192.168.0.1',
    '2002:7f00:1::',
    'fd00::1',
    'x',
  ])('%s is of this neighbourhood', (address) => expect(isInternalAddress(address)).toBe(true))
  test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('%s is not', (address) =>
    expect(isInternalAddress(address)).toBe(false),
  )
  test.each([
    'http://example.org/t.txt',
    'file:///etc/passwd',
    'https://localhost/t',
    'https://[::1]/t',
    'https://127.1/t',
  ])('%s is not fetched', (address) => expect(fetchWebFile(address)).rejects.toMatchObject({ code: 'refused' }))
})

test('the page on nodes names every command', async () => {
  const page = await readFile(new URL('../../../docs/node.md', import.meta.url), 'utf8')
  const unnamed = Object.keys((await run('help')).response).filter((name) => !page.includes(`\`${name}`))
  expect(unnamed).toEqual([])
})

test('every command of the reference is answered, and what is not here says why', async () => {
  for (const name of ['mds', 'mysql', 'slavenode', 'trace', 'reset', 'whitepaper']) {
    expect(await run(name)).toMatchObject({
      status: false,
      error: expect.stringMatching(new RegExp(`^${name} is not on this node: .{10}`)),
    })
  }
  const reset = await run('reset action:restore file:a password:b phrase:c')
  expect(reset).toMatchObject({ status: false, params: { file: 'a', password: '***', phrase: '***' } })
})
