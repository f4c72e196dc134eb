import type { VectorKind } from '../vector-kind.ts'
import { addressesKind } from './addresses.ts'
import { bytesKind } from './bytes.ts'
import { hashesKind } from './hashes.ts'
import { magicKind } from './magic.ts'
import { numbersKind } from './numbers.ts'
import { objectsKind } from './objects.ts'
import { txpowKind } from './txpow.ts'

/** Every format of recordings that the project knows. */
export const vectorKinds: readonly VectorKind[] = [
  bytesKind,
  numbersKind,
  hashesKind,
  addressesKind,
  objectsKind,
  magicKind,
  txpowKind,
]
