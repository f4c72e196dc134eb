import { checkScripts, decode, encode, factsOf, MiniNumber, scriptAddress, TxPoW, toHex } from '@minipolis/minima'
import { afterEach, describe, expect, test } from 'vitest'
import { prepareArrival } from '../src/sync/prepare-arrival.ts'
import { messageType } from '../src/wire/index.ts'
import { RawPeer } from './attacker.ts'
import { forge } from './forge.ts'
import { nodeWithHistory, PeerNode, until } from './peer-node.ts'
import { turnsDuring } from './turns-during.ts'

const COINS = 6
/** Hashes 64 KB a hundred times: much of what a script may do. */
const HEAVY = `LET x=0x${'AB'.repeat(1000)} ${'LET x=CONCAT(x x) '.repeat(6)}${'LET y=SHA3(x) '.repeat(100)}RETURN TRUE`

const nodes: PeerNode[] = []
const peers: RawPeer[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.close()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

/** A unit that spends coins with heavy scripts, and a node that has the chain below it and not the unit. */
async function heavyUnit(): Promise<{ unit: TxPoW; judge: PeerNode; maker: PeerNode }> {
  const maker = await (await nodeWithHistory(6)).start()
  const address = toHex(scriptAddress(HEAVY))
  const outputs = Array.from({ length: COINS }, () => ({ address, amount: MiniNumber.ONE }))
  await maker.send({ outputs, fund: true })
  for (let i = 0; i < 4; i++) await maker.mine()
  const judge = await new PeerNode({ peers: { connect: [maker.address] } }).start()
  nodes.push(maker, judge)
  await until(() => judge.tip === maker.tip, 'the chain is there')
  judge.peers.network.disconnect(maker.address)
  const inputs = [...maker.core.chain.coins.all()]
    .filter((coin) => toHex(coin.address) === address)
    .map(({ coinId }) => toHex(coinId))
  expect(inputs).toHaveLength(COINS)
  const own = { address: await maker.core.wallet.address(), amount: MiniNumber.of(COINS) }
  const id = await maker.send({ inputs, outputs: [own], scripts: [HEAVY] })
  return { unit: maker.core.chain.known.get(id)!, judge, maker }
}

describe('a unit with heavy scripts', () => {
  test('leaves others a turn after each of its scripts, and is judged without running them again', async () => {
    const { unit, judge } = await heavyUnit()
    const tip = judge.core.chain.tip!
    const fresh = decode(TxPoW, encode(TxPoW, unit))
    const preparing = prepareArrival(fresh, tip, judge.core.thread)
    expect(await turnsDuring(preparing)).toBeGreaterThanOrEqual(COINS)
    const { signatures, costMs } = await preparing
    expect(signatures).toEqual({ ok: true })
    const before = process.cpuUsage()
    expect(checkScripts(fresh, tip.header).ok).toBe(true)
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(costMs / 2)
  })

  test('keeps its place before all that its peer sends after it', async () => {
    const { unit, judge, maker } = await heavyUnit()
    const next = await maker.mine()
    const peer = await (await RawPeer.open(judge.peers.network.port, '127.0.0.2')).greeted()
    peers.push(peer)
    const order: string[] = []
    const { known } = judge.core.chain
    const [first, second] = [unit, next].map((txpow) => toHex(factsOf(txpow).id))
    for (const txpow of [unit, next]) peer.frame(messageType('txpow'), encode(TxPoW, txpow))
    await until(
      () => {
        for (const id of [first!, second!]) if (known.has(id) && !order.includes(id)) order.push(id)
        return order.length === 2
      },
      'both are taken',
      30_000,
    )
    expect(order[0]).toBe(first)
  })

  test('over coins that do not exist is not run at all', async () => {
    const { unit, judge } = await heavyUnit()
    const { witness } = unit.body!
    const coinProofs = witness.coinProofs.map(({ coin, proof }) => ({
      coin: { ...coin, created: MiniNumber.of(2) },
      proof,
    }))
    const unproved = forge(unit, { body: { witness: { ...witness, coinProofs } } })
    const peer = await (await RawPeer.open(judge.peers.network.port, '127.0.0.2')).greeted()
    peers.push(peer)
    const before = process.cpuUsage()
    peer.frame(messageType('txpow'), encode(TxPoW, unproved))
    await until(
      () => judge.core.chain.known.has(toHex(factsOf(unproved).id)),
      'the unit is kept, as on another branch',
      30_000,
    )
    const { user } = process.cpuUsage(before)
    const began = performance.now()
    checkScripts(decode(TxPoW, encode(TxPoW, unproved)), judge.core.chain.tip!.header)
    expect(user / 1000).toBeLessThan((performance.now() - began) / 2)
    expect(peer.count('txpowId')).toBe(0)
  })
})
