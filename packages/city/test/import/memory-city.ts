import { expect } from 'vitest'
import {
  type AppendResult,
  type Damage,
  type ImportOptions,
  type ImportTarget,
  runImport,
  type StreamBatch,
} from '../../src/import/index.ts'
import { type Reading, readingContent } from '../../src/streams/index.ts'

/** A city that only remembers: streams of readings, each content once. */
export class Memory implements ImportTarget {
  readonly streams = new Map<string, Map<string, Reading>>()
  readonly damages: Damage[] = []
  calls = 0
  largestCall = 0

  async append(streams: readonly StreamBatch[]): Promise<AppendResult> {
    this.calls++
    let accepted = 0
    let duplicate = 0
    for (const { stream, readings } of streams) {
      const held = this.streams.get(stream) ?? new Map<string, Reading>()
      this.streams.set(stream, held)
      for (const reading of readings) {
        const content = readingContent(reading)
        if (held.has(content)) duplicate++
        else {
          held.set(content, reading)
          accepted++
        }
      }
    }
    this.largestCall = Math.max(this.largestCall, accepted + duplicate)
    return { accepted, duplicate, quarantined: 0 }
  }

  async quarantine(_source: string, damages: readonly Damage[]): Promise<void> {
    this.damages.push(...damages)
  }

  values(stream: string): (string | null)[] {
    return [...(this.streams.get(stream)?.values() ?? [])].map((reading) => reading.value)
  }
}

export async function* inPieces(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export type Options = Omit<ImportOptions, 'source'>
export const series: Options = { stream: 's', timeColumns: ['time'], zone: 'UTC', unit: '1' }

export async function take(source: string | Uint8Array, options: Options = series, city = new Memory()) {
  const bytes = typeof source === 'string' ? bytesOf(source) : source
  const report = await runImport(inPieces(bytes), { source: 'test.csv', ...options }, city)
  expect(report.read).toBe(report.accepted + report.duplicate + report.quarantined)
  return { report, city }
}
