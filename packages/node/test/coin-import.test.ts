import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Coin, type CoinProof, MiniNumber, scriptAddress, type TxPoW, toHex } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { exportCoin } from '../src/chain/index.ts'
import { nodeWithHistory, PeerNode, pastClock } from './peer-node.ts'

const OPEN_SCRIPT = 'RETURN TRUE'
const OPEN = toHex(scriptAddress(OPEN_SCRIPT))
const HISTORY_BLOCKS = 8

/** Of all nodes: far enough in the past for the blocks of all tests. */
const clock = pastClock(2_000)
const nodes: PeerNode[] = []
const folders: string[] = []
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.core.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Paced like the history, whoever mines. */
const pace = { blockTime: clock.now, pace: clock.next }

async function close(node: PeerNode): Promise<void> {
  nodes.splice(nodes.indexOf(node), 1)
  await node.core.close()
}

const keep = (node: PeerNode): PeerNode => {
  nodes.push(node)
  return node
}

/** Gives a node all blocks of another that it lacks, and the transactions in them. */
function pass(from: PeerNode, to: PeerNode): void {
  for (const { id } of from.core.chain.tree.mainFrom(0)) {
    const block = from.core.chain.known.get(toHex(id))!
    for (const listed of block.body?.txpowIds ?? []) {
      const unit = from.core.chain.known.get(toHex(listed))!
      if (!to.core.chain.known.has(toHex(listed))) to.core.receive(unit)
    }
    if (!to.core.chain.known.has(toHex(id))) to.core.receive(block)
  }
}

async function mine(node: PeerNode, blocks: number, ...followers: readonly PeerNode[]): Promise<TxPoW[]> {
  const mined: TxPoW[] = []
  for (let i = 0; i < blocks; i++) {
    mined.push(await node.mine())
    for (const follower of followers) pass(node, follower)
  }
  return mined
}

/** A keeper that watches the open address, and a node beside it that does not, both far above a coin that was sent there. */
async function keeperAndOther(otherFile = ':memory:'): Promise<{ keeper: PeerNode; other: PeerNode; coin: Coin }> {
  const keeper = keep(await nodeWithHistory(6, pace))
  const other = keep(new PeerNode({ file: otherFile, ...pace }))
  const genesis = keeper.core.branch.txblock(1)!
  other.core.chain.plant(genesis)
  pass(keeper, other)
  keeper.core.wallet.scripts.add(OPEN_SCRIPT, true)
  await keeper.send({ outputs: [{ address: OPEN, amount: MiniNumber.of(7) }], fund: true })
  await mine(keeper, 45, other)
  const [coin] = keeper.core.chain.coins.find({ address: OPEN })
  expect(coin).toBeDefined()
  expect(coin!.created.lessThan(MiniNumber.of(other.core.chain.tree.root!.number))).toBe(true)
  expect(other.core.chain.coin(toHex(coin!.coinId))).toBeUndefined()
  return { keeper, other, coin: coin! }
}

const prove = (node: PeerNode, coin: Coin, history = HISTORY_BLOCKS): CoinProof =>
  exportCoin(node.core.chain.tree, coin, history)!

/** Spends a coin at the open address. */
const spend = (node: PeerNode, coin: Coin): Promise<string> =>
  node.send({
    inputs: [toHex(coin.coinId)],
    outputs: [{ address: toHex(scriptAddress('RETURN FALSE')), amount: coin.amount }],
    scripts: [OPEN_SCRIPT],
  })

const openFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-import-'))
  folders.push(folder)
  return folder
}

