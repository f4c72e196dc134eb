import { MiniNumber } from '../number/index.ts'

/** What tells one Minima network from another. Source: minima-global/Minima: src/org/minima/system/params/GlobalParams.java */
export interface NetworkParameters {
  readonly name: 'main' | 'test' | 'dev'
  /** What the greeting says; the only thing that keeps networks apart on the wire. */
  readonly version: string
  /** Blocks per second that the difficulty aims at. */
  readonly blockSpeed: MiniNumber
  /** Blocks whose speed and difficulty set the next difficulty. */
  readonly speedWindowBlocks: number
  /** Blocks whose middle time stands for the time of a block; the time rule looks at twice as many. */
  readonly medianBlocks: number
  /** Blocks on top after which a wallet calls a coin confirmed. */
  readonly confirmDepthBlocks: number
  /** Blocks of the main branch that stay in the tree when the rest goes to the cascade. */
  readonly cascadeStartDepthBlocks: number
  /** Blocks above the start depth that are moved at a time. */
  readonly cascadeFrequencyBlocks: number
  /** Blocks of one cascade level. */
  readonly cascadeLevelNodes: number
  /** Oldest block that a spender makes its proofs in, counted from the tip. Not a rule: older proofs are accepted. */
  readonly proofHistoryBlocks: number
  /** Blocks above the root from which blocks are judged; nearer ones would see a difficulty cut off by the root. */
  readonly processingMarginBlocks: number
  /** Tip number below which every block is judged, whatever the margin. */
  readonly processingAllBelowTip: number
  /** Age of the tip up to which blocks are taken one by one instead of in bulk. Milliseconds. */
  readonly freshTipMs: number
}

const main: NetworkParameters = {
  name: 'main',
  version: '1.0.45',
  blockSpeed: MiniNumber.parse('0.02'),
  speedWindowBlocks: 256,
  medianBlocks: 64,
  confirmDepthBlocks: 3,
  cascadeStartDepthBlocks: 2048,
  cascadeFrequencyBlocks: 100,
  cascadeLevelNodes: 256,
  proofHistoryBlocks: 256,
  processingMarginBlocks: 256,
  processingAllBelowTip: 1000,
  freshTipMs: 3 * 60 * 60 * 1000,
}

const test: NetworkParameters = {
  name: 'test',
  version: '1.0.45-TEST',
  blockSpeed: MiniNumber.parse('0.05'),
  speedWindowBlocks: 16,
  medianBlocks: 8,
  confirmDepthBlocks: 3,
  cascadeStartDepthBlocks: 32,
  cascadeFrequencyBlocks: 3,
  cascadeLevelNodes: 4,
  proofHistoryBlocks: 8,
  processingMarginBlocks: 0,
  processingAllBelowTip: 0,
  freshTipMs: 5 * 60 * 1000,
}

/** Blocks every two seconds, for demonstrations and tests; no network of the reference. */
const dev: NetworkParameters = {
  name: 'dev',
  version: '1.0.45-DEV',
  blockSpeed: MiniNumber.parse('0.5'),
  speedWindowBlocks: 64,
  medianBlocks: 16,
  confirmDepthBlocks: 1,
  cascadeStartDepthBlocks: 256,
  cascadeFrequencyBlocks: 32,
  cascadeLevelNodes: 64,
  proofHistoryBlocks: 64,
  processingMarginBlocks: 0,
  processingAllBelowTip: 0,
  freshTipMs: 5 * 60 * 1000,
}

export type NetworkName = NetworkParameters['name']

/** The networks by name. */
export const networks: Readonly<Record<NetworkName, NetworkParameters>> = { main, test, dev }

/** The chain id of every network in use. */
export const CHAIN_ID = Uint8Array.of(0x00)

/** The first blocks of a chain all have the easiest difficulty. */
export const FIRST_RETARGETED_BLOCK = MiniNumber.of(8)

/** How far a block's time may lie above the earliest allowed one. Milliseconds. */
export const BLOCK_TIME_WINDOW_MS = MiniNumber.of(24 * 60 * 60 * 1000)
