import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BALLAST = 'ballast'
const BALLAST_PIECE = new Uint8Array(65_536)

/** A file system of a few megabytes, in memory. Linux only, and only for root: `mount` gives none elsewhere. */
export class SmallDisk {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @param path of a folder to be made @param megabytes its size */
  static mount(path: string, megabytes: number): SmallDisk | undefined {
    mkdirSync(path)
    return mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'minipolis-test', path) ? new SmallDisk(path) : undefined
  }

  resize(megabytes: number): boolean {
    return mount('-o', `remount,size=${megabytes}m`, this.path)
  }

  /** Takes all the room that is left. */
  fill(): void {
    const ballast = openSync(join(this.path, BALLAST), 'a')
    try {
      for (;;) writeSync(ballast, BALLAST_PIECE)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(ballast)
    }
  }

  /** Gives the room back that `fill` took. */
  empty(): void {
    rmSync(join(this.path, BALLAST))
  }

  /** Takes it out of the tree of files at once; who still holds a file of it keeps that until closed. */
  unmount(): void {
    spawnSync('umount', ['-l', this.path])
  }
}

const mount = (...args: readonly string[]): boolean =>
  process.platform === 'linux' && spawnSync('mount', args, { stdio: 'ignore' }).status === 0
