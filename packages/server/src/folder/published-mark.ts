import { fromLowerHex, toLowerHex } from '@minipolis/city/crypto'
import { LogError, type PublishedMark } from '@minipolis/city/log'
import { readIfThere, writeDurably } from './durable-file.ts'

const FORM = /^(\d{1,15}) ([0-9a-f]{64})\n$/

/**
 * The newest published tree head in a small file beside the database: one line, size and root. A database restored from an
 * older backup without it is noticed at once; keep it on another disk to notice more.
 */
export const filePublishedMark = (path: string): PublishedMark => ({
  read: async () => {
    const text = readIfThere(path)
    if (text === undefined) return undefined
    const match = FORM.exec(text)
    if (match === null) {
      throw new LogError('log-damaged', `${path} does not hold a published tree head: restore it from a backup`, {
        path,
      })
    }
    return { size: Number(match[1]), root: fromLowerHex(match[2]!, 32) }
  },
  write: async ({ size, root }) => writeDurably(path, `${size} ${toLowerHex(root)}\n`),
})
