import { hash as nodeHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ed25519 } from '../src/crypto/index.ts'
import {
  Checkpointer,
  CompactRange,
  createMerkleHash,
  decodeEntryBundle,
  encodeEntryBundle,
  exportLog,
  formatTilePath,
  fsckLog,
  isConsistent,
  Log,
  LogError,
  logKey,
  makeTlogProof,
  merkleHash,
  type PublishedHead,
  type PublishedMark,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  readLogResource,
  rootFromInclusion,
  tileWidth,
  verifyNote,
  verifyTlogProof,
} from '../src/log/index.ts'
import { MemoryLogStore } from './memory-log-store.ts'

const options = { origin: 'city.example/readings', secret: new Uint8Array(32).fill(5) }
const key = logKey(options.origin, ed25519.publicKey(options.secret))
const entry = (i: number) => new TextEncoder().encode(`entry ${i}`)

class MemoryMark implements PublishedMark {
  head: PublishedHead | undefined
  async read() {
    return this.head
  }
  async write(head: PublishedHead) {
    this.head = head
  }
}

let store: MemoryLogStore
let mark: MemoryMark
let log: Log
const open = (at = store) => Log.open(options, { store: at, mark, now: () => 1_000 })

beforeEach(async () => {
  store = new MemoryLogStore()
  mark = new MemoryMark()
  log = await open()
})

async function grow(count: number, target = log, at = store): Promise<void> {
  const entries = Array.from({ length: count }, (_, i) => entry(at.entryList.length + i))
  const batch = target.plan(entries.map((e) => merkleHash.leaf(e)))
  at.entryList.push(...entries)
  await at.append(batch)
  target.commit(batch)
}

const rejection = async (work: Promise<unknown>) => {
  try {
    await work
  } catch (error) {
    if (error instanceof LogError) return error.code
    throw error
  }
  return 'no error'
}

describe('tiles', () => {
  test('paths are those of the specification and read back', () => {
    expect(formatTilePath({ kind: 'tile', level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(formatTilePath({ kind: 'entries', level: 0, index: 1234067, width: 8 })).toBe(
      'tile/entries/x001/x234/067.p/8',
    )
    expect(parseTilePath('tile/0/x001/067')).toEqual({ kind: 'tile', level: 0, index: 1067, width: 256 })
    expect(parseTilePath('tile/1/000.p/17')).toEqual({ kind: 'tile', level: 1, index: 0, width: 17 })
  })

  test.each([
    'tile/0/67',
    'tile/0/001/067',
    'tile/0/x000/067',
    'tile/00/067',
    'tile/9/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/08',
    'tile/data/000',
    '/tile/0/000',
    'tile/0/../000',
    `tile/0/${'x999/'.repeat(12)}999`,
    'tile/0/x999/x999/x999/x999/999',
    '',
  ])('%j is not a path', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })

  test('a tree of 70,000 leaves has the tiles that the specification counts', () => {
    expect(tileWidth(0, 272, 70_000)).toBe(256)
    expect(tileWidth(0, 273, 70_000)).toBe(112)
    expect(tileWidth(0, 274, 70_000)).toBe(0)
    expect(tileWidth(1, 0, 70_000)).toBe(256)
    expect(tileWidth(1, 1, 70_000)).toBe(17)
    expect(tileWidth(2, 0, 70_000)).toBe(1)
    expect(tileWidth(1, 0, 256)).toBe(1)
  })

  test('a tree of 70,000 leaves is stored as exactly those tiles', async () => {
    await grow(69_000)
    await grow(1_000)
    expect(store.tileMap.size).toBe(274 + 2 + 1)
    expect(store.tileMap.get('0/273')!.length).toBe(112 * 32)
    expect(store.tileMap.get('1/1')!.length).toBe(17 * 32)
    expect(store.tileMap.get('2/0')!.length).toBe(32)
    expect((await open()).size).toBe(70_000)
  })

  test('entry bundles bring back any entries and refuse a cut one', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 256 }), (entries) => {
        const bundle = encodeEntryBundle(entries)
        expect(decodeEntryBundle(bundle)).toEqual(entries)
        if (bundle.length > 0) expect(decodeEntryBundle(bundle.subarray(0, -1))).not.toEqual(entries)
      }),
    )
    expect(decodeEntryBundle(new Uint8Array(2 * 257))).toBeUndefined()
  })
})