describe('a coin that a node does not know', () => {
  test('is taken in with its proof, proved anew block after block, and spent', async () => {
    const { keeper, other, coin } = await keeperAndOther()
    const id = toHex(coin.coinId)
    expect(other.core.chain.importCoin(prove(keeper, coin)).kind).toBe('unspent')
    other.core.wallet.scripts.watchCoin(coin.coinId, true)
    expect(other.core.chain.relevantCoins().map(({ coinId }) => toHex(coinId))).toContain(id)

    // More blocks than the tree is long: the coin is carried with the root.
    for (let i = 0; i < 40; i++) {
      if (i % 10 === 5)
        await keeper.send({
          outputs: [{ address: await keeper.core.wallet.address(), amount: MiniNumber.of(3) }],
          fund: true,
        })
      await mine(keeper, 1, other)
      const fresh = prove(other, coin)
      expect(keeper.core.chain.importCoin(fresh).kind, `proof ${i} blocks later`).toBe('unspent')
    }
    await spend(other, coin)
    await mine(other, 2)
    expect(other.core.chain.coin(id)).toBeUndefined()
    pass(other, keeper)
    expect(keeper.core.chain.coin(id)).toBeUndefined()
    expect(keeper.tip).toBe(other.tip)
  })

  test('stays through restarts, before and after the root has passed its block', async () => {
    const file = join(openFolder(), 'node.sqlite')
    const { keeper, other, coin } = await keeperAndOther(file)
    const id = toHex(coin.coinId)
    other.core.chain.importCoin(prove(keeper, coin))
    other.core.wallet.scripts.watchCoin(coin.coinId, true)
    let node = other
    for (let i = 0; i < 3; i++) {
      await close(node)
      node = keep(new PeerNode({ file, ...pace }))
      expect(node.core.chain.coin(id), `restart ${i}`).toBeDefined()
      await mine(keeper, 20, node)
      expect(keeper.core.chain.importCoin(prove(node, coin)).kind).toBe('unspent')
    }
    await spend(node, coin)
    await mine(node, 1)
    expect(node.core.chain.coin(id)).toBeUndefined()
  })

  test('that is not to be watched is forgotten when the tree has moved past it', async () => {
    const { keeper, other, coin } = await keeperAndOther()
    other.core.chain.importCoin(prove(keeper, coin))
    expect(other.core.chain.coin(toHex(coin.coinId))).toBeDefined()
    await mine(keeper, 40, other)
    expect(other.core.chain.coin(toHex(coin.coinId))).toBeUndefined()
    expect(other.core.store.importedCoins.all()).toEqual([])
  })

  test('stays when another branch wins, also where its proof begins in a block that lost', async () => {
    const file = join(openFolder(), 'node.sqlite')
    const { keeper, other, coin } = await keeperAndOther(file)
    await close(other)
    copyFileSync(file, `${file}.rival`)
    const node = keep(new PeerNode({ file, ...pace }))
    const rival = keep(new PeerNode({ file: `${file}.rival`, ...pace }))

    // A payment that changes the way from the coin to its peak, in the first block of both branches: each its own.
    const own = await keeper.core.wallet.address()
    const id = await keeper.send({ outputs: [{ address: own, amount: MiniNumber.of(2) }], fund: true })
    const { transaction, witness } = keeper.core.chain.known.get(id)!.body!
    rival.post(await rival.core.miner.mineTransaction({ transaction, witness }))
    // A payment may happen to be a block, and be none on the other branch.
    while (rival.height < keeper.height) await mine(rival, 1)
    while (keeper.height < rival.height) await mine(keeper, 1, node)
    await mine(keeper, 1, node)
    expect(node.core.chain.importCoin(prove(keeper, coin, 0)).kind).toBe('unspent')
    node.core.wallet.scripts.watchCoin(coin.coinId, true)
    const stoodAt = node.core.store.importedCoins.all().map(({ block }) => toHex(block))

    await mine(rival, 3)
    pass(rival, node)
    expect(node.tip).toBe(rival.tip)
    expect(node.branch()).not.toContain(stoodAt[0])
    expect(node.core.chain.coin(toHex(coin.coinId))).toBeDefined()
    expect(rival.core.chain.importCoin(prove(node, coin)).kind).toBe('unspent')
    await mine(rival, 40, node)
    await spend(node, coin)
    await mine(node, 1)
    expect(node.core.chain.coin(toHex(coin.coinId))).toBeUndefined()
  })

  test('is refused when it is spent, when its proof is stale, of a block to come, damaged or forged', async () => {
    const { keeper, other, coin } = await keeperAndOther()
    const judge = (given: CoinProof): string => other.core.chain.importCoin(given).kind
    const good = prove(keeper, coin)
    expect(judge({ ...good, coin: { ...coin, spent: 1 } })).toBe('spent')
    expect(judge({ ...good, coin: { ...coin, amount: MiniNumber.of(8) } })).toBe('false')
    expect(judge({ ...good, coin: { ...coin, mmrEntry: 1n } })).toBe('false')
    expect(judge({ ...good, coin: { ...coin, mmrEntry: -1n } })).toBe('false')
    expect(judge({ ...good, proof: { ...good.proof, chunks: good.proof.chunks.slice(1) } })).toBe('false')
    expect(judge({ ...good, proof: { ...good.proof, chunks: [] } })).toBe('false')
    const huge = { left: 0, data: { data: new Uint8Array(32), value: MiniNumber.parse('18446744073709551615') } }
    expect(judge({ ...good, proof: { ...good.proof, chunks: [huge, huge, ...good.proof.chunks] } })).toBe('false')
    const at = (blockTime: MiniNumber): CoinProof => ({ ...good, proof: { ...good.proof, blockTime } })
    expect(judge(at(MiniNumber.of(other.height + 1)))).toBe('future')
    expect(judge(at(MiniNumber.ONE))).toBe('stale')
    expect(judge(at(MiniNumber.parse('-5')))).toBe('stale')
    expect(judge(at(MiniNumber.of(other.height).add(MiniNumber.parse('-0.5'))))).toBe('false')
    expect(other.core.chain.coin(toHex(coin.coinId))).toBeUndefined()

    await mine(keeper, 40, other)
    expect(judge(good)).toBe('stale')
    const fresh = prove(keeper, coin)
    await spend(keeper, coin)
    await mine(keeper, 1, other)
    expect(judge(fresh)).toBe('spent')
    expect(other.core.store.importedCoins.all()).toEqual([])
  })
})
