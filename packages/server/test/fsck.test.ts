import { CompactRange, type FsckResult, fsckLog, HASH_SIZE, PackAudit, type PublishedHead } from '@minipolis/city'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeEd25519, nodeSha256 } from '../src/crypto/index.ts'
import { describeEngines } from './engines.ts'
import { addStream, merkle, openTestCity, readings, type TestCity } from './test-city.ts'

/** Packs of 1, 2, 3, … readings of two streams: 36 entries, of which 15 to 20 are a pack of stream b. */
const PACKS = 8
const SIZE = (PACKS * (PACKS + 1)) / 2

describeEngines('log fsck', ({ engine }) => {
  let count = 0
  let city: TestCity
  const mark: { head?: PublishedHead } = {}

  beforeEach(async () => {
    delete mark.head
    city = await openTestCity(engine(`fsck_${count++}`), mark)
    const signers = [await addStream(city, { id: 'a' }), await addStream(city, { id: 'b', seed: 2 })]
    for (let i = 0; i < PACKS; i++) {
      await city.intake.submit(signers[i % 2]!.sign(readings(i + 1)), 'test')
      if (i === 3) await city.log.checkpoint()
    }
    await city.log.checkpoint()
  })
  afterEach(() => city.close())

  const fsck = (): Promise<FsckResult> => {
    const { store, logStore, log, credentials } = city
    const authority = credentials.authority.publicKey
    const parts = { hash: merkle, ed25519: nodeEd25519 }
    const audit = new PackAudit({ store, authority, sha256: nodeSha256, ...parts })
    const published = { read: async () => mark.head, write: async () => undefined }
    return fsckLog({ store: logStore, mark: published, key: log.key, audit, ...parts })
  }
  const run = (statement: ReturnType<typeof sql>) => statement.execute(city.store.db)
  const tile = async () => (await city.logStore.tile(0, 0))!
  const putTile = (hashes: Uint8Array) => run(sql`update tile set hashes = ${hashes} where level = 0`)
  const keyOf = async (device: string) =>
    (
      await city.store.db
        .selectFrom('credential')
        .select('key_id')
        .where('device', '=', device)
        .executeTakeFirstOrThrow()
    ).key_id

  /** Writes all hashes of the log and its end anew from the readings, as somebody with the whole disk can. */
  const forgeHashes = async () => {
    const leaves = (await city.logStore.entries(0, SIZE)).map((entry) => merkle.leaf(entry))
    const range = CompactRange.empty(merkle)
    for (const leaf of leaves) range.push(leaf)
    await putTile(Buffer.concat(leaves))
    await run(sql`update log_head set root = ${range.root()}`)
    await run(sql`delete from checkpoint`)
    delete mark.head
  }

  test('is clean over what the intake wrote', async () => {
    expect(await fsck()).toMatchObject({ clean: true, size: SIZE })
  })

  const byIndex = (index: number) => sql`where log_index = ${index}`
  const damage: [string, () => Promise<unknown>, string][] = [
    ['a value', () => run(sql`update reading set value = '61.6' ${byIndex(17)}`), 'entry 17'],
    ['the last value', () => run(sql`update reading set value = '0' ${byIndex(35)}`), 'entry 35'],
    ['a time', () => run(sql`update reading set time_ms = time_ms + 1 ${byIndex(0)}`), 'entry 0'],
    ['two values', () => run(sql`update reading set value = '1' where log_index in (4, 30)`), 'entry 4'],
    ['a sequence', () => run(sql`update reading set sequence = sequence + 100 ${byIndex(9)}`), 'entry 9'],
    ['a reading that is gone', () => run(sql`delete from reading ${byIndex(20)}`), 'entry 20'],
    ['the last reading gone', () => run(sql`delete from reading ${byIndex(35)}`), 'entry 35'],
    ['a reading too many', () => run(sql`update reading set log_index = 36 ${byIndex(35)}`), 'entry 35'],
    ['the name of a stream', () => run(sql`update stream set id = 'c' where id = 'b'`), 'entry 1'],
    ['the header of a pack', () => run(sql`update pack set header = '{}' where log_first = 15`), 'pack 15'],
    ['the id of a pack', () => run(sql`update pack set id = ${new Uint8Array(32)} where log_first = 15`), 'pack 15'],
    ['a signature', () => run(sql`update pack set signature = ${new Uint8Array(64)} where log_first = 6`), 'pack 6'],
    ['the length of a pack', () => run(sql`update pack set count = 2 where log_first = 15`), 'pack 15'],
    ['a pack that is gone', () => run(sql`delete from pack where log_first = 21`), 'pack 21'],
    ['a pack too many', () => run(sql`update pack set log_first = 36 where log_first = 28`), 'pack 28'],
    ['the head', () => run(sql`update log_head set root = ${new Uint8Array(32)}`), 'head'],
    ['a head that is too small', () => run(sql`update log_head set size = 21`), 'head'],
    ['a head that is too large', () => run(sql`update log_head set size = 50`), 'head'],
    ['a checkpoint', () => run(sql`update checkpoint set text = 'x' where size = 10`), 'checkpoint 10'],
    [
      'the root of a checkpoint',
      () => run(sql`update checkpoint set root = ${new Uint8Array(32)} where size = 36`),
      'checkpoint 36',
    ],
    ['the size of a checkpoint', () => run(sql`update checkpoint set size = 12 where size = 10`), 'checkpoint 12'],
    ['a checkpoint from nowhere', () => run(sql`update checkpoint set size = 99 where size = 10`), 'checkpoint 99'],
    ['a tile that is gone', () => run(sql`delete from tile`), 'tile/0/000'],
    ['a tile that is too short', async () => putTile((await tile()).subarray(HASH_SIZE)), 'tile/0/000'],
    ['a tile that is too long', async () => putTile(Buffer.concat([await tile(), Buffer.alloc(32)])), 'tile/0/000'],
    [
      'a leaf hash',
      async () => putTile((await tile()).map((byte, at) => (at === 17 * 32 ? ~byte : byte))),
      'tile/0/000',
    ],
    ['the published mark', async () => (mark.head = { size: 36, root: new Uint8Array(32) }), 'published mark'],
    ['a mark ahead of us', async () => (mark.head = { size: 37, root: new Uint8Array(32) }), 'published mark'],
  ]
  test.each(damage)('names what was damaged: %s', async (_, harm, place) => {
    await harm()
    expect(await fsck()).toMatchObject({ clean: false, place })
  })

  test('shows what a changed entry says now', async () => {
    await run(sql`update reading set value = '61.6' ${byIndex(17)}`)
    expect(await fsck()).toMatchObject({ detail: expect.stringContaining('"stream":"b"') })
  })

  test('names the credential that was damaged', async () => {
    const key = await keyOf('device-2')
    const place = `credential ${key}`
    await run(sql`update credential set public_key = ${new Uint8Array(32)} where key_id = ${key}`)
    expect(await fsck()).toMatchObject({ clean: false, place })
    await run(sql`update credential set text = '{}' where key_id = ${key}`)
    expect(await fsck()).toMatchObject({ clean: false, place })
    await run(sql`delete from credential where key_id = ${key}`)
    expect(await fsck()).toMatchObject({ clean: false, place })
  })

  test('names readings that were changed together with all hashes: the device did not sign them', async () => {
    await run(sql`update reading set value = '61.6' ${byIndex(17)}`)
    await forgeHashes()
    expect(await fsck()).toMatchObject({ clean: false, place: 'entries 15 to 20' })
  })
})
