import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatKeyFile, parseKeyFile, signingKey, zoneOf } from '@minipolis/city'
import type { Server } from '@minipolis/server'
import { nodeEd25519 } from '@minipolis/server/crypto'
import type { CommandContext } from '../access/context.ts'
import { ServerClient } from '../remote/server-client.ts'
import { writeWhole } from '../source/write-file.ts'
import { planCity } from './city-plan.ts'
import { Feeder } from './feeder.ts'
import { httpPackDoor } from './http-pack-door.ts'
import { mqttPackDoor } from './mqtt-pack-door.ts'

const SEED = 'minipolis'
const ZONE = 'Europe/Zurich'

/** Each device reports this often: some three readings a second from the whole city. */
const LIVE_EVERY_MS = 10_000
const PAST_MS = 24 * 3_600_000
const PAST_EVERY_MS = 15 * 60_000

/** Where the simulated devices' common secret is kept, beside the city's own keys. */
const KEY_FILE = 'keys/demo.json'

/** A simulated city that feeds a server. */
export interface Demo {
  /** Idempotent. */
  stop(): Promise<void>
}

export interface DemoOptions {
  readonly folder: string
  readonly context: CommandContext
}

/** Starts the simulated city: half of its devices speak HTTP, half MQTT. */
export async function startDemo(server: Server, { folder, context }: DemoOptions): Promise<Demo> {
  const { terminal, now } = context
  const client = new ServerClient({ url: `${server.url}/`, token: server.adminToken })
  const mqtt = await mqttPackDoor(server.mqttUrl, `simulated-city-${process.pid}`, (why) =>
    terminal.err(`the simulated city: a pack was refused: ${why}\n`),
  )
  const feeder = new Feeder(
    {
      devices: planCity(SEED),
      live: { seed: SEED, intervalMs: LIVE_EVERY_MS, offsetMs: zoneOf(ZONE).offsetMs(now()) },
      past: { reachMs: PAST_MS, intervalMs: PAST_EVERY_MS },
      secret: secretOf(join(folder, KEY_FILE), context),
    },
    {
      client,
      doors: [httpPackDoor(client), mqtt],
      now,
      onError: (error) =>
        terminal.err(`the simulated city: ${error instanceof Error ? error.message : String(error)}\n`),
    },
  )
  await feeder.start()
  let stopping: Promise<void> | undefined
  return {
    stop() {
      stopping ??= feeder.stop().then(() => mqtt.close())
      return stopping
    },
  }
}

function secretOf(path: string, { randomBytes }: CommandContext): Uint8Array {
  if (existsSync(path)) return parseKeyFile(readFileSync(path, 'utf8'), nodeEd25519).secret
  const key = signingKey(randomBytes(32), nodeEd25519)
  writeWhole(path, formatKeyFile(key), 0o600)
  return key.secret
}
