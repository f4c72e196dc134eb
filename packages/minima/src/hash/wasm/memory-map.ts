import { STATE_WORDS } from './keccak-constants.ts'

/** Rate of SHA3-256: message bytes that one permutation takes. */
export const BLOCK_BYTES = 136
export const BLOCK_WORDS = BLOCK_BYTES / 8
export const HASH_BYTES = 32
export const HASH_WORDS = HASH_BYTES / 8

/** Blocks that lie in a message area at once; longer messages go through in pieces. */
export const BLOCKS_MAX = 60
/** Hash chains that one run of the module takes. */
export const CHAINS_MAX = 128

/**
 * Where things lie in the module's memory, in bytes. State and saved state hold word after word, each word of all lanes
 * side by side; messages, chain values and target are plain bytes.
 */
export const memoryMap = {
  state: 0,
  savedState: 512,
  roundConstants: 1024,
  target: 1280,
  /** The hash of each lane, one after the other. */
  hashes: 1344,
  /** CHAINS_MAX numbers of 32 bits. */
  chainSteps: 1536,
  /** CHAINS_MAX hashes. */
  chainValues: 2048,
  /** One area of BLOCKS_MAX blocks for each lane. */
  messages: [8192, 16384],
  pages: 1,
} as const

/** Bytes of a state of `lanes` lanes. */
export const stateBytes = (lanes: number): number => STATE_WORDS * 8 * lanes
