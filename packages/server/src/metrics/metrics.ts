import type { City } from '@minipolis/city'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Upper bounds in seconds: from a cached answer to one that waits for a slow disk. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** What became of a message at the MQTT door. */
export type MqttOutcome = 'accepted' | 'refused' | 'failed'

/** Figures for Prometheus. */
export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  /** @param elapsedMs from the first byte of the request to the last of the answer */
  httpRequest(route: string, status: number, elapsedMs: number): void
  mqttMessage(outcome: MqttOutcome): void
  mqttClients(change: 1 | -1): void
}

/** Counts what passes the doors, and reads the rest from the city when it is asked. */
export function createMetrics(city: City): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  collectDefaultMetrics({ register: registry, prefix: 'minipolis_' })

  const httpRequests = new Counter({
    name: 'minipolis_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['route', 'status'],
    registers,
  })
  const httpSeconds = new Histogram({
    name: 'minipolis_http_request_seconds',
    help: 'time to answer an HTTP request',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  })
  const mqttMessages = new Counter({
    name: 'minipolis_mqtt_messages_total',
    help: 'MQTT messages on the topics for packs',
    labelNames: ['outcome'],
    registers,
  })
  const mqttClients = new Gauge({ name: 'minipolis_mqtt_clients', help: 'connected MQTT clients', registers })
  intakeMetrics(city, registers)
  logMetrics(city, registers)

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    httpRequest(route, status, elapsedMs) {
      httpRequests.inc({ route, status })
      httpSeconds.observe({ route }, elapsedMs / 1_000)
    },
    mqttMessage: (outcome) => mqttMessages.inc({ outcome }),
    mqttClients: (change) => mqttClients.inc(change),
  }
}

function intakeMetrics({ intake }: City, registers: Registry[]): void {
  const { counters } = intake
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name: `minipolis_intake_${name}_total`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  counter('packs', 'packs accepted', () => counters.packs)
  counter('readings', 'readings accepted', () => counters.readings)
  counter('duplicates', 'packs that had been accepted before', () => counters.duplicates)
  counter('gaps', 'packs that left a gap before them', () => counters.gaps)
  counter('commits', 'group commits', () => counters.commits)
  counter('busy', 'packs turned away because too much was waiting', () => counters.busy)
  counter('failed', 'packs whose commit failed', () => counters.failed)
  new Counter({
    name: 'minipolis_intake_refused_total',
    help: 'packs put into quarantine, by reason',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      for (const [code, count] of counters.refused) this.inc({ code }, count)
    },
  })
  new Gauge({
    name: 'minipolis_intake_waiting_packs',
    help: 'packs that wait for their commit',
    registers,
    collect() {
      this.set(intake.waiting)
    },
  })
}

function logMetrics(city: City, registers: Registry[]): void {
  new Gauge({
    name: 'minipolis_log_leaves',
    help: 'leaves of the log, by how far they have come',
    labelNames: ['state'],
    registers,
    async collect() {
      const { logged = 0, anchored = 0, buried = 0 } = await city.reach()
      this.set({ state: 'accepted' }, city.log.size)
      this.set({ state: 'logged' }, logged)
      this.set({ state: 'anchored' }, anchored)
      this.set({ state: 'buried' }, buried)
    },
  })
  new Gauge({
    name: 'minipolis_block_height',
    help: 'number of the newest block',
    registers,
    async collect() {
      const tip = await city.ledger.tip()
      this.set(tip ? Number(tip.number) : 0)
    },
  })
}
