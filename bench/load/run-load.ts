import { Latencies } from './latencies.ts'
import type { Sender } from './senders.ts'

/** A sender with the packs of its device, in their order. */
export interface Lane {
  readonly sender: Sender
  readonly packs: readonly Buffer[]
}

export interface LoadResult {
  readonly seconds: number
  readonly latencies: Latencies
}

/** As fast as acknowledgements come: each lane keeps `inFlight` packs under way. */
export async function runClosed(lanes: readonly Lane[], inFlight: number): Promise<LoadResult> {
  const latencies = new Latencies()
  const start = performance.now()
  await Promise.all(
    lanes.map(
      ({ sender, packs }) =>
        new Promise<void>((resolve) => {
          let next = 0
          let done = 0
          const sendNext = () => {
            const pack = packs[next++]
            if (!pack) return
            const sentMs = performance.now()
            sender.send(pack, () => {
              latencies.add(performance.now() - sentMs)
              if (++done === packs.length) resolve()
              else sendNext()
            })
          }
          for (let i = 0; i < inFlight; i++) sendNext()
        }),
    ),
  )
  return { seconds: (performance.now() - start) / 1_000, latencies }
}

/** At a given rate, whatever the answers do: latency counts from the time a pack was due. */
export async function runPaced(lanes: readonly Lane[], perSecond: number): Promise<LoadResult> {
  const latencies = new Latencies()
  const total = lanes.reduce((sum, { packs }) => sum + packs.length, 0)
  const start = performance.now()
  await new Promise<void>((resolve) => {
    let sent = 0
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1_000) * perSecond))
      for (; sent < due; sent++) {
        const { sender, packs } = lanes[sent % lanes.length]!
        const dueMs = start + (sent / perSecond) * 1_000
        sender.send(packs[Math.floor(sent / lanes.length)]!, () => {
          latencies.add(performance.now() - dueMs)
          if (latencies.count === total) resolve()
        })
      }
      if (sent === total) clearInterval(timer)
    }, 2)
  })
  return { seconds: (performance.now() - start) / 1_000, latencies }
}
