/*
 * Checks an evidence file: offline, without a city, a node or a network.
 *
 *   node examples/verify-evidence.ts FILE [LOG_KEY]
 *
 * Without the log's verifier key the file is checked in itself: who signed it is then for the reader to judge.
 */
import { readFileSync } from 'node:fs'
import { verifyEvidence } from '@minipolis/city/evidence'

const [file, logKey] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node examples/verify-evidence.ts FILE [LOG_KEY]')
  process.exit(2)
}

const trust = logKey === undefined ? {} : { logKeys: [logKey] }
const verdict = verifyEvidence(readFileSync(file, 'utf8'), { trust })

for (const { name, ok, detail } of verdict.links) console.log(`${ok ? '  ok ' : 'FAIL '} ${name}: ${detail}`)
if (verdict.intact) {
  for (const { stream, sequence, time, value } of verdict.readings) {
    console.log(`${stream}@${sequence}  ${time}  ${value}  in block ${verdict.block?.number ?? 'none yet'}`)
  }
}
console.log(`intact: ${verdict.intact}, complete: ${verdict.complete}`)
process.exitCode = verdict.intact ? 0 : 1
