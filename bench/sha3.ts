import { hash as nodeHash } from 'node:crypto'
import { hashChains, mineNonces, sha3_256, sha3_256Pair, sha3EngineName } from '@minipolis/minima'
import { sha3_256 as nobleHash } from '@noble/hashes/sha3.js'
import { comparer, type Recorded } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'SHA3-256 of short and long messages, hash chains and mining'

const reference = (perSecond: number, goal?: number): Recorded => ({
  name: 'reference (Java), one thread',
  perSecond,
  source: 'recorded on a machine of this kind',
  ...(goal === undefined ? {} : { goal }),
})
const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index & 0xff)

const CHAINS = 34
const STEPS = 255
const chains = Array.from({ length: CHAINS }, (_, index) => ({ value: message(32).fill(index), steps: STEPS }))

const ATTEMPTS = 2000
const unreachable = new Uint8Array(32)
/** Mines over a header with 8 nonce bytes at `nonceOffset`. */
const mine = (length: number, nonceOffset: number) => {
  const header = message(length)
  let startCounter = 0n
  return () => {
    mineNonces(header, { nonceOffset, nonceLength: 8, startCounter, attempts: ATTEMPTS }, unreachable)
    startCounter += BigInt(ATTEMPTS)
  }
}
/** The miner's loop one call at a time, as it looks without a loop inside the module. */
const mineByHash = (length: number) => {
  const header = message(length)
  const view = new DataView(header.buffer)
  let counter = 0n
  return () => {
    view.setBigUint64(4, counter++)
    return sha3_256(header)
  }
}

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const compare = comparer(report, options)
  report.line(`engine: ${sha3EngineName()}`)
  const [short, other, block, long] = [message(32), message(32).reverse(), message(136), message(100_000)]
  await compare({
    title: 'SHA3-256 of 32 bytes',
    unit: 'hashes',
    rivals: [
      { name: 'sha3_256', call: () => sha3_256(short) },
      { name: 'sha3_256Pair', operationsPerCall: 2, call: () => sha3_256Pair(short, other) },
      { name: 'node:crypto hash', call: () => nodeHash('sha3-256', short, 'buffer') },
      { name: '@noble/hashes', call: () => nobleHash(short) },
    ],
    recorded: [reference(1.54e6, 1.5)],
  })
  await compare({
    title: 'Chains of 255 steps, 34 of them (a Winternitz key)',
    unit: 'hashes',
    rivals: [
      { name: 'hashChains', operationsPerCall: CHAINS * STEPS, call: () => hashChains(chains) },
      { name: 'sha3_256, one call per step', call: () => sha3_256(short) },
    ],
    recorded: [reference(1.54e6, 1.5)],
  })
  await compare({
    title: 'SHA3-256 of a message of two blocks (136 bytes)',
    unit: 'hashes',
    rivals: [
      { name: 'sha3_256', call: () => sha3_256(block) },
      { name: 'node:crypto hash', call: () => nodeHash('sha3-256', block, 'buffer') },
    ],
  })
  await compare({
    title: 'SHA3-256 of 100 kB',
    unit: 'bytes',
    rivals: [
      { name: 'sha3_256', operationsPerCall: long.length, call: () => sha3_256(long) },
      { name: 'node:crypto hash', operationsPerCall: long.length, call: () => nodeHash('sha3-256', long, 'buffer') },
    ],
  })
  await compare({
    title: 'Mining one header of 241 bytes, the first of a young chain',
    unit: 'nonces',
    rivals: [
      { name: 'mineNonces', operationsPerCall: ATTEMPTS, call: mine(241, 4) },
      { name: 'sha3_256, one call per nonce', call: mineByHash(241) },
    ],
    recorded: [reference(0.9e6, 1)],
  })
  await compare({
    title: 'Mining one header of 504 bytes, the longest of the recorded chain',
    unit: 'nonces',
    rivals: [
      { name: 'mineNonces', operationsPerCall: ATTEMPTS, call: mine(504, 4) },
      { name: 'mineNonces, nonce in the custom hash', operationsPerCall: ATTEMPTS, call: mine(504, 440) },
      { name: 'sha3_256, one call per nonce', call: mineByHash(504) },
    ],
  })
}
