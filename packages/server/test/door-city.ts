import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { City, openStore, PackSigner } from '@minipolis/city'
import { pino } from 'pino'
import { nodeEd25519, nodeSha256 } from '../src/crypto/index.ts'
import { sqliteEngine } from '../src/database/index.ts'
import { createHttpDoor, type HttpDoor } from '../src/http/index.ts'
import { createMetrics, type Metrics } from '../src/metrics/index.ts'
import { QuietLedger } from './quiet-ledger.ts'
import { NOW_MS, ORIGIN, sealer, testKey } from './test-city.ts'

export const ADMIN = 'administration-token-of-the-test'

/** A whole city with its doors, on a ledger that only watches. */
export interface DoorCity {
  readonly city: City
  readonly ledger: QuietLedger
  readonly http: HttpDoor
  readonly metrics: Metrics
  readonly clock: { ms: number }
  /** Enrols a device with one stream through the store and gives the signer at the device. */
  addDevice(seed: number, stream: string): Promise<PackSigner>
  close(): Promise<void>
}

export async function openDoorCity(): Promise<DoorCity> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-door-'))
  const clock = { ms: NOW_MS }
  const now = () => clock.ms
  const store = await openStore(sqliteEngine(join(folder, 'city.sqlite')), { network: 'dev', origin: ORIGIN })
  const ledger = new QuietLedger()
  const city = await City.open(
    { origin: ORIGIN, anchors: { everyMs: 1_000, buryBlocks: 4 } },
    { authority: testKey(250), log: testKey(251), gateway: testKey(252) },
    {
      store,
      mark: { read: async () => undefined, write: async () => undefined },
      ledger,
      ed25519: nodeEd25519,
      sha256: nodeSha256,
      now,
      onError: () => undefined,
    },
  )
  const metrics = createMetrics(city)
  const log = pino({ level: 'silent' })
  const http = await createHttpDoor({ adminToken: ADMIN, version: '0.0.0' }, { city, metrics, log, now })
  return {
    city,
    ledger,
    http,
    metrics,
    clock,
    async addDevice(seed, stream) {
      const key = testKey(seed)
      const device = `device-${seed}`
      await city.credentials.enrol({ device, publicKey: key.publicKey, notBeforeMs: 0 })
      await city.streams.register({ id: stream, device, unit: '[mi_i]/h' })
      return new PackSigner({ device, stream, unit: '[mi_i]/h', key }, { sealer, ed25519: nodeEd25519 })
    },
    async close() {
      await http.close()
      await city.intake.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
