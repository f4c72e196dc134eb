import {
  formatPack,
  fsckLog,
  heldReadings,
  type Outcome,
  type Pack,
  PackArchive,
  PackSigner,
  parseCredential,
  sha256,
  toLowerHex,
  wirePack,
} from '@minipolis/city'
import { encode } from 'cborg'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { nodeEd25519 } from '../src/crypto/index.ts'
import { describeEngines } from './engines.ts'
import { addStream, merkle, NOW_MS, openTestCity, readings, sealer, type TestCity, testKey } from './test-city.ts'

const receiptOf = (outcome: Outcome) => {
  if (outcome.kind !== 'accepted') throw new RangeError(`refused: ${outcome.code} ${outcome.detail}`)
  return outcome.receipt
}

describeEngines('the intake', ({ engine }) => {
  let count = 0
  let city: TestCity
  const openCity = async () => {
    city = await openTestCity(engine(`intake_${count++}`))
    return city
  }
  const codeOf = async (pack: Pack) => {
    const outcome = await city.intake.submit(pack, 'test')
    return outcome.kind === 'refused' ? outcome.code : outcome.kind
  }
  afterEach(() => city.close())

  test('makes a pack durable, logs its readings, and gives them back as they came', async () => {
    const { intake, log, records, streams } = await openCity()
    const signer = await addStream(city, { id: 'la/1' })
    const pack = signer.sign([
      { timeMs: NOW_MS - 2, value: '  64.3750' },
      {
        timeMs: NOW_MS - 1,
        value: 'NA',
        quality: 'missing',
        received: { time: '03:59', zone: 'America/Los_Angeles' },
        note: 'a "b"\n',
      },
      { timeMs: NOW_MS, value: '9.7529096e-08' },
    ])
    const receipt = receiptOf(await intake.submit(pack, 'test'))
    expect(receipt).toMatchObject({ stream: 'la/1', first: 1, count: 3, logFirst: 0, duplicate: false, missing: 0 })
    expect(log.size).toBe(3)

    const stream = await streams.get('la/1')
    const found = await records.bySequence(stream, { limit: 10 })
    expect(found.map(({ id, value, number }) => [id, value, number])).toEqual([
      ['la/1@1', '  64.3750', '64.375'],
      ['la/1@2', 'NA', undefined],
      ['la/1@3', '9.7529096e-08', '0.000000097529096'],
    ])
    expect(found[1]).toMatchObject(pack.readings[1]!)
    expect(await records.find('la/1@3')).toEqual(found[2])
    expect(await records.find('la/1@4')).toBeUndefined()
    const stored = (await records.packOf('la/1@2'))!
    expect(toLowerHex(stored.id)).toBe(receipt.pack)
    expect(toLowerHex(sha256(new TextEncoder().encode(stored.header)))).toBe(receipt.pack)
  })

  test('keeps a log whose tiles and entries fit, over many commits and a restart', async () => {
    const { intake } = await openCity()
    const first = await addStream(city, { id: 'a', seed: 1 })
    const second = await addStream(city, { id: 'b', seed: 2 })
    for (let i = 0; i < 6; i++)
      await Promise.all([
        intake.submit(first.sign(readings(100 + i)), 'test'),
        intake.submit(second.sign(readings(1)), 'test'),
      ])
    const size = city.log.size
    expect(size).toBe(6 * 101 + 15)
    await city.log.checkpoint()
    expect(await fsckLog({ key: city.log.key, store: city.logStore, hash: merkle })).toMatchObject({
      clean: true,
      size,
    })
    await city.close()
    city = await openTestCity(engine(`intake_${count - 1}`))
    expect(city.log.size).toBe(size)
    receiptOf(await city.intake.submit(first.sign(readings(1)), 'test'))
    expect(city.log.size).toBe(size + 1)
  })

  test('shows the packs around readings, with the credential of their key', async () => {
    const { intake, streams, store } = await openCity()
    const archive = new PackArchive(store, streams)
    const signer = await addStream(city, { id: 'a' })
    const packs = [2, 3, 4].map((size) => signer.sign(readings(size)))
    for (const pack of packs) receiptOf(await intake.submit(pack, 'test'))
    const firsts = async (first: number, last: number) =>
      (await archive.packs('a', first, last)).map((pack) => pack.logFirst)
    expect(await firsts(1, 9)).toEqual([0, 2, 5])
    expect(await firsts(2, 3)).toEqual([0, 2])
    expect(await firsts(5, 5)).toEqual([2])
    expect(await firsts(10, 20)).toEqual([])
    expect(await archive.packs('nowhere', 1, 1)).toEqual([])
    const [second] = await archive.packs('a', 4, 4)
    expect(parseCredential(second!.credential).device).toBe('device-1')
    expect(await archive.headerBefore('a', packs[2]!.first)).toBe(second!.header)
    expect(await archive.headerBefore('a', 1)).toBeUndefined()
  })

  test('takes the same pack twice as once', async () => {
    const { intake, log } = await openCity()
    const pack = (await addStream(city, { id: 'a' })).sign(readings(5))
    const [first, second] = await Promise.all([intake.submit(pack, 'test'), intake.submit(pack, 'test')])
    const third = await intake.submit(pack, 'test')
    expect([first, second, third].map((outcome) => receiptOf(outcome!).duplicate)).toEqual([false, true, true])
    expect(receiptOf(third).logFirst).toBe(0)
    expect(log.size).toBe(5)
    expect(await city.quarantine.counts()).toEqual(new Map())
  })

  test('takes what comes after lost readings, and the lost ones when they come late', async () => {
    const { intake, streams, records } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    const packs = Array.from({ length: 4 }, () => signer.sign(readings(2)))
    expect(receiptOf(await intake.submit(packs[0]!, 'test')).missing).toBe(0)
    expect(receiptOf(await intake.submit(packs[3]!, 'test')).missing).toBe(4)
    // Both in one commit, in the wrong order.
    const late = await Promise.all([intake.submit(packs[2]!, 'test'), intake.submit(packs[1]!, 'test')])
    expect(late.map((outcome) => receiptOf(outcome).logFirst)).toEqual([4, 6])
    const all = await records.bySequence(await streams.get('a'), { limit: 100 })
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(
      (await records.bySequence(await streams.get('a'), { from: 4, to: 6, limit: 100 })).map((r) => r.sequence),
    ).toEqual([4, 5, 6])
    expect(intake.counters.gaps).toBe(1)
  })

  test('refuses other readings under sequence numbers that are taken', async () => {
    const { intake } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    receiptOf(await intake.submit(signer.sign(readings(4)), 'test'))
    const liar = await addStream(city, { id: 'a' })
    expect(await codeOf(liar.sign(readings(4, 1)))).toBe('replay')
    expect(await codeOf(liar.sign(readings(4, 1)))).toBe('predecessor')
  })

  test('refuses a late pack that does not fit the packs around it', async () => {
    const { intake } = await openCity()
    const honest = await addStream(city, { id: 'a' })
    const [one, two, three] = [honest.sign(readings(2)), honest.sign(readings(2)), honest.sign(readings(2))]
    receiptOf(await intake.submit(one, 'test'))
    receiptOf(await intake.submit(three, 'test'))
    const liar = await addStream(city, { id: 'a' })
    liar.sign(readings(2))
    expect(await codeOf(liar.sign(readings(2, 1)))).toBe('predecessor')
    expect(await codeOf(two)).toBe('accepted')
  })

  test('refuses each kind of bad pack with a code of its own, keeps it in quarantine and counts it', async () => {
    const { intake, credentials, clock } = await openCity()
    const signer = await addStream(city, { id: 'a', seed: 1 })
    const good = signer.sign(readings(2))
    const key = testKey(1)
    expect(await codeOf({ ...good, stream: 'nowhere' })).toBe('stream-unknown')
    expect(await codeOf({ ...good, device: 'other' })).toBe('device')
    expect(await codeOf({ ...good, unit: 'km/h' })).toBe('unit')
    expect(await codeOf({ ...good, key: '0123456789abcdef' })).toBe('key-unknown')
    expect(await codeOf({ ...good, signature: good.signature.map((byte) => byte ^ 1) })).toBe('signature')
    expect(await codeOf({ ...good, readings: [good.readings[1]!, good.readings[0]!] })).toBe('signature')
    expect(await codeOf({ ...good, previous: '00'.repeat(32) })).toBe('signature')
    expect(await codeOf({ ...good, readings: [{ timeMs: NOW_MS, value: '12,5' }] })).toBe('value')
    expect(await codeOf({ ...good, readings: [{ timeMs: NOW_MS, value: null }] })).toBe('value')
    expect(await codeOf({ ...good, readings: [{ timeMs: NOW_MS, value: null, commitment: 'ab'.repeat(32) }] })).toBe(
      'personal',
    )
    expect(await codeOf({ ...good, readings: [{ timeMs: NOW_MS + 3_600_000, value: '1' }] })).toBe('clock-ahead')
    expect(await codeOf({ ...good, readings: [{ timeMs: Date.UTC(2001, 0, 1), value: '1' }] })).toBe('clock-behind')
    expect(await codeOf({ ...good, readings: [{ timeMs: Date.UTC(1970, 0, 1), value: '1' }] })).toBe(
      'key-not-yet-valid',
    )

    const other = testKey(2)
    await credentials.enrol({ device: 'other', publicKey: other.publicKey, notBeforeMs: 0 })
    expect(await codeOf({ ...good, key: other.id })).toBe('key-device')
    const brief = testKey(3)
    await credentials.enrol({
      device: 'device-1',
      publicKey: brief.publicKey,
      notBeforeMs: 0,
      notAfterMs: NOW_MS - 90_000,
    })
    expect(await codeOf({ ...good, key: brief.id })).toBe('key-expired')

    expect(await codeOf(good)).toBe('accepted')
    const next = signer.sign(readings(1))
    await credentials.revoke(key.id, NOW_MS + 1_000, 'lost')
    expect(await codeOf(next)).toBe('accepted')
    clock.ms = NOW_MS + 1_000
    expect(await codeOf(signer.sign(readings(1)))).toBe('key-revoked')

    const counts = await city.quarantine.counts()
    expect(counts.get('signature')).toBe(3)
    expect([...counts.values()].reduce((sum, n) => sum + n, 0)).toBe(16)
    expect(intake.counters.refused).toEqual(counts)
    const [newest] = await city.quarantine.list({ limit: 1 })
    expect(newest).toMatchObject({ code: 'key-revoked', door: 'test', device: 'device-1', stream: 'a' })
    expect(JSON.parse(new TextDecoder().decode(newest!.payload))).toMatchObject({ stream: 'a', first: 4 })
  })

  test('takes a pack as JSON and as CBOR alike, and keeps what is neither in quarantine', async () => {
    const { intake, quarantine } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    const json = new TextEncoder().encode(formatPack(signer.sign(readings(2))))
    receiptOf(await intake.submitBytes(json, 'json', 'http'))
    const wire = wirePack(signer.sign(readings(2)))
    const cbor = encode({
      ...wire,
      previous: Buffer.from(wire.previous!, 'hex'),
      signature: Buffer.from(wire.signature, 'base64'),
    })
    receiptOf(await intake.submitBytes(cbor, 'cbor', 'mqtt'))
    expect(await intake.submitBytes(json.subarray(0, 90), 'json', 'http')).toMatchObject({
      kind: 'refused',
      code: 'syntax',
    })
    expect(await intake.submitBytes(json, 'cbor', 'mqtt')).toMatchObject({ kind: 'refused', code: 'syntax' })
    expect(await intake.submitBytes(new Uint8Array(300_000), 'cbor', 'mqtt')).toMatchObject({
      kind: 'refused',
      code: 'oversize',
    })
    const kept = await quarantine.list({ limit: 10 })
    expect(kept.map(({ code, size, payload }) => [code, size, payload.length])).toEqual([
      ['oversize', 300_000, 4_096],
      ['syntax', json.length, json.length],
      ['syntax', 90, 90],
    ])
  })

  test('lets one device use two keys while they rotate', async () => {
    const { intake, credentials } = await openCity()
    const signer = await addStream(city, { id: 'a', seed: 1 })
    receiptOf(await intake.submit(signer.sign(readings(1)), 'test'))
    await credentials.enrol({ device: 'device-1', publicKey: testKey(7).publicKey, notBeforeMs: NOW_MS - 3_600_000 })
    const rotated = new PackSigner(
      { device: 'device-1', stream: 'a', unit: '[mi_i]/h', key: testKey(7), position: signer.position },
      { sealer, ed25519: nodeEd25519 },
    )
    receiptOf(await intake.submit(rotated.sign(readings(1)), 'test'))
    expect((await credentials.ofDevice('device-1')).length).toBe(2)
    await expect(
      credentials.enrol({ device: 'thief', publicKey: testKey(7).publicKey, notBeforeMs: 0 }),
    ).rejects.toMatchObject({ code: 'key-taken' })
  })

  test('takes nothing behind a pack that the store could not check, so that no false gap is left', async () => {
    const { intake, credentials, store } = await openCity()
    const signer = await addStream(city, { id: 'a', seed: 1 })
    receiptOf(await intake.submit(signer.sign(readings(1)), 'test'))
    await credentials.enrol({ device: 'device-1', publicKey: testKey(7).publicKey, notBeforeMs: NOW_MS - 3_600_000 })
    const parts = { sealer, ed25519: nodeEd25519 }
    const place = { device: 'device-1', stream: 'a', unit: '[mi_i]/h' }
    const rotated = new PackSigner({ ...place, key: testKey(7), position: signer.position }, parts)
    const second = rotated.sign(readings(1))
    // The first key is remembered; the second has to be asked for, and cannot be.
    const third = new PackSigner({ ...place, key: testKey(1), position: rotated.position }, parts).sign(readings(1))
    await sql`alter table credential rename to credential_away`.execute(store.db)
    const settled = await Promise.allSettled([second, third].map((pack) => intake.submit(pack, 'test')))
    await sql`alter table credential_away rename to credential`.execute(store.db)
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    for (const pack of [second, third]) expect(receiptOf(await intake.submit(pack, 'test')).missing).toBe(0)
    expect(intake.counters).toMatchObject({ failed: 2, gaps: 0, packs: 3 })
  })

  test('knows which readings a stream holds already', async () => {
    const { intake, streams, store } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    const old = readings(700)
    receiptOf(await intake.submit(signer.sign(old.slice(0, 690)), 'test'))
    const twin = { ...old[3]!, note: 'another row of the same time' }
    const held = await heldReadings(store, await streams.get('a'), [...old, twin])
    expect(held.filter(Boolean).length).toBe(690)
    expect(held.slice(690)).toEqual(Array(11).fill(false))
  })

  test('pages through a stream by time in both directions', async () => {
    const { intake, streams, records } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    // Five readings at each time, and times that fall.
    const many = Array.from({ length: 50 }, (_, i) => ({
      timeMs: NOW_MS - Math.floor(i / 5) * 1_000,
      value: String(i),
    }))
    receiptOf(await intake.submit(signer.sign(many), 'test'))
    const stream = await streams.get('a')
    for (const descending of [false, true]) {
      const seen: string[] = []
      let after: { timeMs: number; logIndex: number } | undefined
      for (;;) {
        const page = await records.byTime(stream, { limit: 7, after, descending })
        if (page.length === 0) break
        seen.push(...page.map(({ value }) => value!))
        after = page.at(-1)!
      }
      expect(new Set(seen).size).toBe(50)
    }
    const at = await records.byTime(stream, { fromMs: NOW_MS - 2_000, toMs: NOW_MS - 1_999, limit: 100 })
    expect(at.map(({ value }) => value)).toEqual(['10', '11', '12', '13', '14'])
  })

  test('answers busy when too much is waiting, and loses nothing that it took', async () => {
    const { intake, log } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    const many = Array.from({ length: 70 }, () => signer.sign(readings(1_000)))
    const settled = await Promise.allSettled(many.map((pack) => intake.submit(pack, 'test')))
    const taken = settled.filter(({ status }) => status === 'fulfilled')
    expect(taken.length).toBe(64)
    for (const result of settled.slice(64))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'busy' } })
    expect(log.size).toBe(64_000)
    for (const pack of many.slice(64)) {
      await intake.room()
      receiptOf(await intake.submit(pack, 'test'))
    }
    expect(log.size).toBe(70_000)
  })

  test('takes nothing more once it is stopped', async () => {
    const { intake } = await openCity()
    const signer = await addStream(city, { id: 'a' })
    const last = intake.submit(signer.sign(readings(1)), 'test')
    await intake.stop()
    expect((await last).kind).toBe('accepted')
    await expect(intake.submit(signer.sign(readings(1)), 'test')).rejects.toMatchObject({ code: 'stopped' })
  })

  test('goes on when another server appended to the same log', async () => {
    const { intake } = await openCity()
    const mine = await addStream(city, { id: 'a', seed: 1 })
    const theirs = await addStream(city, { id: 'b', seed: 2 })
    receiptOf(await intake.submit(mine.sign(readings(3)), 'test'))
    const other = await openTestCity(engine(`intake_${count - 1}`))
    for (let i = 0; i < 3; i++) {
      const both = await Promise.all([
        intake.submit(mine.sign(readings(3)), 'test'),
        other.intake.submit(theirs.sign(readings(3)), 'test'),
      ])
      for (const outcome of both) receiptOf(outcome)
    }
    await city.log.reload()
    await other.log.reload()
    expect(city.log.size).toBe(21)
    expect(other.log.size).toBe(21)
    await other.close()
  })

  test('takes packs of a personal stream only as commitments', async () => {
    const { intake, records } = await openCity()
    const signer = await addStream(city, { id: 'meter', personal: true })
    receiptOf(await intake.submit(signer.sign([{ timeMs: NOW_MS, value: null, commitment: 'ab'.repeat(32) }]), 'test'))
    expect(await codeOf(signer.sign([{ timeMs: NOW_MS, value: '5' }]))).toBe('personal')
    expect(await records.find('meter@1')).toMatchObject({ value: null, commitment: 'ab'.repeat(32), number: undefined })
  })

  test('does not register a stream anew as something else', async () => {
    await openCity()
    await addStream(city, { id: 'a' })
    await expect(city.streams.register({ id: 'a', device: 'device-1', unit: 'km/h' })).rejects.toMatchObject({
      code: 'stream-taken',
    })
    await expect(city.streams.register({ id: 'b', device: 'ghost', unit: '1' })).rejects.toMatchObject({
      code: 'device-unknown',
    })
    expect((await city.streams.register({ id: 'a', device: 'device-1', unit: '[mi_i]/h' })).id).toBe('a')
    expect((await city.streams.list({ limit: 10 })).map(({ id }) => id)).toEqual(['a'])
  })
})
