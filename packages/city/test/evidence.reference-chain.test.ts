import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { decodeExact, encode, fromHex, headerId, TxBody, TxHeader, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { describe, expect, test } from 'vitest'
import { headerPath } from '../src/anchor/index.ts'
import { toBase64 } from '../src/crypto/index.ts'
import { checkHeaders, checkTransaction } from '../src/evidence/check-anchor.ts'
import type { AnchorEvidence } from '../src/evidence/evidence-schema.ts'

const vectors = new URL('../../../../shared/vectors/', import.meta.url)
const atHand = existsSync(vectors)
const readVectors = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(new URL(name, vectors))).toString())

interface Recorded {
  readonly txpow: string
  readonly txpowid: string
  readonly state: { readonly tip: string }
}

/** A chain that the reference mined by itself, with its headers by id. */
function recordedChain() {
  const { blocks } = readVectors('chain-real.json.gz') as { blocks: Recorded[] }
  const units = new Map(blocks.map(({ txpow, txpowid }) => [txpowid, decodeExact(TxPoW, fromHex(txpow))]))
  return { units, tip: blocks.at(-1)!.state.tip }
}

const evidenceOf = (headers: readonly TxHeader[]): AnchorEvidence => {
  const blockOf = (header: TxHeader) => ({ id: toHex(headerId(header)), number: Number(header.blockNumber.toString()) })
  return {
    block: blockOf(headers[0]!),
    coin: null,
    headers: headers.map((header) => toBase64(encode(TxHeader, header))),
    live: null,
    top: blockOf(headers.at(-1)!),
    transaction: null,
  }
}

describe.skipIf(!atHand)('on a chain that the reference mined (needs ../shared/vectors)', () => {
  test('every block is reached from the tip over super parents in a few hops', async () => {
    const { units, tip } = recordedChain()
    const top = { id: tip, header: units.get(tip)!.header }
    let parent = tip
    let longest = 0
    for (let number = top.header.blockNumber.toBigInt(); units.has(parent); number--) {
      const headers = await headerPath(top, { id: parent, number }, async (id) => units.get(id)?.header)
      const { depth, difficulty } = checkHeaders(evidenceOf(headers!), {})
      expect(depth).toBe(Number(top.header.blockNumber.toBigInt() - number))
      expect(Number(difficulty)).toBeGreaterThan(0)
      longest = Math.max(longest, headers!.length)
      parent = toHex(units.get(parent)!.header.superParents[0]!)
    }
    expect(longest).toBeGreaterThan(4)
    expect(longest).toBeLessThan(20)
  })

  test('a block of the losing branch of the fork is reached by no path', async () => {
    const { units, tip } = recordedChain()
    const main = new Set<string>()
    for (let id = tip; units.has(id); id = toHex(units.get(id)!.header.superParents[0]!)) main.add(id)
    const orphan = [...units].find(([id]) => !main.has(id))!
    const target = { id: orphan[0], number: orphan[1].header.blockNumber.toBigInt() }
    const top = { id: tip, header: units.get(tip)!.header }
    expect(await headerPath(top, target, async (id) => units.get(id)?.header)).toBeUndefined()
  })

  test('every own transaction of a block is shown to be in it, and in no other', () => {
    const blocks = [...recordedChain().units.values()]
    for (const [i, block] of blocks.entries()) {
      const own = { ...evidenceOf([block.header]), transaction: { txpow: toBase64(encode(TxPoW, block)), body: null } }
      expect(checkTransaction(own, block.header)).toEqual(block.body)
      expect(() => checkTransaction(own, blocks[(i + 1) % blocks.length]!.header)).toThrow('not the own one')
    }
  })

  test('every listed transaction is shown to be in its block, and in no other', () => {
    const { events } = readVectors('chain-A.json.gz') as { events: { txpow: string; intree?: boolean }[] }
    const units = events.map(({ txpow }) => decodeExact(TxPoW, fromHex(txpow)))
    const byId = new Map(units.map((unit) => [toHex(txpowId(unit)), unit]))
    let shown = 0
    for (const [i, block] of units.entries()) {
      if (!events[i]!.intree) continue
      for (const id of block.body!.txpowIds.slice(0, 20)) {
        const unit = byId.get(toHex(id))!
        const transaction = { txpow: toBase64(encode(TxPoW, unit)), body: toBase64(encode(TxBody, block.body!)) }
        const evidence = { ...evidenceOf([block.header]), transaction }
        expect(checkTransaction(evidence, block.header)).toEqual(unit.body)
        expect(() => checkTransaction(evidence, units[0]!.header)).toThrow('is not that of block')
        const stranger = { ...evidence, transaction: { ...transaction, txpow: toBase64(encode(TxPoW, units[1]!)) } }
        expect(() => checkTransaction(stranger, block.header)).toThrow('does not list')
        shown++
      }
    }
    expect(shown).toBeGreaterThan(25)
  })
})
