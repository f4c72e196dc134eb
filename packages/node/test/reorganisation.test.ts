import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiniNumber, type TxPoW } from '@minipolis/minima'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MinimaNode, type NodeEvent } from '../src/index.ts'

let folder: string
let nowMs: number
const nodes: MinimaNode[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-fork-'))
  nowMs = Date.UTC(2026, 0, 1)
})
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop()
  rmSync(folder, { recursive: true })
})

function nodeOn(file: string): MinimaNode {
  const node = new MinimaNode(
    { network: 'dev', file: join(folder, file), automine: 'off' },
    { now: () => nowMs, random: (size) => randomBytes(size) },
  )
  nodes.push(node)
  return node
}

async function mine(node: MinimaNode, blocks: number): Promise<TxPoW[]> {
  const mined: TxPoW[] = []
  for (let i = 0; i < blocks; i++) {
    nowMs += node.blockTimeMs
    mined.push(node.block({ id: (await node.mineBlock()).id })!.txpow)
  }
  return mined
}

/** Two nodes with the same six blocks, and from there on alone. */
async function fork(): Promise<[MinimaNode, MinimaNode]> {
  const first = nodeOn('first.db')
  await first.start()
  await mine(first, 5)
  await first.stop()
  copyFileSync(join(folder, 'first.db'), join(folder, 'second.db'))
  const second = nodeOn('second.db')
  await first.start()
  await second.start()
  return [first, second]
}

test('the heavier branch wins, its coins count, and what the loser had confirmed is confirmed again', async () => {
  const [node, other] = await fork()
  const address = node.track('RETURN FALSE')
  const { txpowId } = await node.submit({ outputs: [{ address, amount: MiniNumber.of(3) }], fund: true })
  await mine(node, 1)
  expect(node.inclusion(txpowId)).toBeDefined()
  const lost = node.tip()!

  const seen: NodeEvent[] = []
  node.watch((event) => seen.push(event))
  const branch = await mine(other, 5)
  for (const block of branch) expect(node.receive(block).ok).toBe(true)
  await Promise.resolve()
  expect(node.tip()).toEqual(other.tip())
  expect(seen.filter(({ kind }) => kind === 'reorganised')).toMatchObject([{ from: lost }])
  expect(seen.at(-1)).toMatchObject({ kind: 'block', block: other.tip() })

  expect(node.inclusion(txpowId)).toBeUndefined()
  expect(node.coins({ address })).toEqual([])
  expect(node.status().mempool.transactions).toBe(1)
  const [next] = await mine(node, 1)
  expect(node.inclusion(txpowId)).toMatchObject({ as: 'listed' })
  expect(node.coins({ address })).toHaveLength(1)

  // The other node lacks the transaction: it takes the block when it has it, whatever came first.
  expect(other.receive(next!).ok).toBe(true)
  expect(other.tip()!.number).toBe(node.tip()!.number - 1)
  expect(other.receive(node.txpow(txpowId)!).ok).toBe(true)
  const [after] = await mine(node, 1)
  expect(other.receive(after!).ok).toBe(true)
  expect(other.tip()).toEqual(node.tip())
  expect(other.coins({}).length).toBe(node.coins({}).length)
})

test('blocks that come in the wrong order enter together, and survive a restart in between', async () => {
  const [node, other] = await fork()
  const [first, second, third] = await mine(other, 3)
  node.receive(third!)
  node.receive(second!)
  expect(node.tip()!.number).toBe(6)
  await node.stop()
  await node.start()
  node.receive(first!)
  expect(node.tip()).toEqual(other.tip())
})

test('of equal branches the one that was there first stays, also after a restart', async () => {
  const [node, other] = await fork()
  await mine(node, 1)
  const tip = node.tip()
  const [rival] = await mine(other, 1)
  expect(node.receive(rival!).ok).toBe(true)
  expect(node.status().treeSize).toBe(8)
  expect(node.tip()).toEqual(tip)
  await node.stop()
  await node.start()
  expect(node.tip()).toEqual(tip)
})

test('a block with a changed body or a foreign chain id is refused and leaves no trace', async () => {
  const [node, other] = await fork()
  const [block] = await mine(other, 1)
  const foreign = { ...block!, header: { ...block!.header, chainId: Uint8Array.of(1) } }
  expect(node.receive(foreign)).toMatchObject({ ok: false, code: 'chain-id' })
  const bare = { ...block!, body: null }
  expect(node.receive(bare)).toMatchObject({ ok: false, code: 'no-body' })
  expect(node.status().treeSize).toBe(6)
  expect(node.receive(block!).ok).toBe(true)
})
