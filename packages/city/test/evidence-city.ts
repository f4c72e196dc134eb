import { sha3_256, utf8 } from '@minipolis/minima'
import { Anchorer } from '../src/anchor/index.ts'
import { ed25519, sha256, toLowerHex } from '../src/crypto/index.ts'
import { type EvidenceParts, type EvidenceSource, ShownCheckpoints, type SignedPack } from '../src/evidence/index.ts'
import { Authority, formatCredential, signingKey } from '../src/identity/index.ts'
import { CompactRange, Log, merkleHash } from '../src/log/index.ts'
import { type PackHeader, packHeaderText, type Reading, readingEntry } from '../src/streams/index.ts'
import { MemoryAnchorStore } from './memory-anchor-store.ts'
import { MemoryLogStore } from './memory-log-store.ts'
import { TestChain } from './test-chain.ts'

export const START_MS = Date.UTC(2012, 2, 1, 8)
const NOW_MS = 1_700_000_100_000

/** A city in memory with real signatures, log, chain and anchors: streams grow by packs, blocks come when the test says so. */
export class EvidenceCity {
  readonly #shown = new ShownCheckpoints()
  readonly logStore: MemoryLogStore
  readonly anchors = new MemoryAnchorStore()
  readonly errors: unknown[] = []
  readonly authority = new Authority(signingKey(new Uint8Array(32).fill(1), ed25519), ed25519)
  readonly packs = new Map<string, SignedPack[]>()
  readonly chain: TestChain
  readonly log: Log
  readonly anchorer: Anchorer
  now = NOW_MS

  private constructor(chain: TestChain, log: Log, logStore: MemoryLogStore) {
    this.chain = chain
    this.log = log
    this.logStore = logStore
    this.anchorer = new Anchorer(
      { everyMs: 1, buryBlocks: 4 },
      {
        ledger: chain,
        store: this.anchors,
        log: this.log,
        logStore: this.logStore,
        now: () => this.now,
        onError: (error) => this.errors.push(error),
      },
    )
  }

  static async start(): Promise<EvidenceCity> {
    const chain = await TestChain.start()
    const store = new MemoryLogStore()
    const mark = { read: async () => undefined, write: async () => {} }
    const log = await Log.open(
      { origin: 'city.example/log', secret: new Uint8Array(32).fill(4) },
      { store, mark, now: () => NOW_MS },
    )
    return new EvidenceCity(chain, log, store)
  }

  /** A device signs and the city accepts a pack; `skip` readings are lost on the way before it. */
  async accept(
    stream: string,
    readings: readonly Reading[],
    { skip = 0, device = `device of ${stream}`.replaceAll(' ', '-') } = {},
  ): Promise<void> {
    const packs = this.packs.get(stream) ?? []
    this.packs.set(stream, packs)
    const before = packs.at(-1)
    const previous = before && (JSON.parse(before.header) as PackHeader)
    const first = (previous ? previous.first + previous.count : 1) + skip
    const key = signingKey(sha3_256(utf8(device)), ed25519)
    const leaves: Uint8Array[] = []
    for (const [i, reading] of readings.entries()) {
      const entry = utf8(readingEntry(stream, first + i, reading))
      this.logStore.entryList.push(entry)
      leaves.push(merkleHash.leaf(entry))
    }
    const tree = CompactRange.empty(merkleHash)
    for (const leaf of leaves) tree.push(leaf)
    const header = packHeaderText({
      count: readings.length,
      device,
      first,
      key: key.id,
      previous: before ? toLowerHex(sha256(utf8(before.header))) : null,
      root: toLowerHex(tree.root()),
      stream,
      unit: '[mi_i]/h',
    })
    const batch = this.log.plan(leaves)
    await this.logStore.append(batch)
    this.log.commit(batch)
    const credential = this.authority.issue({ device, publicKey: key.publicKey, notBeforeMs: START_MS })
    packs.push({
      header,
      signature: ed25519.sign(utf8(header), key.secret),
      logFirst: batch.first,
      credential: formatCredential(credential),
    })
  }

  /** Blocks with the anchorer at work. */
  async run(blocks: number, options: Parameters<TestChain['mine']>[0] = {}): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      await this.chain.mine(options)
      this.now += 2_000
      await this.anchorer.step()
    }
  }

  get source(): EvidenceSource {
    return {
      packs: async (stream, first, last) =>
        (this.packs.get(stream) ?? []).filter((pack) => {
          const header = JSON.parse(pack.header) as PackHeader
          return header.first <= last && header.first + header.count > first
        }),
      headerBefore: async (stream, sequence) =>
        this.packs.get(stream)?.findLast(({ header }) => (JSON.parse(header) as PackHeader).first < sequence)?.header,
    }
  }

  get parts(): EvidenceParts {
    return {
      source: this.source,
      logStore: this.logStore,
      reader: this.log.reader,
      logKey: this.log.key,
      anchors: this.anchors,
      ledger: this.chain,
      shown: this.#shown,
    }
  }
}

/** Readings of a loop detector, five minutes apart. */
export const readings = (count: number, from = 0): Reading[] =>
  Array.from({ length: count }, (_, i) => ({
    timeMs: START_MS + (from + i) * 300_000,
    value: `${60 + ((from + i) % 7)}.25`,
  }))
