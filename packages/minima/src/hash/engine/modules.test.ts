import { expect, test } from 'vitest'
import { toHex } from '../../codec/index.ts'
import { scalarLanes, simdLanes } from '../wasm/lanes.ts'
import { sha3Module } from '../wasm/sha3-module.ts'
import { modules } from './modules.ts'

test('the modules that run are those that the assembler makes', () => {
  for (const lanes of [scalarLanes, simdLanes]) {
    expect(toHex(sha3Module(lanes)) === modules[lanes.count], 'run node scripts/sha3-modules.ts').toBe(true)
  }
})
