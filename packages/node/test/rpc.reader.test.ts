import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toHex } from '@minipolis/minima'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandedNode, type Reply, startCommandedNode } from './commanded-node.ts'

let commanded: CommandedNode
/** Asks as a user who may only read. */
const ask = async (line: string): Promise<Reply> => {
  const authorization = `Basic ${btoa('rita:reads')}`
  const answer = await fetch(`http://127.0.0.1:${commanded.service.port}/`, {
    method: 'POST',
    body: line,
    headers: { authorization },
  })
  return (await answer.json()) as Reply
}

beforeAll(async () => {
  commanded = await startCommandedNode({ onDisk: true, blocks: 4, options: { password: 'owner' } })
  await commanded.service.start()
  await commanded.run('rpc action:adduser username:rita password:reads mode:read')
})
afterAll(() => commanded.stop())

test('a reader builds transactions and posts signed ones, and spends nothing of the wallet, not even as a fee', async () => {
  const { node } = commanded
  const [coin] = node.coins({})
  for (const line of [
    'txncreate id:r',
    `txninput id:r coinid:${toHex(coin!.coinId)}`,
    `txnoutput id:r amount:1 address:${await node.address()}`,
    'txnbasics id:r',
  ])
    expect(await ask(line), line).toMatchObject({ status: true })
  const before = node
    .parts()
    .wallet.keys.all()
    .map(({ uses }) => uses)
  for (const line of [
    'txnpost id:r burn:1',
    'txnsign id:r publickey:auto',
    'txnauto id:s amount:1 address:0x00 sign:true',
  ])
    expect(await ask(line), line).toMatchObject({ status: false, error: expect.stringContaining('may only read') })
  expect(
    node
      .parts()
      .wallet.keys.all()
      .map(({ uses }) => uses),
  ).toEqual(before)
  await commanded.run('txnsign id:r publickey:auto')
  expect(await ask('txnpost id:r mine:true')).toMatchObject({ status: true })
})

test('no name of a file leads to wallet and chain, whatever a reader writes', async () => {
  const database = join(commanded.folder, 'node.sqlite')
  const before = await readFile(database)
  await ask('txncreate id:f')
  for (const file of ['node.sqlite', 'node.sqlite.uses', 'restored.sqlite', 'node.json']) {
    expect(await ask(`txnexport id:f file:${file}`)).toMatchObject({
      status: true,
      response: { file: join(commanded.folder, 'files', file) },
    })
    expect(await ask(`hash file:"${join(commanded.folder, file)}"`)).toMatchObject({ status: false })
  }
  expect((await readFile(database)).equals(before)).toBe(true)
})
