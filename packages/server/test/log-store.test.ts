import { openStore, SqlAnchorStore, SqlLogStore, type Store } from '@minipolis/city'
import { afterEach, expect, test } from 'vitest'
import { describeEngines } from './engines.ts'
import { NOW_MS, ORIGIN } from './test-city.ts'

describeEngines("the log's rows", ({ engine }) => {
  let count = 0
  let store: Store
  const open = async () => {
    store = await openStore(engine(`log_${count++}`), { network: 'dev', origin: ORIGIN })
    return new SqlLogStore(store)
  }
  const checkpoint = (size: number) => ({
    size,
    root: new Uint8Array(32).fill(size % 251),
    text: `checkpoint ${size}`,
    timeMs: NOW_MS + size * 10_000,
  })
  afterEach(() => store.close())

  test('find the checkpoint before and behind any size', async () => {
    const log = await open()
    expect(await log.newestCheckpoint()).toBeUndefined()
    for (const size of [10, 20, 30]) await log.putCheckpoint(checkpoint(size))
    await log.putCheckpoint({ ...checkpoint(20), text: 'of another server' })
    expect(await log.newestCheckpoint()).toMatchObject(checkpoint(30))
    expect(await log.checkpointAtMost(29)).toMatchObject(checkpoint(20))
    expect(await log.checkpointAtMost(9)).toBeUndefined()
    expect(await log.checkpointAtLeast(11)).toMatchObject(checkpoint(20))
    expect(await log.checkpointAtLeast(31)).toBeUndefined()
  })

  test('keep all checkpoints of the last hour, of older ones one for ten minutes and those that anchors name', async () => {
    const log = await open()
    await new SqlAnchorStore(store).put({ serial: 1, size: 7, state: 'sealed', due: null, text: '{}' })
    // One every ten seconds, so 600 of them take 100 minutes.
    for (let size = 1; size <= 600; size++) await log.putCheckpoint(checkpoint(size))
    const kept = (await store.db.selectFrom('checkpoint').select('size').orderBy('size').execute()).map(
      ({ size }) => size,
    )
    expect(kept.slice(-360)).toEqual(Array.from({ length: 360 }, (_, i) => 241 + i))
    expect(kept).toContain(7)
    expect(kept.length).toBeLessThan(360 + 10)
    expect((await log.checkpointAtLeast(100))!.size).toBeLessThanOrEqual(160)
  })

  test('hold no tile and no entry of an empty log', async () => {
    const log = await open()
    expect((await log.state()).size).toBe(0)
    expect(await log.tile(0, 0)).toBeUndefined()
    expect(await log.tiles([{ level: 0, index: 0 }])).toEqual([undefined])
    expect(await log.entries(0, 10)).toEqual([])
    await expect(log.entries(0, 5_000)).rejects.toMatchObject({ code: 'log-range' })
  })
})
