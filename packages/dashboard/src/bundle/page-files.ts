import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { BundleError } from './bundle-error.ts'

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const output = join(packageFolder, 'dist')
const stamp = join(output, '.sources')

/** What the bundle is made of: the page itself and the libraries it checks evidence with. */
const sources = ['src', 'index.html', 'vite.config.ts', '../city/src', '../minima/src'].map((path) =>
  join(packageFolder, path),
)

const newestChange = async (path: string): Promise<number> => {
  const { mtimeMs } = await stat(path)
  if (!(await stat(path)).isDirectory()) return mtimeMs
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  const times = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name))),
  )
  return Math.max(mtimeMs, ...times.map((file) => file.mtimeMs))
}

/**
 * The folder with the page's files, bundled first when they are missing or older than their sources (about a second, once).
 *
 * @param onBuild called before bundling starts, so that a program can say why it waits
 * @throws BundleError `bundle-failed`
 */
export const pageFiles = async (onBuild: () => void = () => undefined): Promise<string> => {
  const changed = String(Math.max(...(await Promise.all(sources.map(newestChange)))))
  if ((await readFile(stamp, 'utf8').catch(() => '')) === changed) return output
  onBuild()
  await bundle()
  await writeFile(stamp, changed)
  return output
}

/** The bundler takes some 300 MB, which a process would never give back: so it gets one of its own. */
async function bundle(): Promise<void> {
  const program = join(import.meta.dirname, 'make-page.ts')
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (code !== 0) throw new BundleError('bundle-failed', `bundling the page failed: ${lastWords(said)}`, { code })
}

const WORDS_MAX = 1_000
const lastWords = (said: string): string => said.trim().slice(-WORDS_MAX) || 'the bundler said nothing'
