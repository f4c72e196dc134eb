import type { Terminal } from '../terminal/terminal.ts'
import type { CityAccess, CityPurpose, OpenCityAccess } from './city-access.ts'

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly openCity: OpenCityAccess
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Cryptographic randomness. */
  readonly randomBytes: (size: number) => Uint8Array
  /** For what runs for long: frees the process of what only its first start needed. To be called before anything is opened. */
  readonly startAfresh?: (loadLater: () => Promise<unknown>) => Promise<void>
}

/** Opens the city of a folder, lets `work` use it, and lets go of it whatever happens. */
export async function withCity<T>(
  context: CommandContext,
  folder: string,
  purpose: CityPurpose,
  work: (city: CityAccess) => Promise<T>,
): Promise<T> {
  const city = await context.openCity(folder, purpose)
  try {
    return await work(city)
  } finally {
    await city.close()
  }
}
