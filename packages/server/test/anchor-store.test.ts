import { openStore, SqlAnchorStore, type Store, type StoredAnchor } from '@minipolis/city'
import { afterEach, expect, test } from 'vitest'
import { describeEngines } from './engines.ts'
import { ORIGIN } from './test-city.ts'

const anchor = (serial: number, state: StoredAnchor['state'], due: number | null): StoredAnchor => ({
  serial,
  size: serial * 100,
  state,
  due,
  text: `{"serial":${serial}}`,
})

describeEngines("the anchorer's memory", ({ engine }) => {
  let count = 0
  let store: Store
  const open = async () => {
    store = await openStore(engine(`anchors_${count++}`), { network: 'dev', origin: ORIGIN })
    return new SqlAnchorStore(store)
  }
  afterEach(() => store.close())

  test('keeps anchors, replaces them by their serial, and finds them by what is asked', async () => {
    const anchors = await open()
    expect(await anchors.newest()).toBeUndefined()
    for (const made of [
      anchor(1, 'sealed', null),
      anchor(2, 'confirmed', 40),
      anchor(3, 'posted', 30),
      anchor(4, 'intended', 31),
    ])
      await anchors.put(made)
    await anchors.put(anchor(3, 'confirmed', 35))
    expect(await anchors.get(3)).toEqual(anchor(3, 'confirmed', 35))
    expect(await anchors.get(9)).toBeUndefined()
    expect((await anchors.newest())?.serial).toBe(4)
    expect((await anchors.covering(100))?.serial).toBe(1)
    expect((await anchors.covering(101))?.serial).toBe(2)
    expect(await anchors.covering(301)).toBeUndefined()
    expect((await anchors.due(35, 10)).map(({ serial }) => serial)).toEqual([3, 4])
    expect((await anchors.due(35, 1)).map(({ serial }) => serial)).toEqual([3])
    expect((await anchors.list(2)).map(({ serial }) => serial)).toEqual([4, 3])
    expect((await anchors.list(10, 3)).map(({ serial }) => serial)).toEqual([2, 1])
  })

  test('keeps the founding and notes apart, and forgets the founding when told', async () => {
    const anchors = await open()
    const founding = { coinId: '0x01', publicKey: '0x02', script: 'RETURN TRUE', address: '0x03' }
    expect(await anchors.founding()).toBeUndefined()
    await anchors.putFounding(founding)
    await anchors.putNote('founding', 'a note of the same name')
    expect(await anchors.founding()).toEqual(founding)
    expect(await anchors.note('founding')).toBe('a note of the same name')
    await anchors.putFounding(undefined)
    expect(await anchors.founding()).toBeUndefined()
    expect(await anchors.note('founding')).toBe('a note of the same name')
  })
})
