import {
  createMerkleHash,
  type Ed25519,
  PackSealer,
  PackSigner,
  type Reading,
  type SigningKey,
  type StreamPosition,
  signingKey,
  toLowerHex,
} from '@minipolis/city'
import { createNodeEd25519, nodeEd25519, nodeSha256 } from '@minipolis/server/crypto'
import type { ServerClient } from '../remote/server-client.ts'
import type { PackDoor } from './pack-door.ts'
import { reportAt, reportsBetween, type SimulationOptions } from './readings.ts'
import type { SimulatedDevice, SimulatedStream } from './simulated-device.ts'

export interface FeederOptions {
  readonly devices: readonly SimulatedDevice[]
  /** The live city: what devices report from now on. */
  readonly live: SimulationOptions
  /** How far back the first start reaches, and how often devices reported then. */
  readonly past: { readonly reachMs: number; readonly intervalMs: number }
  /** 32 bytes that the devices' keys follow from, so that they are the same after a restart. */
  readonly secret: Uint8Array
}

export interface FeederParts {
  /** For what devices cannot do themselves: enrolment, and asking where a stream stands. */
  readonly client: ServerClient
  /** The doors that devices use, in turns. At least one. */
  readonly doors: readonly PackDoor[]
  readonly now: () => number
  /** Told of packs that did not get in; the device tries again with its next report. */
  readonly onError: (error: unknown) => void
}

/** One stream of a device as its signer sees it. */
interface Line {
  readonly stream: SimulatedStream
  /** `undefined` while it is not known where the stream stands. */
  signer: PackSigner | undefined
}

interface Station {
  readonly device: SimulatedDevice
  readonly key: SigningKey
  /** Its own, as a device has: it keeps the key ready that signed last. */
  readonly ed25519: Ed25519
  readonly door: PackDoor
  readonly lines: readonly Line[]
}

/** Earliest reading that the keys of the simulated devices count for. */
const NOT_BEFORE = '2020-01-01T00:00:00.000Z'

/** Devices that report within this time report together: one wake-up, one commit and one checkpoint of the city for all of them. */
const GROUP_EVERY_MS = 2_000

/** Feeds a running city with a simulated one: enrols its devices, then lets each report in its turn through a door. */
export class Feeder {
  readonly #options: FeederOptions
  readonly #parts: FeederParts
  readonly #sealer = new PackSealer(nodeSha256, createMerkleHash(nodeSha256))
  #stations: readonly Station[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #sending: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(options: FeederOptions, parts: FeederParts) {
    this.#options = options
    this.#parts = parts
  }

  /** Enrols the devices, sends the past of streams that have none, and begins to report. Rejects when the city refuses. */
  async start(): Promise<void> {
    const { devices } = this.#options
    const { doors, now } = this.#parts
    this.#stations = devices.map((device, index) => ({
      device,
      key: this.#keyOf(device),
      ed25519: createNodeEd25519(),
      door: doors[index % doors.length]!,
      lines: device.streams.map((stream) => ({ stream, signer: undefined })),
    }))
    for (const station of this.#stations) await this.#enrol(station)
    const nowMs = now()
    for (const station of this.#stations) {
      if (this.#stopped) return
      await this.#sendPast(station, nowMs)
    }
    this.#turn(0)
  }

  /** Stops reporting; resolves when nothing is on its way any more. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#sending
  }

  /** Devices report group by group, evenly over the interval: a city is never quiet for long and never all at once. */
  #turn(first: number): void {
    if (this.#stopped) return
    const { intervalMs } = this.#options.live
    const { length } = this.#stations
    const size = Math.min(length, Math.ceil((length * GROUP_EVERY_MS) / intervalMs))
    this.#timer = setTimeout(
      () => {
        const group = Array.from({ length: size }, (_, at) => this.#stations[(first + at) % length]!)
        this.#sending = Promise.all(group.map((station) => this.#report(station)))
          .then(() => undefined)
          .finally(() => this.#turn((first + size) % length))
      },
      (intervalMs * size) / length,
    )
  }

  async #report(station: Station): Promise<void> {
    const timeMs = this.#parts.now()
    const report = reportAt(station.device, timeMs, this.#options.live)
    await Promise.all(station.lines.map((line) => this.#send(station, line, [report.get(line.stream.id)!])))
  }

  async #enrol({ device, key }: Station): Promise<void> {
    const { latitude, longitude } = device.place
    await this.#parts.client.post('v1/devices', {
      device: device.id,
      publicKey: toLowerHex(key.publicKey),
      notBefore: NOT_BEFORE,
      label: device.label,
      streams: device.streams.map(({ id, unit, label }) => ({
        id,
        unit,
        label: `${device.label}: ${label}`,
        properties: { asset: device.asset, latitude, longitude, simulated: true },
      })),
    })
  }

  /** So that a newcomer sees days and nights and not a bare beginning. */
  async #sendPast(station: Station, nowMs: number): Promise<void> {
    const { live, past } = this.#options
    const reports = [
      ...reportsBetween(station.device, nowMs - past.reachMs, nowMs, { ...live, intervalMs: past.intervalMs }),
    ]
    for (const line of station.lines) {
      const position = await this.#positionOf(line.stream.id)
      line.signer = this.#signer(station, line.stream, position)
      if (position.sequence > 0) continue
      const readings = reports.map((report) => report.get(line.stream.id)!)
      if (readings.length > 0) await this.#send(station, line, readings)
    }
  }

  async #send(station: Station, line: Line, readings: readonly Reading[]): Promise<void> {
    try {
      line.signer ??= this.#signer(station, line.stream, await this.#positionOf(line.stream.id))
      await station.door.send(line.signer.sign(readings))
    } catch (error) {
      // Whether the city has the pack is not known: its stream is asked before the next one.
      line.signer = undefined
      this.#parts.onError(error)
    }
  }

  #signer({ device, key, ed25519 }: Station, { id, unit }: SimulatedStream, position: StreamPosition): PackSigner {
    return new PackSigner({ device: device.id, stream: id, unit, key, position }, { sealer: this.#sealer, ed25519 })
  }

  async #positionOf(stream: string): Promise<StreamPosition> {
    const { lastSequence, lastPack } = await this.#parts.client.get<{ lastSequence: number; lastPack: string | null }>(
      `v1/streams/${stream}`,
    )
    return { sequence: lastSequence, pack: lastPack }
  }

  #keyOf(device: SimulatedDevice): SigningKey {
    const { secret } = this.#options
    const name = new TextEncoder().encode(device.id)
    const seed = new Uint8Array(secret.length + name.length)
    seed.set(secret)
    seed.set(name, secret.length)
    return signingKey(new Uint8Array(nodeSha256(seed)), nodeEd25519)
  }
}
