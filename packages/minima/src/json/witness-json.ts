import { toHex } from '../codec/index.ts'
import { type Signature, type SignatureProof, signatureProofRootKey } from '../objects/signature.ts'
import type { Witness } from '../objects/witness.ts'
import { type JsonText, jsonArray, jsonObject, jsonString } from './json-text.ts'
import { coinProofJson, mmrProofJson, scriptProofJson } from './proof-json.ts'

/** @throws NumberError `number-range` when the proof's values leave the range */
export const signatureProofJson = (proof: SignatureProof): JsonText =>
  jsonObject([
    ['publickey', jsonString(toHex(proof.publicKey))],
    ['rootkey', jsonString(toHex(signatureProofRootKey(proof)))],
    ['proof', mmrProofJson(proof.proof)],
    ['signature', jsonString(toHex(proof.signature))],
  ])

/** @throws NumberError as `signatureProofJson` */
export const signatureJson = ({ proofs }: Signature): JsonText =>
  jsonObject([['signatures', jsonArray(proofs.map(signatureProofJson))]])

/** @throws NumberError as its parts */
export const witnessJson = ({ signatures, coinProofs, scripts }: Witness): JsonText =>
  jsonObject([
    ['signatures', jsonArray(signatures.map(signatureJson))],
    ['mmrproofs', jsonArray(coinProofs.map(coinProofJson))],
    ['scripts', jsonArray(scripts.map(scriptProofJson))],
  ])
