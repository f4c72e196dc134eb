import { arrayFunctions } from './arrays.ts'
import { bitFunctions } from './bits.ts'
import { byteFunctions } from './bytes.ts'
import { coinFunctions } from './coins.ts'
import { conversionFunctions } from './conversions.ts'
import { functionFunctions } from './function.ts'
import { hashFunctions } from './hashes.ts'
import { numberFunctions } from './numbers.ts'
import { proofFunctions } from './proof.ts'
import type { ScriptFunction } from './script-function.ts'
import { signatureFunctions } from './signatures.ts'
import { stateFunctions } from './state.ts'
import { textFunctions } from './text.ts'

export type { ScriptFunction } from './script-function.ts'

/** Every function of the language. There are no others. */
export const FUNCTIONS: readonly ScriptFunction[] = [
  ...numberFunctions,
  ...conversionFunctions,
  ...byteFunctions,
  ...bitFunctions,
  ...textFunctions,
  ...hashFunctions,
  ...arrayFunctions,
  ...functionFunctions,
  ...signatureFunctions,
  ...proofFunctions,
  ...coinFunctions,
  ...stateFunctions,
]
