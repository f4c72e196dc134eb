/** Writes `packages/minima/src/hash/engine/modules.ts`: run it when the assembled SHA3-256 changes. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scalarLanes, simdLanes } from '../packages/minima/src/hash/wasm/lanes.ts'
import { sha3Module } from '../packages/minima/src/hash/wasm/sha3-module.ts'

const file = join(import.meta.dirname, '../packages/minima/src/hash/engine/modules.ts')
const hex = (bytes: Uint8Array<ArrayBuffer>): string => `'0x${Buffer.from(bytes).toString('hex').toUpperCase()}'`

writeFileSync(
  file,
  `/**
 * The modules that \`../wasm\` assembles, by the number of hash states they work on, as hex. Assembling them at each start would
 * take 15 ms. Written by \`node scripts/sha3-modules.ts\`; a test compares them.
 */
export const modules = {
  1: ${hex(sha3Module(scalarLanes))},
  2: ${hex(sha3Module(simdLanes))},
} as const
`,
)
