import { findServer, inspectFolder } from '@minipolis/server/folder'
import { RemoteCity } from '../remote/remote-city.ts'
import { CommandError } from '../terminal/command-error.ts'
import type { OpenCityAccess } from './city-access.ts'
import { LocalCity } from './local-city.ts'

export interface FindCityParts {
  readonly now: () => number
  readonly randomBytes: (size: number) => Uint8Array
  readonly onError: (error: unknown) => void
  /** PostgreSQL connection string; the rows live in the folder when it is absent. */
  readonly databaseUrl: string | undefined
}

/** Finds cities: through the server that runs on the folder, or, where none does, by opening the folder in this process. */
export const createFindCity =
  ({ databaseUrl, ...parts }: FindCityParts): OpenCityAccess =>
  async (folder, purpose) => {
    const running = findServer(folder)
    if (running) return new RemoteCity(running)
    if (purpose === 'existing' && inspectFolder(folder) === undefined) {
      throw new CommandError('not-found', `there is no city in ${folder}`, {
        folder,
        hint: 'say where it is with --data DIR, or make one: minipolis start, or minipolis import',
      })
    }
    // Only now: the server's parts are most of what a command would load.
    const { openCity } = await import('@minipolis/server')
    return new LocalCity(await openCity({ folder, ...(databaseUrl !== undefined && { databaseUrl }) }, parts))
  }
