import { findServer, inspectFolder } from '@minipolis/server/folder'
import type { OpenCityAccess } from '../access/city-access.ts'
import { CommandError } from '../terminal/command-error.ts'

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
    // Each way loads its parts only when it is taken: together they are most of the program.
    if (running) {
      const { RemoteCity } = await import('../remote/remote-city.ts')
      return new RemoteCity(running)
    }
    if (purpose !== 'make' && inspectFolder(folder) === undefined) {
      throw new CommandError('not-found', `there is no city in ${folder}`, {
        folder,
        hint: 'say where it is with --data DIR, or make one: minipolis start, or minipolis import',
      })
    }
    const [{ openCity }, { LocalCity }] = await Promise.all([import('@minipolis/server'), import('./local-city.ts')])
    return new LocalCity(
      await openCity(
        { folder, evenDamaged: purpose === 'check', ...(databaseUrl !== undefined && { databaseUrl }) },
        parts,
      ),
    )
  }
