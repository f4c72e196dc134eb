import {
  Authority,
  CredentialBook,
  createMerkleHash,
  type Engine,
  Intake,
  Log,
  openStore,
  PackSealer,
  PackSigner,
  type PublishedHead,
  Quarantine,
  type Reading,
  Records,
  type SigningKey,
  SqlLogStore,
  type Store,
  type StreamDefinition,
  StreamRegister,
  signingKey,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256 } from '../src/crypto/index.ts'

export const ORIGIN = 'city.example/readings'
export const NOW_MS = Date.UTC(2026, 2, 1, 12)

export const merkle = createMerkleHash(nodeSha256)
export const sealer = new PackSealer(nodeSha256, merkle)

/** A key of its own for each number: tests need many, and the same ones each time. */
export const testKey = (seed: number): SigningKey => signingKey(new Uint8Array(32).fill(seed), nodeEd25519)

/** All of the city that stands below the doors, on a real database. */
export interface TestCity {
  readonly store: Store
  readonly credentials: CredentialBook
  readonly streams: StreamRegister
  readonly records: Records
  readonly quarantine: Quarantine
  readonly logStore: SqlLogStore
  readonly log: Log
  readonly intake: Intake
  /** What the city takes for the time. */
  clock: { ms: number }
  close(): Promise<void>
}

export async function openTestCity(engine: Engine, mark: { head?: PublishedHead } = {}): Promise<TestCity> {
  const clock = { ms: NOW_MS }
  const now = () => clock.ms
  const store = await openStore(engine, { network: 'dev', origin: ORIGIN })
  const credentials = new CredentialBook(store, new Authority(testKey(250), nodeEd25519), now)
  const streams = new StreamRegister(store, now)
  const quarantine = new Quarantine(store, now)
  const logStore = new SqlLogStore(store)
  const log = await Log.open(
    { origin: ORIGIN, secret: testKey(251).secret },
    {
      store: logStore,
      mark: {
        read: async () => mark.head,
        write: async (head) => {
          mark.head = head
        },
      },
      now,
      hash: merkle,
      ed25519: nodeEd25519,
    },
  )
  const intake = new Intake({ store, log, quarantine, streams, credentials, sealer, ed25519: nodeEd25519, now })
  return {
    store,
    credentials,
    streams,
    records: new Records(store, streams),
    quarantine,
    logStore,
    log,
    intake,
    clock,
    close: async () => {
      await intake.stop()
      await store.close()
    },
  }
}

/** Enrols a device, registers its stream and gives the signer that stands at the device. */
export async function addStream(
  city: TestCity,
  { seed = 1, ...definition }: Partial<StreamDefinition> & { readonly id: string; readonly seed?: number },
): Promise<PackSigner> {
  const key = testKey(seed)
  const device = definition.device ?? `device-${seed}`
  const unit = definition.unit ?? '[mi_i]/h'
  await city.credentials.enrol({ device, publicKey: key.publicKey, notBeforeMs: Date.UTC(2000, 0, 1) })
  await city.streams.register({ ...definition, device, unit })
  return new PackSigner({ device, stream: definition.id, unit, key }, { sealer, ed25519: nodeEd25519 })
}

/** Good readings one minute apart, ending now. */
export const readings = (count: number, offset = 0): Reading[] =>
  Array.from({ length: count }, (_, i) => ({
    timeMs: NOW_MS - (count - i) * 60_000 + offset,
    value: `${60 + (i % 10)}.5`,
  }))
