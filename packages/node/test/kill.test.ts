import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { bytesEqual, coinProofPeak, MiniNumber, mmrDataEqual, toHex } from '@minipolis/minima'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MinimaNode } from '../src/index.ts'
import type { Said } from './kill-victim.ts'

/** More of them with `MINIPOLIS_KILLS=200`, another row with `MINIPOLIS_SEED=2`. */
const kills = Number(process.env.MINIPOLIS_KILLS ?? 12)
const seed = Number(process.env.MINIPOLIS_SEED ?? 1)
const START_MS_MAX = 900
const SAID_MAX = 8
const LATER_MS_MAX = 60

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-kill-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Numbers from 0 to below 1 that the seed decides (mulberry32). */
function random(state: number): () => number {
  let next = state
  return () => {
    next = (next + 0x6d2b79f5) | 0
    let mixed = Math.imul(next ^ (next >>> 15), 1 | next)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** When to kill: some time after the start, or after the node has said so many things and then some time. */
type Death = { readonly afterMs: number } | { readonly afterSaid: number; readonly thenMs: number }

/** Lets a node work on the file for a while and kills it. @returns what it said */
async function liveAndDie(file: string, death: Death): Promise<Said[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-victim.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Said[] = []
  if ('afterMs' in death) setTimeout(() => child.kill('SIGKILL'), death.afterMs)
  for await (const line of createInterface(child.stdout)) {
    said.push(JSON.parse(line) as Said)
    if ('afterSaid' in death && said.length === death.afterSaid) setTimeout(() => child.kill('SIGKILL'), death.thenMs)
  }
  expect(child.signalCode ?? 'SIGKILL').toBe('SIGKILL')
  return said
}

/** Opens what is left, and checks that it is whole. */
async function inspect(file: string, confirmed: ReadonlySet<string>): Promise<void> {
  const node = new MinimaNode(
    { network: 'dev', file, automine: 'off' },
    { now: () => Date.UTC(2026, 0, 1), random: (size) => new Uint8Array(size).fill(7) },
  )
  await node.start()
  try {
    const tip = node.block({ id: node.tip()!.id })!
    const coins = node.coins({})
    const total = coins.reduce((sum, coin) => sum.add(coin.amount), MiniNumber.ZERO)
    expect(total.toString(), 'money').toBe(tip.txpow.header.mmrTotal.toString())
    for (const id of confirmed) expect(node.inclusion(id), `confirmed ${id}`).toBeDefined()
    for (const { coinId } of coins) {
      const proof = node.coinProof(toHex(coinId))!
      const { peaks } = node.block({ number: Number(proof.proof.blockTime.toBigInt()) })!
      expect(
        peaks.some(({ data }) => mmrDataEqual(data, coinProofPeak(proof))),
        'coin proof',
      ).toBe(true)
    }
    const blocks = node.blocks(tip.number - 50)
    for (const [i, { txpow }] of blocks.entries()) {
      if (i > 0)
        expect(bytesEqual(txpow.header.superParents[0]!, Buffer.from(blocks[i - 1]!.id.slice(2), 'hex'))).toBe(true)
    }
  } finally {
    await node.stop()
  }
}

test(`a node killed ${kills} times at any moment loses nothing confirmed and signs nothing twice`, async () => {
  const file = join(folder, 'node.db')
  const draw = random(seed)
  const confirmed = new Set<string>()
  const oneTimeKeys = new Set<string>()
  for (let kill = 0; kill < kills; kill++) {
    // Counted in what the node says rather than in time alone, so that a busy machine does not kill it before it did anything.
    const death =
      draw() < 0.3
        ? { afterMs: Math.floor(draw() * START_MS_MAX) }
        : { afterSaid: 1 + Math.floor(draw() * SAID_MAX), thenMs: Math.floor(draw() * LATER_MS_MAX) }
    for (const said of await liveAndDie(file, death)) {
      if (said.txpowId !== undefined) confirmed.add(said.txpowId)
      for (const key of said.oneTimeKeys ?? []) {
        expect(oneTimeKeys.has(key), `one-time key ${key} signed twice`).toBe(false)
        oneTimeKeys.add(key)
      }
    }
    await inspect(file, confirmed)
  }
  expect(confirmed.size).toBeGreaterThan(kills / 6)
}, 600_000)
