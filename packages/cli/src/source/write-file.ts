import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { CommandError } from '../terminal/command-error.ts'

/**
 * Writes a file that appears complete or not at all.
 *
 * @param mode access bits of the file
 * @throws CommandError `file`
 */
export function writeWhole(path: string, bytes: string | Uint8Array, mode = 0o644): void {
  const beside = `${path}.${process.pid}.part`
  try {
    writeFileSync(beside, bytes, { mode, flush: true })
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    throw new CommandError('file', `${path} cannot be written`, { path }, { cause })
  }
}
