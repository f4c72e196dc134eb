import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Authority,
  CredentialBook,
  createMerkleHash,
  ImportGateway,
  Intake,
  Log,
  openStore,
  PackSealer,
  type PublishedHead,
  Quarantine,
  Records,
  SqlLogStore,
  type Store,
  StreamRegister,
  signingKey,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '../../server/src/crypto/index.ts'
import { sqliteEngine } from '../../server/src/database/index.ts'

/** The record side of a city on a real database in a folder of its own, without doors and chain. */
export interface TestCity {
  readonly folder: string
  readonly store: Store
  readonly streams: StreamRegister
  readonly records: Records
  readonly quarantine: Quarantine
  readonly intake: Intake
  readonly log: Log
  readonly gateway: ImportGateway
  close(): Promise<void>
}

export async function openTestCity(folder = mkdtempSync(join(tmpdir(), 'minipolis-import-'))): Promise<TestCity> {
  const now = Date.now
  const ed25519 = nodeEd25519
  const store = await openStore(sqliteEngine(join(folder, 'city.sqlite')), {
    network: 'dev',
    origin: 'test.local/city',
  })
  const streams = new StreamRegister(store, now)
  const credentials = new CredentialBook(
    store,
    new Authority(signingKey(new Uint8Array(32).fill(1), ed25519), ed25519),
    now,
  )
  const merkle = createMerkleHash(nodeSha256)
  let published: PublishedHead | undefined
  const mark = {
    read: async () => published,
    write: async (head: PublishedHead) => {
      published = head
    },
  }
  const log = await Log.open(
    { origin: 'test.local/city', secret: randomBytes(32) },
    { store: new SqlLogStore(store), mark, now, hash: merkle, ed25519 },
  )
  const quarantine = new Quarantine(store, now)
  const sealer = new PackSealer(nodeSha256, merkle)
  const intake = new Intake({ store, log, quarantine, streams, credentials, sealer, ed25519, now })
  const key = signingKey(new Uint8Array(32).fill(2), ed25519)
  await credentials.enrol({ device: 'gateway', publicKey: key.publicKey, notBeforeMs: Date.UTC(1800, 0) })
  const gateway = new ImportGateway(
    { device: 'gateway', key },
    { store, streams, intake, quarantine, sealer, ed25519, now },
  )
  return {
    folder,
    store,
    streams,
    records: new Records(store, streams),
    quarantine,
    intake,
    log,
    gateway,
    async close() {
      await intake.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
