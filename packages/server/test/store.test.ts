import { openStore, type Store, StoreError } from '@minipolis/city'
import { afterEach, expect, test } from 'vitest'
import { describeEngines } from './engines.ts'

const identity = { network: 'dev', origin: 'city.example/readings' }

describeEngines('a store', ({ engine }) => {
  const open: Store[] = []
  const opened = async (name: string, as = identity): Promise<Store> => {
    const store = await openStore(engine(name), as)
    open.push(store)
    return store
  }
  afterEach(() => Promise.all(open.splice(0).map((store) => store.close())))

  test('keeps what was committed over closing and opening again', async () => {
    const first = await opened('again')
    await first.putMeta('colour', 'green')
    await first.putMeta('colour', 'blue')
    await first.close()
    const second = await opened('again')
    expect(await second.meta('colour')).toBe('blue')
    expect(await second.schema()).toBeGreaterThan(0)
  })

  test('leaves nothing behind of a transaction that throws', async () => {
    const store = await opened('rollback')
    const broken = store.transaction(async (tx) => {
      await tx.insertInto('device').values({ id: 'lamp-1', label: null, enrolled_ms: 0 }).execute()
      throw new RangeError('power cut')
    })
    await expect(broken).rejects.toThrow('power cut')
    expect(await store.db.selectFrom('device').selectAll().execute()).toEqual([])
    await store.transaction((tx) =>
      tx.insertInto('device').values({ id: 'lamp-1', label: null, enrolled_ms: 5 }).execute(),
    )
    expect(await store.db.selectFrom('device').selectAll().execute()).toEqual([
      { id: 'lamp-1', label: null, enrolled_ms: 5 },
    ])
  })

  test('gives bytes and 64-bit numbers back as they were', async () => {
    const store = await opened('types')
    const hashes = Uint8Array.from({ length: 256 }, (_, i) => i)
    const position = 2 ** 48
    await store.transaction((tx) => tx.insertInto('tile').values({ level: 0, position, hashes }).execute())
    const row = await store.db.selectFrom('tile').selectAll().executeTakeFirstOrThrow()
    expect(row.position).toBe(position)
    expect(new Uint8Array(row.hashes)).toEqual(hashes)
  })

  test('keeps a reader outside of a transaction that is still open', async () => {
    const store = await opened('apart')
    let seen: Promise<unknown[]> | undefined
    await store.transaction(async (tx) => {
      await tx.insertInto('device').values({ id: 'a', label: null, enrolled_ms: 0 }).execute()
      seen = store.db.selectFrom('device').selectAll().execute()
      await tx.insertInto('device').values({ id: 'b', label: null, enrolled_ms: 0 }).execute()
    })
    expect([0, 2]).toContain((await seen!).length)
  })

  test('refuses the data of another network or another city', async () => {
    await (await opened('foreign')).close()
    await expect(opened('foreign', { ...identity, network: 'main' })).rejects.toMatchObject({
      code: 'store-foreign',
      facts: { found: 'dev', wanted: 'main' },
    })
    await expect(opened('foreign', { ...identity, origin: 'other.example/log' })).rejects.toMatchObject({
      code: 'store-foreign',
    })
  })

  test('refuses data that a newer version wrote', async () => {
    const store = await opened('newer')
    await store.putMeta('schema', '999')
    await store.close()
    await expect(opened('newer')).rejects.toMatchObject({ code: 'store-newer', facts: { schema: 999 } })
  })

  test('takes one of two that open an empty database at the same time', async () => {
    const stores = await Promise.all([opened('race'), opened('race')])
    for (const store of stores) expect(await store.meta('city.network')).toBe('dev')
  })

  test('names a broken rule of the schema', async () => {
    const store = await opened('constraint')
    const twice = store.transaction(async (tx) => {
      for (let i = 0; i < 2; i++)
        await tx.insertInto('device').values({ id: 'a', label: null, enrolled_ms: 0 }).execute()
    })
    await expect(twice).rejects.toBeInstanceOf(StoreError)
    await expect(twice).rejects.toMatchObject({ code: 'store-constraint' })
  })
})
