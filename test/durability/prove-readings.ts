import { formatEvidence, formatNoteKey, toLowerHex, verifyEvidence } from '@minipolis/city'
import { drawsAt } from '../../packages/cli/src/simulator/random.ts'
import { type DetectorWeek, STREAM_PREFIX } from './detector-week.ts'
import { openQuiet } from './inspect-city.ts'
import { Violations } from './violations.ts'

/** Bytes of one evidence file at most. */
const EVIDENCE_BYTES_MAX = 32 * 1024

/** Anchors what the log holds, makes evidence of random readings of the file, and checks it as a stranger would. */
export async function proveReadings(
  folder: string,
  week: DetectorWeek,
  count: number,
  seed: string,
): Promise<string[]> {
  const found = new Violations()
  const open = await openQuiet(folder, found)
  try {
    const { city } = open
    found.expect(await open.settle(), () => 'the log is not anchored, however many blocks there are')
    const founding = await city.anchors.founding()
    const trust = {
      logKeys: [formatNoteKey(city.log.key)],
      authorityKeys: [toLowerHex(city.credentials.authority.publicKey)],
      anchorAddresses: founding ? [founding.address] : [],
    }
    const draw = drawsAt(seed, 0)
    for (let at = 0; at < count; at++) {
      const [row, column] = [draw(week.rows.length), draw(week.detectors.length)]
      const id = `${STREAM_PREFIX}${week.detectors[column]}@${row + 1}`
      const range = { stream: `${STREAM_PREFIX}${week.detectors[column]}`, first: row + 1 }
      const text = formatEvidence(await city.evidence(range))
      found.expect(text.length < EVIDENCE_BYTES_MAX, () => `the evidence of ${id} has ${text.length} bytes`)
      const verdict = verifyEvidence(text, { trust })
      const broken = verdict.links.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
      found.expect(verdict.intact, () => `the evidence of ${id} is not intact: ${broken.join('; ')}`)
      found.expect(verdict.complete, () => `the evidence of ${id} is not complete: ${JSON.stringify(verdict.gaps)}`)
      found.expect(verdict.state === 'anchored', () => `the evidence of ${id} ends at ${verdict.state}`)
      const value = verdict.readings[0]?.value
      found.expect(value === week.rows[row]![column], () => `the evidence of ${id} says ${value}`)
    }
  } finally {
    await open.close()
  }
  return found.list
}