describe('the log', () => {
  test('whatever the batches, tiles and root are those of the leaves in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), async (batches) => {
        const at = new MemoryLogStore()
        const own = await Log.open(options, { store: at, mark: new MemoryMark(), now: () => 0 })
        for (const count of batches) await grow(count, own, at)
        const naive = CompactRange.empty(merkleHash)
        for (const e of at.entryList) naive.push(merkleHash.leaf(e))
        expect(at.head.root).toEqual(naive.root())
        expect(await fsckLog({ store: at, key })).toMatchObject({ clean: true, size: own.size })
        const again = await Log.open(options, { store: at, mark: new MemoryMark(), now: () => 0 })
        const [a, b] = [own, again].map((l) => l.plan([merkleHash.leaf(entry(0))]))
        expect(b).toEqual(a)
      }),
      { numRuns: 25 },
    )
  })

  test('proofs made from tiles verify at every size, also an older one', async () => {
    await grow(700)
    const tree = (size: number) => {
      const range = CompactRange.empty(merkleHash)
      for (const e of store.entryList.slice(0, size)) range.push(merkleHash.leaf(e))
      return range.root()
    }
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 700 }),
        fc.nat(),
        fc.integer({ min: 1, max: 300 }),
        async (size, at, many) => {
          const first = at % size
          const count = Math.min(many, size - first)
          const leaves = await log.reader.leaves(first, count)
          expect(leaves).toEqual(store.entryList.slice(first, first + count).map((e) => merkleHash.leaf(e)))
          const proof = await log.reader.inclusion(first, count, size)
          expect(rootFromInclusion(merkleHash, { first, leaves, size }, proof)).toEqual(tree(size))
          const from = { size: first, root: tree(first) }
          const to = { size, root: tree(size) }
          expect(isConsistent(merkleHash, from, to, await log.reader.consistency(first, size))).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
    expect(await rejection(log.reader.inclusion(700, 1, 700))).toBe('log-range')
    expect(await rejection(log.reader.consistency(5, 4))).toBe('log-range')
    expect(await rejection(log.reader.root(701))).toBe('log-damaged')
  })

  test('a plan that was not written leaves no trace', async () => {
    await grow(10)
    const lost = log.plan([merkleHash.leaf(entry(99))])
    await grow(3)
    expect(store.head.size).toBe(13)
    expect(() => log.commit(lost)).toThrow('planned last')
    expect(await fsckLog({ store, key })).toMatchObject({ clean: true, size: 13 })
  })

  test('a second writer is noticed, and after a reload both can go on', async () => {
    const other = await open()
    await grow(5)
    const stale = other.plan([merkleHash.leaf(entry(5))])
    expect(await rejection(store.append(stale))).toBe('log-moved')
    await other.reload()
    await grow(1, other)
    expect(await fsckLog({ store, key })).toMatchObject({ clean: true, size: 6 })
  })

  test('a stored root that the tiles do not give is refused at the start', async () => {
    await grow(300)
    store.tileMap.get('0/1')![3]! ^= 1
    expect(await rejection(open())).toBe('log-damaged')
  })
})

