import { randomBytes } from 'node:crypto'
import { createMerkleHash, fsckLog, toLowerHex } from '@minipolis/city'
import { nodeEd25519, nodeSha256, type OpenCity, openCity } from '@minipolis/server'
import { type DetectorWeek, STREAM_PREFIX } from './detector-week.ts'
import { inspectAnchors, inspectChain } from './inspect-chain.ts'
import { Violations } from './violations.ts'

/** What a city was heard to promise. */
export interface Promises {
  /** Leaves of the log that it called durable. */
  readonly leaves: number
  /** Readings from the file's beginning that it called imported. */
  readonly imported: number
  /** Tree heads that it signed: size and root as hex. */
  readonly signed: ReadonlyMap<number, string>
}

/** What an inspection found, to be held against the next one. */
export interface Inspection {
  readonly size: number
  readonly root: string
  /** Last sequence of each stream whose text was compared; the root says that all before stays as it is. */
  readonly compared: ReadonlyMap<string, number>
  readonly violations: readonly string[]
}

/** Readings read in one go. */
const PAGE = 10_000

const merkle = createMerkleHash(nodeSha256)

/** Opens a folder as any command does. What it reports on the side counts as a violation. */
export async function openQuiet(folder: string, found: Violations): Promise<OpenCity> {
  return openCity(
    { folder, anchorEveryMs: 0 },
    {
      now: Date.now,
      randomBytes,
      onError: (error) =>
        found.expect(false, () => `told on the side: ${error instanceof Error ? error.message : error}`),
    },
  )
}

/**
 * Opens what a killed import left, and checks that it is whole and holds what was promised.
 *
 * @param before the inspection before, whose tree this one must begin with; its readings are not read again
 */
export async function inspectCity(
  folder: string,
  week: DetectorWeek,
  promises: Promises,
  before?: Inspection,
): Promise<Inspection> {
  const found = new Violations()
  const open = await openQuiet(folder, found)
  try {
    const { city, node } = open
    inspectChain(node, found)
    await inspectAnchors(open, found)
    const { size } = city.log
    found.expect(size >= promises.leaves, () => `${promises.leaves} leaves were durable, ${size} are left`)
    for (const [signed, root] of promises.signed) {
      const now = signed <= size ? toLowerHex(await city.log.reader.root(signed)) : 'shorter'
      found.expect(now === root, () => `the tree of ${signed} entries was signed with root ${root}, now it is ${now}`)
    }
    if (before) {
      const root = toLowerHex(await city.log.reader.root(before.size))
      found.expect(root === before.root, () => `the first ${before.size} entries changed`)
    }
    const parts = { store: city.logStore, mark: open.mark, key: city.log.key, hash: merkle, ed25519: nodeEd25519 }
    const checked = await fsckLog(parts)
    found.expect(checked.clean, () => `log fsck: ${JSON.stringify(checked)}`)
    const compared = await inspectReadings(open, week, promises.imported, before?.compared ?? new Map(), found)
    const quarantined = await city.quarantine.counts()
    found.expect(quarantined.size === 0, () => `in quarantine: ${JSON.stringify([...quarantined])}`)
    const root = toLowerHex(await city.log.reader.root(size))
    return { size, root, compared, violations: found.list }
  } finally {
    await open.close()
  }
}

/** Each stream holds a beginning of its column: every text in its order and once, up to what was promised at least. */
async function inspectReadings(
  { city }: OpenCity,
  { detectors, rows }: DetectorWeek,
  imported: number,
  before: ReadonlyMap<string, number>,
  found: Violations,
): Promise<Map<string, number>> {
  const compared = new Map<string, number>()
  let total = 0
  for (const [column, detector] of detectors.entries()) {
    const promised = Math.ceil((imported - column) / detectors.length)
    const stream = await city.streams.find(`${STREAM_PREFIX}${detector}`)
    if (!stream) {
      found.expect(promised <= 0, () => `the stream of detector ${detector} is lost`)
      continue
    }
    let sequence = before.get(stream.id) ?? 0
    for (;;) {
      const page = await city.records.bySequence(stream, { from: sequence + 1, limit: PAGE })
      for (const reading of page) {
        const expected = rows[sequence]?.[column]
        sequence++
        found.expect(reading.sequence === sequence, () => `${reading.id} stands where ${sequence} belongs`)
        found.expect(reading.value === expected, () => `${reading.id} says ${reading.value}, the file ${expected}`)
      }
      if (page.length < PAGE) break
    }
    compared.set(stream.id, sequence)
    total += sequence
    found.expect(sequence >= promised, () => `detector ${detector} was promised ${promised} readings, has ${sequence}`)
  }
  found.expect(total === city.log.size, () => `the streams hold ${total} readings, the log ${city.log.size} entries`)
  return compared
}
