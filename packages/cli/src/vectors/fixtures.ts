import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const packagesFolder = join(import.meta.dirname, '..', '..', '..')

/** The folders with the recordings that the project keeps itself. */
export const ownFixtures = (): readonly string[] =>
  readdirSync(packagesFolder)
    .map((name) => join(packagesFolder, name, 'test', 'fixtures'))
    .filter((folder) => existsSync(folder))

/** The full set of recordings, where it stands beside the repository; it is not part of it. */
export const sharedVectors = (): string | undefined => {
  const folder = join(packagesFolder, '..', '..', 'shared', 'vectors')
  return existsSync(folder) ? folder : undefined
}
