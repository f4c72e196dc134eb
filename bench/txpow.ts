import { readFileSync } from 'node:fs'
import {
  bodyHash,
  decode,
  encode,
  fromHex,
  scriptProofAddress,
  TxPoW,
  txpowFacts,
  type Witness,
} from '@minipolis/minima'
import { comparer } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'TxPoW of 14 kB: decoding with all its ids, encoding, body hash'

interface RecordedCase {
  readonly name: string
  readonly hex: string
}

/** A recorded unit with a transaction, a burn transaction, signatures of three levels, proofs and scripts: 14,333 bytes. */
const recordedUnit = (): Uint8Array => {
  const fixture = new URL('../packages/minima/test/fixtures/objects-txpow.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: readonly RecordedCase[] }
  return fromHex(cases.find(({ name }) => name === 'txpow-full-050')!.hex)
}

const scriptAddresses = ({ scripts }: Witness): readonly Uint8Array[] => scripts.map(scriptProofAddress)

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const compare = comparer(report, options)
  const bytes = recordedUnit()
  const unit = decode(TxPoW, bytes)
  const { witness, burnWitness } = unit.body!
  await compare({
    title: `A TxPoW of ${bytes.length} bytes`,
    unit: 'units',
    rivals: [
      {
        // What the reference computes on reading: both transaction ids, the TxPoW id, the size and the addresses.
        name: 'decode with all ids',
        call: () => {
          const read = decode(TxPoW, bytes)
          return [txpowFacts(read), scriptAddresses(read.body!.witness), scriptAddresses(read.body!.burnWitness)]
        },
      },
      { name: 'decode', call: () => decode(TxPoW, bytes) },
      {
        name: 'ids of a decoded unit',
        call: () => [txpowFacts(unit), scriptAddresses(witness), scriptAddresses(burnWitness)],
      },
      { name: 'encode', call: () => encode(TxPoW, unit) },
      { name: 'body hash', call: () => bodyHash(unit.body!) },
    ],
    recorded: [
      {
        name: 'reference (Java), decode with all ids',
        perSecond: 11_600,
        source: 'recorded on a machine of this kind, 14 kB',
        goal: 1,
      },
    ],
  })
}
