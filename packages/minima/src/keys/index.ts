export { KeyError } from './key-error.ts'
export { buildKeyNode, childSeed, createKeyNode, decodeKeyNode, KeyNode } from './key-node.ts'
export { KNOWN_LINKS_MAX, KnownLinks } from './known-links.ts'
export {
  cleanSeedPhrase,
  createSeedPhrase,
  type RandomBytes,
  SEED_PHRASE_LENGTH_MAX,
  SEED_PHRASE_WORDS,
  seedOfPhrase,
} from './seed-phrase.ts'
export { seedWords } from './seed-words.ts'
export {
  KEYS_PER_LEVEL_MAX,
  type NodePath,
  TreeKey,
  type TreeKeyShape,
  USES_MAX,
  WALLET_KEY_SHAPE,
} from './tree-key.ts'
export {
  TREE_KEY_LEVELS_MAX,
  type TreeSignature,
  type TreeSignatureProof,
  verifyTreeSignature,
} from './tree-signature.ts'
export { seedRandom, signedByAddress, signedByScript, walletPrivateSeed } from './wallet-key.ts'
export {
  signWinternitz,
  verifyWinternitz,
  WINTERNITZ_SEED_BYTES,
  WINTERNITZ_SIGNATURE_BYTES,
  type WinternitzClaim,
  winternitzPrivateKey,
  winternitzPublicKey,
} from './winternitz.ts'
