/** The part of cli-progress 3.12 that is used; the package brings no types. */
declare module 'cli-progress' {
  import type { Writable } from 'node:stream'

  export interface Options {
    format?: string
    stream?: Writable
    hideCursor?: boolean
    clearOnComplete?: boolean
    fps?: number
  }
  export interface Preset {
    readonly barCompleteChar: string
    readonly barIncompleteChar: string
  }
  export class SingleBar {
    constructor(options: Options, preset?: Preset)
    start(total: number, startValue: number, payload?: Record<string, unknown>): void
    update(current: number, payload?: Record<string, unknown>): void
    setTotal(total: number): void
    stop(): void
  }
  export const Presets: { readonly shades_classic: Preset }
  const progress: { readonly SingleBar: typeof SingleBar; readonly Presets: typeof Presets }
  export default progress
}
