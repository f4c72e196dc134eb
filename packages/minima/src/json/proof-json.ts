import { toHex } from '../codec/index.ts'
import { formatEntryNumber } from '../mmr/entry-number.ts'
import type { MMRData, MMREntry, MMRProof } from '../mmr/index.ts'
import type { CoinProof } from '../objects/coin-proof.ts'
import { type ScriptProof, scriptProofAddress } from '../objects/script-proof.ts'
import { coinJson } from './coin-json.ts'
import { type JsonText, jsonArray, jsonBoolean, jsonNumber, jsonObject, jsonString } from './json-text.ts'

export const mmrDataJson = ({ data, value }: MMRData): JsonText =>
  jsonObject([
    ['data', jsonString(toHex(data))],
    ['value', jsonString(value.toString())],
  ])

export const mmrEntryJson = ({ row, entry, data }: MMREntry): JsonText =>
  jsonObject([
    ['row', jsonNumber(row)],
    ['entry', jsonString(formatEntryNumber(entry))],
    ['data', mmrDataJson(data)],
  ])

export const mmrProofJson = ({ blockTime, chunks }: MMRProof): JsonText =>
  jsonObject([
    ['blocktime', jsonString(blockTime.toString())],
    [
      'proof',
      jsonArray(
        chunks.map(({ left, data }) =>
          jsonObject([
            ['left', jsonBoolean(left !== 0)],
            ['data', mmrDataJson(data)],
          ]),
        ),
      ),
    ],
    ['prooflength', jsonNumber(chunks.length)],
  ])

/** @throws NumberError `number-range` as `coinJson` */
export const coinProofJson = ({ coin, proof }: CoinProof): JsonText =>
  jsonObject([
    ['coin', coinJson(coin)],
    ['proof', mmrProofJson(proof)],
  ])

export const scriptProofJson = (scriptProof: ScriptProof): JsonText =>
  jsonObject([
    ['script', jsonString(scriptProof.script)],
    ['address', jsonString(toHex(scriptProofAddress(scriptProof)))],
    ['proof', mmrProofJson(scriptProof.proof)],
  ])