describe('checkpoints', () => {
  test('are signed only when the log has grown, over what is durable', async () => {
    expect(await log.checkpoint()).toBeUndefined()
    await grow(3)
    log.plan([merkleHash.leaf(entry(3))])
    const checkpoint = await log.checkpoint()
    expect(await log.checkpoint()).toBeUndefined()
    const note = parseNote(checkpoint!.text)
    expect(verifyNote(note, [key])).toHaveLength(1)
    expect(parseCheckpoint(note.text)).toEqual({ origin: options.origin, ...store.head })
    expect(mark.head).toEqual(store.head)
  })

  test('calls at once give one checkpoint', async () => {
    await grow(3)
    const made = await Promise.all([log.checkpoint(), log.checkpoint(), log.checkpoint()])
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(store.checkpoints).toHaveLength(1)
  })

  test('a restored backup neither opens nor signs', async () => {
    await grow(10)
    const backup = store.backup()
    await grow(10)
    await log.checkpoint()
    expect(await rejection(open(backup))).toBe('log-behind-published')
  })

  test('a database of equal size but other content is refused', async () => {
    await grow(10)
    await log.checkpoint()
    const other = new MemoryLogStore()
    other.entryList = []
    const stranger = await Log.open(options, { store: other, mark: new MemoryMark(), now: () => 0 })
    const batch = stranger.plan(Array.from({ length: 12 }, (_, i) => merkleHash.leaf(entry(i + 1))))
    await other.append(batch)
    expect(await rejection(open(other))).toBe('log-diverged')
  })

  test('when the live anchor names more, the log stops growing and signing for good', async () => {
    await grow(10)
    expect(await rejection(log.assertExtends({ size: 11, root: store.head.root }, 'the live anchor'))).toBe(
      'log-behind-published',
    )
    expect(() => log.plan([merkleHash.leaf(entry(10))])).toThrow('older backup')
    expect(await rejection(log.checkpoint())).toBe('log-behind-published')
  })

  test('the live anchor may lag behind', async () => {
    await grow(10)
    const anchored = store.head
    await grow(300)
    await log.assertExtends(anchored, 'the live anchor')
    expect(await log.checkpoint()).toBeDefined()
  })

  test('a cut at any step of signing leaves a log that opens', async () => {
    await grow(10)
    for (const step of ['write', 'putCheckpoint'] as const) {
      const part: MemoryMark | MemoryLogStore = step === 'write' ? mark : store
      const cut = vi
        .spyOn(part as MemoryMark, step as 'write')
        .mockRejectedValueOnce(new LogError('log-full', 'power cut'))
      expect(await rejection(log.checkpoint())).toBe('log-full')
      cut.mockRestore()
      log = await open()
    }
    expect(await log.checkpoint()).toMatchObject({ size: 10 })
  })

  test('the checkpointer signs while the log grows, reports refusals and signs once more at the end', async () => {
    vi.useFakeTimers()
    try {
      const made: number[] = []
      const errors: unknown[] = []
      const checkpointer = new Checkpointer(log, {
        onCheckpoint: (c) => made.push(c.size),
        onError: (e) => errors.push(e),
      })
      checkpointer.start()
      checkpointer.start()
      await grow(3)
      await vi.advanceTimersByTimeAsync(3_500)
      await grow(4)
      await checkpointer.stop()
      await checkpointer.stop()
      expect(made).toEqual([3, 7])
      expect(errors).toEqual([])
      await rejection(log.assertExtends({ size: 100, root: merkleHash.empty }, 'a test'))
      checkpointer.start()
      await vi.advanceTimersByTimeAsync(2_500)
      await checkpointer.stop()
      expect(errors).toHaveLength(3)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('static files', () => {
  beforeEach(async () => {
    await grow(600)
    await log.checkpoint()
    await grow(100)
  })

  test('nothing beyond the newest checkpoint is shown', async () => {
    expect((await readLogResource(store, 'tile/0/002.p/88'))!.bytes).toHaveLength(88 * 32)
    expect(await readLogResource(store, 'tile/0/002.p/89')).toBeUndefined()
    expect((await readLogResource(store, 'tile/0/001.p/3'))!.bytes).toHaveLength(3 * 32)
    expect((await readLogResource(store, 'tile/1/000.p/2'))!.bytes).toHaveLength(64)
    expect(await readLogResource(store, 'tile/0/002')).toBeUndefined()
    expect(await readLogResource(store, 'tile/1/000.p/3')).toBeUndefined()
    expect(await readLogResource(store, 'tile/0/003.p/1')).toBeUndefined()
    expect(await readLogResource(store, 'other')).toBeUndefined()
  })

  test('bundles hold the entries of their tile', async () => {
    const bundle = await readLogResource(store, 'tile/entries/002.p/88')
    const hashes = decodeEntryBundle(bundle!.bytes)!.map((e) => merkleHash.leaf(e))
    const tile = await readLogResource(store, 'tile/0/002.p/88')
    expect(Uint8Array.from(hashes.flatMap((h) => [...h]))).toEqual(tile!.bytes)
    expect(bundle!.immutable).toBe(true)
  })

  test('an exported log has every file of the checkpoint, and the checkpoint last', async () => {
    const files = new Map<string, Uint8Array>()
    const seen: number[] = []
    const size = await exportLog(store, { write: async (path, bytes) => void files.set(path, bytes) }, (done) =>
      seen.push(done),
    )
    expect(size).toBe(600)
    expect(seen).toEqual([1, 2, 3])
    expect([...files.keys()]).toEqual([
      'tile/0/000',
      'tile/entries/000',
      'tile/0/001',
      'tile/entries/001',
      'tile/0/002.p/88',
      'tile/entries/002.p/88',
      'tile/1/000.p/2',
      'checkpoint',
    ])
    const range = CompactRange.empty(merkleHash)
    for (const [path, bytes] of files) {
      if (path.startsWith('tile/entries/')) for (const e of decodeEntryBundle(bytes)!) range.push(merkleHash.leaf(e))
    }
    const note = parseNote(new TextDecoder().decode(files.get('checkpoint')))
    expect(parseCheckpoint(note.text).root).toEqual(range.root())
  })

  test('a log without a checkpoint has no files', async () => {
    expect(await readLogResource(new MemoryLogStore(), 'checkpoint')).toBeUndefined()
    expect(await rejection(exportLog(new MemoryLogStore(), { write: async () => {} }))).toBe('log-range')
  })
})

test('a tlog-proof file shows its entry to be in the log, and no other entry or log', async () => {
  await grow(300)
  const checkpoint = (await log.checkpoint())!
  const file = await makeTlogProof(log.reader, checkpoint, 256)
  expect(verifyTlogProof(file, store.entryList[256]!, key)).toMatchObject({ origin: options.origin, size: 300 })
  const code = (run: () => unknown) => rejection(Promise.resolve().then(run))
  expect(await code(() => verifyTlogProof(file, store.entryList[255]!, key))).toBe('proof-broken')
  expect(await code(() => verifyTlogProof(file.replace('index 256', 'index 255'), store.entryList[256]!, key))).toBe(
    'proof-broken',
  )
  const stranger = logKey('other.example/log', ed25519.publicKey(options.secret))
  expect(await code(() => verifyTlogProof(file, store.entryList[256]!, stranger))).toBe('note-signature')
})

describe('fsck', () => {
  let whole: MemoryLogStore
  let head: PublishedHead | undefined
  const hash = createMerkleHash((bytes) => nodeHash('sha256', bytes, 'buffer'))

  beforeAll(async () => {
    whole = store = new MemoryLogStore()
    mark = new MemoryMark()
    log = await open()
    await grow(70_000)
    await log.checkpoint()
    head = mark.head
  })

  beforeEach(() => {
    store = whole.backup()
    mark.head = head
  })

  const flip = (tile: string, at: number) => {
    store.tileMap.get(tile)![at]! ^= 1
  }
  const resize = (tile: string, change: (hashes: Uint8Array) => Uint8Array) => {
    store.tileMap.set(tile, change(store.tileMap.get(tile)!))
  }
  const setHead = (root: Uint8Array) => {
    store.head = { ...store.head, root }
  }
  const setMark = (size: number) => {
    mark.head = { size, root: merkleHash.empty }
  }
  const setCheckpoint = (text: string) => {
    store.checkpoints[0] = { ...store.checkpoints[0]!, text }
  }
  const damage: [string, () => unknown, string][] = [
    ['an entry', () => store.entryList.splice(1_000, 1, entry(1)), 'entry 1000'],
    ['a leaf hash', () => flip('0/100', 5), 'tile/0/100'],
    ['an upper hash', () => flip('1/0', 5 * 32), 'tile/1/000'],
    ['the top tile', () => flip('2/0', 0), 'tile/2/000'],
    ['a missing tile', () => store.tileMap.delete('0/273'), 'tile/0/273'],
    ['a short tile', () => resize('0/273', (hashes) => hashes.slice(32)), 'tile/0/273'],
    ['a tile that is too long', () => resize('0/273', (hashes) => new Uint8Array([...hashes, 1])), 'tile/0/273'],
    ['missing entries', () => store.entryList.pop(), 'entry 69999'],
    ['the root', () => setHead(merkleHash.empty), 'head'],
    ['the checkpoint', () => setCheckpoint('x'), 'checkpoint 70000'],
    ['the published mark', () => setMark(69_000), 'published mark'],
    ['a lost end', () => setMark(70_001), 'published mark'],
  ]
  test.each(damage)('names the place of damage: %s', async (_, harm, place) => {
    harm()
    expect(await fsckLog({ store, mark, key, hash })).toMatchObject({ clean: false, place })
  })

  test('is clean otherwise, and tells how far it is', async () => {
    const seen: number[] = []
    expect(await fsckLog({ store, mark, key, hash }, (done) => seen.push(done))).toMatchObject({
      clean: true,
      size: 70_000,
    })
    expect(seen.at(-1)).toBe(70_000)
    expect(seen).toHaveLength(274)
  })
})
