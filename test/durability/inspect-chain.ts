import {
  type AnchorRecord,
  parseCheckpoint,
  parseNote,
  readAnchor,
  readAnchorState,
  successorCoinId,
} from '@minipolis/city'
import { bagPeaks, bytesEqual, type Coin, coinProofPeak, MiniNumber, mmrDataEqual, toHex } from '@minipolis/minima'
import type { MinimaNode } from '@minipolis/node'
import type { OpenCity } from '@minipolis/server'
import type { Violations } from './violations.ts'

/** Blocks looked at from the tip down. */
const BLOCKS_CHECKED = 200

/** The chain is whole: its blocks follow each other, its coins add up to the tip's sum, every coin can be proven. */
export function inspectChain(node: MinimaNode, found: Violations): void {
  const tip = node.tip()
  if (!tip) return
  const block = node.block({ id: tip.id })
  found.expect(block !== undefined, () => `the tip ${tip.number} is not kept`)
  if (!block) return
  const { mmrRoot, mmrTotal } = block.txpow.header
  const root = bagPeaks(block.peaks.map(({ data }) => data))
  found.expect(
    root !== undefined && bytesEqual(root.data, mmrRoot) && root.value.equals(mmrTotal),
    () => `the peaks of block ${tip.number} do not give the root in its header`,
  )

  const coins = node.coins({})
  const sum = coins.reduce((total, { amount }) => total.add(amount), MiniNumber.ZERO)
  found.expect(sum.equals(mmrTotal), () => `the coins add up to ${sum}, the header says ${mmrTotal}`)
  found.expect(mmrTotal.equals(MiniNumber.BILLION), () => `nothing was burned, but ${mmrTotal} Minima are left`)
  for (const coin of coins) inspectCoin(node, coin, found)

  const blocks = node.blocks(Math.max(1, tip.number - BLOCKS_CHECKED))
  for (const [at, { number, txpow }] of blocks.entries()) {
    const before = blocks[at - 1]
    if (!before) continue
    const parent = toHex(txpow.header.superParents[0]!)
    found.expect(parent === before.id, () => `block ${number} follows ${parent}, not block ${before.number}`)
  }
}

function inspectCoin(node: MinimaNode, { coinId }: Coin, found: Violations): void {
  const id = toHex(coinId)
  const proof = node.coinProof(id)
  const at = proof && node.block({ number: Number(proof.proof.blockTime.toBigInt()) })
  found.expect(
    proof !== undefined && at?.peaks.some(({ data }) => mmrDataEqual(data, coinProofPeak(proof))) === true,
    () => `the coin ${id} cannot be proven`,
  )
}

/** Anchors held in one look. */
const ANCHORS_CHECKED = 1_000

/** The anchors are one line from the founding coin to one live coin, and each names a tree that the log begins with. */
export async function inspectAnchors({ city, node }: OpenCity, found: Violations): Promise<void> {
  const founding = await city.anchors.founding()
  const anchors = (await city.anchors.list(ANCHORS_CHECKED)).reverse().map(readAnchor)
  if (!founding) return found.expect(anchors.length === 0, () => 'there are anchors without a founding coin')
  let before: Pick<AnchorRecord, 'coinId' | 'size' | 'serial'> = { coinId: founding.coinId, size: 0, serial: 0 }
  for (const anchor of anchors) {
    const { serial, spends, coinId, size } = anchor
    found.expect(serial === before.serial + 1, () => `anchor ${serial} stands behind anchor ${before.serial}`)
    found.expect(spends === before.coinId, () => `anchor ${serial} does not spend the coin of the one before`)
    found.expect(coinId === successorCoinId(spends), () => `anchor ${serial} has a foreign coin id`)
    found.expect(size > before.size, () => `anchor ${serial} holds ${size} entries, the one before ${before.size}`)
    const checkpoint = parseCheckpoint(parseNote(anchor.checkpoint).text)
    const root = size <= city.log.size ? await city.log.reader.root(size) : undefined
    found.expect(
      root !== undefined && checkpoint.size === size && bytesEqual(checkpoint.root, root),
      () => `anchor ${serial} names a tree of ${size} entries that is not the log's`,
    )
    before = anchor
  }
  const live = node.coins({ address: founding.address })
  found.expect(live.length <= 1, () => `the log has ${live.length} live anchor coins`)
  const [coin] = live
  const statement = coin && readAnchorState(coin.state)
  if (!coin || !statement) {
    const onChain = anchors.filter(({ state }) => state !== 'intended' && state !== 'posted')
    return found.expect(onChain.length === 0, () => `${onChain.length} anchors were on chain, but none is live`)
  }
  const root = statement.size <= city.log.size ? await city.log.reader.root(statement.size) : undefined
  found.expect(
    root !== undefined && bytesEqual(statement.root, root),
    () => `the live anchor names a tree of ${statement.size} entries that is not the log's`,
  )
}
