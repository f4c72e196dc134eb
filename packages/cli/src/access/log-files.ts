import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exportLog, type LogStore } from '@minipolis/city'
import { writeWhole } from '../source/write-file.ts'

/** Writes a log into a folder as static files; returns the size of the tree. @throws LogError `log-range`, `log-damaged` */
export function writeLogFiles(
  store: LogStore,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  return exportLog(
    store,
    {
      async write(path, bytes) {
        const file = join(folder, ...path.split('/'))
        mkdirSync(dirname(file), { recursive: true })
        writeWhole(file, bytes)
      },
    },
    onProgress,
  )
}
