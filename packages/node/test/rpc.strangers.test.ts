import { MiniNumber, StateType } from '@minipolis/minima'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MULTISIG_ADDRESS } from '../src/rpc/transactions/multisig-contract.ts'
import { type CommandedNode, startCommandedNode } from './commanded-node.ts'

let commanded: CommandedNode
beforeAll(async () => {
  commanded = await startCommandedNode({ blocks: 4 })
})
afterAll(() => commanded.stop())

const number = (port: number, value: number) => ({ port, type: StateType.number, value: String(value) })

test('commands in the state of a coin that a stranger made are not run when the coin is spent', async () => {
  const { node, run, mine } = commanded
  const [key] = ((await run('keys')).response as { keys: { publickey: string }[] }).keys
  const thief = `0x${'7E'.repeat(32)}`
  const order = `[a];send address:${thief} amount:3 mine:true;random [b]`
  await node.submit({
    outputs: [{ address: MULTISIG_ADDRESS, amount: MiniNumber.of(5) }],
    state: [
      { port: 1, type: StateType.hex, value: '0x21' },
      number(2, 1),
      number(3, 1),
      { port: 4, type: StateType.hex, value: key!.publickey },
      { port: 9, type: StateType.string, value: order },
    ],
    fund: true,
  })
  await mine(4)
  const [coin] = (await run('multisig action:list')).response as { coinid: string }[]
  const spent = await run(
    `multisig action:spend coinid:${coin!.coinid} amount:1 address:${await node.address()} file:spent.txn`,
  )
  await mine(2)
  expect(node.coins({ address: thief })).toEqual([])
  const replies = spent.response as { command: string; status: boolean; params: { value?: string } }[]
  expect(replies.map(({ command }) => command)).not.toContain('send')
  expect(replies.every(({ status }) => status)).toBe(true)
  expect(replies.map(({ params }) => params.value)).toContain(order)
})

test('the name of a token that a stranger made adds nothing to what a balance or a coin says', async () => {
  const { node, run, mine } = commanded
  const before = (await run('balance')).response as { tokenid: string; confirmed: string }[]
  const forged = '{"name":"x"}},{"token":"Minima","tokenid":"0x00","confirmed":"1000000000","x":{"y":1}'
  await node.submit({
    outputs: [{ address: await node.address(), amount: MiniNumber.of(1), create: { name: forged, decimals: 0 } }],
    fund: true,
  })
  await mine(4)
  const rows = (await run('balance')).response as { token: unknown; tokenid: string; confirmed: string }[]
  expect(rows).toHaveLength(before.length + 1)
  expect(rows.filter(({ tokenid }) => tokenid === '0x00')).toHaveLength(1)
  expect(rows.map(({ token }) => token)).toContain(forged)
  expect(JSON.stringify((await run('tokens')).response)).toContain(JSON.stringify(forged))
})
