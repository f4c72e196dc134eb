import { BLOCK_BYTES, BLOCKS_MAX, CHAINS_MAX, HASH_BYTES, memoryMap, stateBytes } from '../wasm/memory-map.ts'
import type { Sha3Exports } from '../wasm/sha3-module.ts'
import type { HashChain, NonceSearch, Sha3Engine } from './engine.ts'
import { instantiate, type States } from './instance.ts'

const MESSAGE_BYTES_MAX = BLOCKS_MAX * BLOCK_BYTES
const DOMAIN_BITS = 0x06
const FINAL_BIT = 0x80
const [firstMessage, secondMessage] = memoryMap.messages

const blocksOf = (length: number): number => Math.floor(length / BLOCK_BYTES) + 1

/** A module instance and the memory it shares with us. Calls never overlap: everything here is synchronous. */
class Instance {
  readonly states: States
  private readonly exports: Sha3Exports
  private readonly memory: Uint8Array
  private readonly numbers: DataView
  /** Where the module leaves the hash of each lane: copied from there, which costs less than `slice`. */
  private readonly hashes: readonly Uint8Array[]

  constructor(states: States, exports: Sha3Exports) {
    this.states = states
    this.exports = exports
    this.memory = new Uint8Array(exports.memory.buffer)
    this.numbers = new DataView(exports.memory.buffer)
    this.hashes = memoryMap.messages.slice(0, states).map((_, lane) => {
      const at = memoryMap.hashes + lane * HASH_BYTES
      return this.memory.subarray(at, at + HASH_BYTES)
    })
  }

  /** Of one message, in the first lane. */
  hash(message: Uint8Array): Uint8Array {
    let absorb = this.exports.hash
    let from = 0
    for (; message.length - from >= MESSAGE_BYTES_MAX; from += MESSAGE_BYTES_MAX) {
      this.memory.set(message.subarray(from, from + MESSAGE_BYTES_MAX), firstMessage)
      absorb(BLOCKS_MAX)
      absorb = this.exports.absorb
    }
    absorb(this.place(from === 0 ? message : message.subarray(from), firstMessage))
    return new Uint8Array(this.hashes[0]!)
  }

  /** Of two messages of the same number of blocks, at most BLOCKS_MAX. */
  hashBoth(a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array] {
    this.place(a, firstMessage)
    this.exports.hash(this.place(b, secondMessage))
    return [new Uint8Array(this.hashes[0]!), new Uint8Array(this.hashes[1]!)]
  }

  /** At most CHAINS_MAX. */
  chains(chains: readonly HashChain[]): Uint8Array[] {
    chains.forEach(({ value, steps }, index) => {
      this.memory.set(value, memoryMap.chainValues + index * HASH_BYTES)
      this.numbers.setInt32(memoryMap.chainSteps + 4 * index, steps, true)
    })
    this.exports.chains(chains.length)
    return chains.map((_, index) => {
      const at = memoryMap.chainValues + index * HASH_BYTES
      return this.memory.slice(at, at + HASH_BYTES)
    })
  }

  searchNonce({ header, nonceOffset, nonceLength, start, attempts, target }: NonceSearch): number {
    const blocksBefore = Math.floor(nonceOffset / BLOCK_BYTES)
    const areas = memoryMap.messages.slice(0, this.states)
    this.memory.fill(0, memoryMap.state, memoryMap.state + stateBytes(this.states))
    for (const area of areas) this.memory.set(header.subarray(0, blocksBefore * BLOCK_BYTES), area)
    if (blocksBefore > 0) this.exports.hash(blocksBefore)
    this.memory.copyWithin(memoryMap.savedState, memoryMap.state, memoryMap.state + stateBytes(this.states))

    const rest = header.subarray(blocksBefore * BLOCK_BYTES)
    for (const area of areas) this.place(rest, area)
    this.memory.set(target, memoryMap.target)
    const offset = nonceOffset - blocksBefore * BLOCK_BYTES
    const found = this.exports.mine(0, blocksOf(rest.length), offset, nonceLength, start, attempts)
    for (const area of areas) this.memory.fill(0, area, area + MESSAGE_BYTES_MAX)
    return found
  }

  /** Writes the message and its padding into an area that holds zeros; gives the number of blocks. */
  private place(message: Uint8Array, area: number): number {
    const blocks = blocksOf(message.length)
    this.memory.set(message, area)
    this.memory[area + message.length] = DOMAIN_BITS
    this.memory[area + blocks * BLOCK_BYTES - 1]! |= FINAL_BIT
    return blocks
  }
}

const load = (states: States): Instance | undefined => {
  const exports = instantiate(states)
  return exports && new Instance(states, exports)
}

const inBatches = (instance: Instance, chains: readonly HashChain[]): Uint8Array[] => {
  if (chains.length <= CHAINS_MAX) return instance.chains(chains)
  const results: Uint8Array[] = []
  for (let from = 0; from < chains.length; from += CHAINS_MAX) {
    results.push(...instance.chains(chains.slice(from, from + CHAINS_MAX)))
  }
  return results
}

/** WebAssembly with 64-bit integers; `undefined` where the host has none. */
export function scalarEngine(): Sha3Engine | undefined {
  const scalar = load(1)
  return (
    scalar && {
      name: 'webassembly',
      hash: (message) => scalar.hash(message),
      hashPair: (a, b) => [scalar.hash(a), scalar.hash(b)],
      hashChains: (chains) => inBatches(scalar, chains),
      searchNonce: (search) => scalar.searchNonce(search),
    }
  )
}

/**
 * WebAssembly with two states in vectors; `undefined` where the host has no SIMD. A single hash still goes through the
 * scalar module: a lone message in a vector leaves half of the work unused.
 */
export function simdEngine(): Sha3Engine | undefined {
  const scalar = load(1)
  const simd = scalar && load(2)
  return (
    simd && {
      name: 'webassembly-simd',
      hash: (message) => scalar.hash(message),
      hashPair: (a, b) =>
        blocksOf(a.length) === blocksOf(b.length) && a.length < MESSAGE_BYTES_MAX
          ? simd.hashBoth(a, b)
          : [scalar.hash(a), scalar.hash(b)],
      hashChains: (chains) => inBatches(simd, chains),
      searchNonce: (search) => simd.searchNonce(search),
    }
  )
}
