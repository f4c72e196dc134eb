import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mineNonces } from '@minipolis/minima'
import { Driver } from '../beside/driver.ts'
import { type Subject, Subjects } from '../beside/subject.ts'
import type { BenchOptions } from '../options.ts'
import { type Cost, ownCpuMs } from './cost.ts'

const full = { blocks: 300, payments: 60 }
const quick = { blocks: 40, payments: 10 }
const REACH_MAX_MS = 120_000
const KEYS = 64
const KEYS_MAX_MS = 300_000
const HASHES = 1_000_000
const HEADER_BYTES = 241

/** Blocks and payments: on the node that makes them, and on one that takes them from a peer. */
export async function energyOfBlocks(tell: (cost: Cost) => void, options: BenchOptions): Promise<void> {
  const { blocks, payments } = options.quick ? quick : full
  const place = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const subjects = new Subjects()
  const maker = await Driver.start(2 * (blocks + payments) + 200, join(place, 'maker.sqlite'))
  try {
    await maker.mine(30)
    await coinsFor(maker, payments)
    const blockMs = (await ownCpuMs(() => maker.mine(blocks))) / blocks
    tell({ what: 'empty block, made: work of the least difficulty, checked, stored', cpuMs: blockMs })
    const paymentMs = (await ownCpuMs(() => payEach(maker, payments))) / payments
    tell({ what: 'payment, made: signed, work of the least difficulty, checked, stored', cpuMs: paymentMs })
    tell({ what: 'a million hashes of further work', cpuMs: await hashing() })

    const port = options.basePort
    const taker = await subjects.begin('ours', { network: 'main', folder: join(place, 'taker'), port }).ready()
    await taker.until('its keys are made', async () => (await taker.keys()).length >= KEYS, KEYS_MAX_MS, 2_000)
    await taker.connect(maker.port)
    await coinsFor(maker, payments)
    await taker.reach(maker, REACH_MAX_MS)
    const takenMs = (await takes(taker, maker, () => maker.mine(blocks))) / blocks
    tell({ what: 'empty block, taken from a peer: checked, stored', cpuMs: takenMs })
    // Of the least difficulty a payment is a block as well, and takes part in what an empty one costs.
    const paidMs = (await takes(taker, maker, () => payEach(maker, payments))) / payments
    tell({ what: 'payment, taken from a peer: signature, scripts and coins checked, stored', cpuMs: paidMs })
    await taker.stop()
  } finally {
    await subjects.killAll()
    await maker.stop()
    rmSync(place, { recursive: true, force: true })
  }
}

/** CPU of the taker until it has what the maker made. */
async function takes(taker: Subject, maker: Driver, work: () => Promise<void>): Promise<number> {
  const before = taker.cpuMs
  await work()
  await taker.reach(maker, REACH_MAX_MS)
  return taker.cpuMs - before
}

const coinsFor = async (maker: Driver, count: number): Promise<void> =>
  maker.pay(
    await maker.address(),
    Array.from({ length: count }, () => 2),
  )

async function payEach(maker: Driver, count: number): Promise<void> {
  const address = await maker.address()
  for (let paid = 0; paid < count; paid++) await maker.send(address, [1])
}

const hashing = (): Promise<number> =>
  ownCpuMs(async () => {
    const range = { nonceOffset: 4, nonceLength: 8, startCounter: 0n, attempts: HASHES }
    mineNonces(new Uint8Array(HEADER_BYTES), range, new Uint8Array(32))
  })
