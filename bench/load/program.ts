import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** What Node.js is given before the command, so that a measured process runs exactly as `npm start` runs it. */
export function programArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } }
  return scripts.start
    .split(' ')
    .slice(1, -1)
    .map((word) => (word.startsWith('./') || word.startsWith('packages/') ? join(ROOT, word) : word))
}
