import type { VectorKind } from '../vector-kind.ts'
import { addressesKind } from './addresses.ts'
import { bytesKind } from './bytes.ts'
import { chainBriefKind } from './chain-brief.ts'
import { chainCascadeKind } from './chain-cascade.ts'
import { chainCasesKind } from './chain-cases.ts'
import { chainDifficultyKind } from './chain-difficulty.ts'
import { chainForkChoiceKind } from './chain-fork-choice.ts'
import { chainReplayKind } from './chain-replay.ts'
import { hashesKind } from './hashes.ts'
import { seedphraseKind, treekeyKind, winternitzKind } from './keys.ts'
import { kissvmKind } from './kissvm.ts'
import { magicKind } from './magic.ts'
import { mmrKind } from './mmr.ts'
import { networkKind } from './network.ts'
import { networkMaximaKind } from './network-maxima.ts'
import { numbersKind } from './numbers.ts'
import { objectsKind } from './objects.ts'
import { rpcTranscriptsKind } from './rpc-transcripts.ts'
import { txblockKind } from './txblock.ts'
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
  txblockKind,
  winternitzKind,
  treekeyKind,
  seedphraseKind,
  mmrKind,
  kissvmKind,
  chainDifficultyKind,
  chainCascadeKind,
  chainForkChoiceKind,
  chainCasesKind,
  chainBriefKind,
  chainReplayKind,
  networkKind,
  networkMaximaKind,
  rpcTranscriptsKind,
]
