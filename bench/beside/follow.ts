import { takenBy } from '../load/resident.ts'
import type { Driver } from './driver.ts'
import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

export interface FollowCounts {
  /** Empty blocks taken from the driver. */
  readonly blocks: number
  /** Payments one after the other, all from one address, which also gets the change. */
  readonly sends: number
  /** Payments one after the other, each from an address whose key never signed. */
  readonly firstSends: number
  /** Payments by eight clients at once, a multiple of eight; none where they would be lost. */
  readonly parallelSends: number
}

const REACH_MAX_MS = 120_000
/** Blocks between two looks whether the node still follows. */
const STRIDE = 10
const BLOCKS_ON_TOP = 4
const CLIENTS = 8
/** Pays for one payment and its change. */
const COIN_AMOUNT = 10

/** Starts the next life on the same folder. */
export type NextLife = () => Promise<Subject>

/**
 * A node that follows the driver's chain: takes its blocks, pays, and is ended and started again in between, so that its
 * folder tells what each took.
 */
export async function follow(driver: Driver, nextLife: NextLife, counts: FollowCounts): Promise<Measured> {
  const purse = await prepare(driver, nextLife, counts)
  const before = await tidiedBytes(nextLife)
  const blocks = await takeBlocks(driver, nextLife, counts.blocks)
  const between = await tidiedBytes(nextLife)
  const paid = await pay(driver, nextLife, counts, purse)
  const after = await tidiedBytes(nextLife)
  return {
    ...paid.measured,
    takenBlockCpuMs: blocks.cpuMs / counts.blocks,
    blockDiskKb: (blocks.diskBytes - before) / counts.blocks / 1_000,
    tidyBlockDiskKb: (between - before) / counts.blocks / 1_000,
    sendDiskKb: (paid.diskBytes - between) / paid.payments / 1_000,
    tidySendDiskKb: (after - between) / paid.payments / 1_000,
  }
}

/** Bytes of the folder when it is made as small as it can be. */
async function tidiedBytes(nextLife: NextLife): Promise<number> {
  const subject = await nextLife()
  await subject.stop({ tidies: true })
  return subject.diskBytes
}

interface Purse {
  /** Where the coins of most payments are. */
  readonly address: string
  /** One coin each, for the first payments of their keys. */
  readonly fresh: readonly string[]
}

/** Money in as many coins as there will be payments. */
async function prepare(driver: Driver, nextLife: NextLife, counts: FollowCounts): Promise<Purse> {
  const subject = await joined(driver, nextLife)
  const [address, ...fresh] = await distinctAddresses(subject, 1 + counts.firstSends)
  const coins = 1 + counts.sends + counts.parallelSends
  await driver.pay(
    address!,
    Array.from({ length: coins }, () => COIN_AMOUNT),
  )
  for (const each of fresh) await driver.pay(each, [COIN_AMOUNT])
  await subject.reach(driver, REACH_MAX_MS)
  await subject.stop()
  return { address: address!, fresh }
}

/** Each call names one of the wallet's addresses by chance. */
async function distinctAddresses(subject: Subject, count: number): Promise<string[]> {
  const found = new Set<string>()
  while (found.size < count) {
    const { address } = await subject.rpc<{ address: string }>('getaddress')
    found.add(address)
  }
  return [...found]
}

async function takeBlocks(driver: Driver, nextLife: NextLife, blocks: number) {
  const subject = await joined(driver, nextLife)
  const cpuBefore = subject.cpuMs
  for (let taken = 0; taken < blocks; taken += STRIDE) {
    await driver.mine(Math.min(STRIDE, blocks - taken))
    await subject.reach(driver, REACH_MAX_MS)
  }
  const cpuMs = subject.cpuMs - cpuBefore
  await subject.stop()
  return { cpuMs, diskBytes: subject.diskBytes }
}

async function pay(driver: Driver, nextLife: NextLife, counts: FollowCounts, { address, fresh }: Purse) {
  const { sends, firstSends, parallelSends } = counts
  const subject = await joined(driver, nextLife)
  const payee = await driver.address()
  const from = (own: string): Promise<unknown> => subject.rpc(`send amount:1 address:${payee} fromaddress:${own}`)
  // The nodes of the key are made by its first signature.
  await from(address)
  const steady = await timed(subject, sends, () => from(address))
  const first = await timed(subject, firstSends, (at) => from(fresh[at]!))
  const began = performance.now()
  const perClient = Math.ceil(parallelSends / CLIENTS)
  await Promise.all(
    Array.from({ length: parallelSends > 0 ? CLIENTS : 0 }, () => inTurn(perClient, () => from(address))),
  )
  const parallelSeconds = (performance.now() - began) / 1_000
  const { residentMb, peakMb } = takenBy(subject.pid)
  await subject.reach(driver, REACH_MAX_MS)
  await driver.mine(BLOCKS_ON_TOP)
  await subject.reach(driver, REACH_MAX_MS)
  await subject.stop()
  const measured: Measured = {
    ...{ sendsPerSecond: steady.perSecond, sendCpuMs: steady.cpuMs, firstSendCpuMs: first.cpuMs },
    ...{ loadMb: residentMb, loadPeakMb: peakMb },
    ...(parallelSends > 0 && { parallelSendsPerSecond: parallelSends / parallelSeconds }),
  }
  return { measured, payments: 1 + sends + firstSends + parallelSends, diskBytes: subject.diskBytes }
}

async function timed(subject: Subject, times: number, work: (at: number) => Promise<unknown>) {
  const cpuBefore = subject.cpuMs
  const began = performance.now()
  await inTurn(times, work)
  const seconds = (performance.now() - began) / 1_000
  return { perSecond: times / seconds, cpuMs: (subject.cpuMs - cpuBefore) / times }
}

async function inTurn(times: number, work: (at: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done++) await work(done)
}

async function joined(driver: Driver, nextLife: NextLife): Promise<Subject> {
  const subject = await nextLife()
  await subject.connect(driver.port)
  await subject.reach(driver, REACH_MAX_MS)
  return subject
}
