import { takenBy } from '../load/resident.ts'
import type { Driver } from './driver.ts'
import type { Measured } from './recorded.ts'
import type { Subject } from './subject.ts'

export interface FollowCounts {
  /** Empty blocks taken from the driver. */
  readonly blocks: number
  /** Payments one after the other. */
  readonly sends: number
  /** Payments at once; none where they would be lost. */
  readonly parallelSends: number
}

const REACH_MAX_MS = 120_000
/** Blocks between two looks whether the node still follows. */
const STRIDE = 10
const BLOCKS_ON_TOP = 4
/** Pays for one payment and its change. */
const COIN_AMOUNT = 10

/** Starts the next life on the same folder. */
export type NextLife = () => Promise<Subject>

/**
 * A node that follows the driver's chain: takes its blocks, pays, and is ended and started again in between, so that its
 * folder tells what each took.
 */
export async function follow(driver: Driver, nextLife: NextLife, counts: FollowCounts): Promise<Measured> {
  const address = await prepare(driver, nextLife, counts)
  const blocks = await takeBlocks(driver, nextLife, counts.blocks)
  const sends = await pay(driver, nextLife, counts, address)
  return {
    takenBlockCpuMs: blocks.cpuMs / counts.blocks,
    blockDiskKb: blocks.diskBytes / counts.blocks / 1_000,
    ...sends.measured,
    sendDiskKb: sends.diskBytes / (counts.sends + counts.parallelSends) / 1_000,
  }
}

/** Money in as many coins as there will be payments. @returns an address of the driver */
async function prepare(driver: Driver, nextLife: NextLife, counts: FollowCounts): Promise<string> {
  const subject = await joined(driver, nextLife)
  const { address } = (await subject.rpc('getaddress')) as { address: string }
  const coins = counts.sends + counts.parallelSends
  await driver.pay(
    address,
    Array.from({ length: coins }, () => COIN_AMOUNT),
  )
  await subject.reach(driver.tip, REACH_MAX_MS)
  await subject.stop()
  return driver.address()
}

async function takeBlocks(driver: Driver, nextLife: NextLife, blocks: number) {
  const subject = await joined(driver, nextLife)
  const diskBefore = subject.startBytes
  const cpuBefore = subject.cpuMs
  for (let taken = 0; taken < blocks; taken += STRIDE) {
    await driver.mine(Math.min(STRIDE, blocks - taken))
    await subject.reach(driver.tip, REACH_MAX_MS)
  }
  const cpuMs = subject.cpuMs - cpuBefore
  await subject.stop()
  return { cpuMs, diskBytes: subject.diskBytes - diskBefore }
}

async function pay(driver: Driver, nextLife: NextLife, { sends, parallelSends }: FollowCounts, address: string) {
  const subject = await joined(driver, nextLife)
  const diskBefore = subject.startBytes
  const send = (): Promise<unknown> => subject.rpc(`send amount:1 address:${address}`)
  const cpuBefore = subject.cpuMs
  const began = performance.now()
  for (let sent = 0; sent < sends; sent++) await send()
  const seconds = (performance.now() - began) / 1_000
  const sendCpuMs = (subject.cpuMs - cpuBefore) / sends
  const atOnce = performance.now()
  await Promise.all(Array.from({ length: parallelSends }, send))
  const atOnceSeconds = (performance.now() - atOnce) / 1_000
  const { residentMb, peakMb } = takenBy(subject.pid)
  await driver.reach((await subject.tip())!.hash, REACH_MAX_MS)
  await driver.mine(BLOCKS_ON_TOP)
  await subject.reach(driver.tip, REACH_MAX_MS)
  await subject.stop()
  const measured: Measured = {
    ...{ sendsPerSecond: sends / seconds, sendCpuMs, loadMb: residentMb, loadPeakMb: peakMb },
    ...(parallelSends > 0 && { parallelSendsPerSecond: parallelSends / atOnceSeconds }),
  }
  return { measured, diskBytes: subject.diskBytes - diskBefore }
}

async function joined(driver: Driver, nextLife: NextLife): Promise<Subject> {
  const subject = await nextLife()
  await subject.connect(driver.port)
  await subject.reach(driver.tip, REACH_MAX_MS)
  return subject
}
