import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/*
 * Recordings of the reference. The full files lie beside the repository in `../shared/vectors` where they are at hand; excerpts
 * are kept as fixtures.
 */
const repository = fileURLToPath(new URL('../../../', import.meta.url))
const vectors = `${repository}../shared/vectors/`
const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))

const parse = (path: string): unknown => {
  const bytes = readFileSync(path)
  return JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
}

/** Whether the full vectors are at hand; tests that need them are skipped otherwise and say so. */
export const vectorsAtHand = existsSync(vectors)

/** A recorded file. The shape is the caller's word: these files are ours and change with the tests. */
export const readVectors = <T>(name: string): T => parse(vectors + name) as T

export const readFixture = <T>(name: string): T => parse(fixtures + name) as T
