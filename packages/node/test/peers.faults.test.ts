import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MiniNumber } from '@minipolis/minima'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NodeProcess, OrderError } from './node-process.ts'
import { createRandom, type SeededRandom } from './seeded-random.ts'

/** A longer run: FAULT_STEPS=2000 FAULT_SEED=7 */
const STEPS = Number(process.env.FAULT_STEPS ?? 60)
const SEED = Number(process.env.FAULT_SEED ?? 1)
const NODES = 5
const BLOCK_MS = 2_000
const BILLION = '1000000000'
/** Refusals of a wallet that are no fault: money that waits for its block, or is not there. */
const POOR = new Set(['insufficient-funds', 'coins-busy'])
const AGREE_MS = 60_000
/** Long enough for a block to reach everybody, even on a busy machine. */
const SPREAD_MS = 3_000

let folder: string
const nodes: NodeProcess[] = []
const addresses: string[] = []
let timeMs = Date.now() - (STEPS + 100) * 2 * BLOCK_MS
/** Which side of the partition a node is on; all the same when there is none. */
let sides: number[] = Array.from({ length: NODES }, () => 0)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'network-'))
  for (let i = 0; i < NODES; i++) nodes.push(new NodeProcess(join(folder, `${i}.db`)))
  await Promise.all(nodes.map((node) => node.start()))
})

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.kill()))
  await rm(folder, { recursive: true, force: true })
})

const alive = (): number[] => nodes.flatMap((node, i) => (node.isAlive ? [i] : []))
const pick = (random: SeededRandom, from: readonly number[]): number => from[random.below(from.length)]!

/** Every node calls those before it, unless the partition is between them. */
async function connect(i: number): Promise<void> {
  for (let j = 0; j < NODES; j++) {
    if (i === j) continue
    const [caller, called] = i > j ? [i, j] : [j, i]
    if (!nodes[caller]!.isAlive) continue
    const order = sides[i] === sides[j] ? 'connect' : 'disconnect'
    await nodes[caller]!.order({ order, port: nodes[called]!.port })
  }
}

async function arrange(next: number[]): Promise<void> {
  sides = next
  for (const i of alive()) await connect(i)
}

async function mine(i: number): Promise<void> {
  timeMs += BLOCK_MS
  await nodes[i]!.order({ order: 'mine', timeMs })
}

async function send(random: SeededRandom, from: number): Promise<boolean> {
  const to = addresses[random.below(NODES)]!
  try {
    await nodes[from]!.order({ order: 'send', to, amount: String(1 + random.below(1_000_000)), timeMs })
    return true
  } catch (error) {
    if (error instanceof OrderError && POOR.has(error.message)) return false
    throw error
  }
}

/** What must hold of every node at every moment: no money is made or lost, whatever branch it is on. */
async function check(step: number, log: string[]): Promise<void> {
  for (const i of alive()) {
    const { supply } = await nodes[i]!.status()
    if (supply !== BILLION)
      expect.fail(`step ${step}: node ${i} has ${supply} coins after ${log.slice(-10).join(', ')}`)
  }
}

/** Branches of equal weight stand side by side until the next block: while nodes disagree, the first one makes one now and then. */
async function agree(log: readonly string[]): Promise<void> {
  const endMs = Date.now() + AGREE_MS
  let blockMs = Date.now() + SPREAD_MS
  for (;;) {
    const all = await Promise.all(nodes.map((node) => node.status()))
    if (new Set(all.map(({ tip }) => tip)).size === 1) return
    if (Date.now() > endMs)
      expect.fail(`no agreement: ${JSON.stringify(all, null, 1)} after ${log.slice(-20).join(', ')}`)
    if (Date.now() > blockMs) {
      await mine(0)
      blockMs = Date.now() + SPREAD_MS
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test(`five nodes agree and no money is lost over ${STEPS} steps of partitions, kills and restarts, seed ${SEED}`, {
  timeout: 2 * AGREE_MS + STEPS * 1_500,
}, async () => {
  const random = createRandom(SEED)
  const log: string[] = []
  const counts = { mined: 0, sent: 0, partitions: 0, kills: 0 }
  await nodes[0]!.order({ order: 'begin' })
  for (const node of nodes) addresses.push(await node.order<string>({ order: 'address' }))
  for (let i = 1; i < NODES; i++) await connect(i)
  for (let i = 0; i < 6; i++) await mine(0)
  await agree(log)

  for (let step = 0; step < STEPS; step++) {
    const what = random.below(100)
    const i = pick(random, alive())
    if (what < 45) {
      log.push(`mine ${i}`)
      await mine(i)
      counts.mined++
    } else if (what < 70) {
      log.push(`send ${i}`)
      if (await send(random, i)) counts.sent++
    } else if (what < 78) {
      log.push('partition')
      await arrange(sides.map(() => random.below(2)))
      counts.partitions++
    } else if (what < 86) {
      log.push('heal')
      await arrange(sides.map(() => 0))
    } else if (what < 92 && alive().length > 3) {
      log.push(`kill ${i}`)
      await nodes[i]!.kill()
      counts.kills++
    } else {
      const dead = nodes.findIndex((node) => !node.isAlive)
      if (dead < 0) continue
      log.push(`restart ${dead}`)
      await nodes[dead]!.start()
      await connect(dead)
    }
    await check(step, log)
  }

  for (const node of nodes) if (!node.isAlive) await node.start()
  await arrange(sides.map(() => 0))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  for (let i = 0; i < NODES; i++) await mine(i)
  await agree(log)
  const all = await Promise.all(nodes.map((node) => node.status()))
  const owned = all.reduce((sum, { balance }) => sum.add(MiniNumber.parse(balance)), MiniNumber.ZERO)
  expect(owned.toString()).toBe(BILLION)
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(0)
})
