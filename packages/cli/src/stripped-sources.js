// Keeps the sources as they run, stripped of their types, so that only the first start after an update strips them: the stripper
// takes 0.1 s, and holds 28 MB as long as the program runs. The runtime's own compile cache would hold all that it read, 4.5 MB.
// Plain JavaScript, so that this file needs no stripping. Preloaded by `npm start`, and so by its threads.
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'

/** Bits of a file's mode: whoever is not its owner may write. */
const OTHERS_WRITE = 0o022
const STRIPPER = 'NativeModule internal/deps/amaro/dist/index'

const folder = ownFolder()

/** Whether what was stripped at this start is found stripped at the next. */
export const keepsSources = folder !== undefined

if (folder !== undefined) {
  registerHooks({
    load(url, context, nextLoad) {
      const source = url.startsWith('file:') && url.endsWith('.ts') ? stripped(fileURLToPath(url)) : undefined
      return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
}

/** Modules that the runtime has loaded of its own, by what it calls them: no part of its promise, hence looked at with care. */
export function isStripperLoaded() {
  const loaded = Reflect.get(process, 'moduleLoadList')
  return Array.isArray(loaded) && loaded.includes(STRIPPER)
}

/** @returns a folder that nobody else can write to; undefined where there is none */
function ownFolder() {
  const user = process.getuid?.()
  const path = process.env.MINIPOLIS_SOURCES ?? join(tmpdir(), `minipolis-sources-${user ?? 'own'}`)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const found = lstatSync(path)
    const isOwn = user === undefined || (found.uid === user && (found.mode & OTHERS_WRITE) === 0)
    return isOwn && found.isDirectory() ? path : undefined
  } catch {
    return undefined
  }
}

/** @returns undefined for what cannot be read or stripped: the runtime says what is wrong with it, and where */
function stripped(path) {
  try {
    const source = readFileSync(path, 'utf8')
    const name = createHash('sha256').update(process.version).update(source).digest('hex')
    const file = join(folder, `${name}.js`)
    // A power cut may leave a file without its end.
    const end = `\n//${name}`
    const kept = read(file)
    return kept?.endsWith(end) ? kept : keep(file, strip(source) + end)
  } catch {
    return undefined
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Never half, whoever else writes the same. A disk that is full only costs the time to strip again. */
function keep(file, text) {
  const part = `${file}.${process.pid}.${threadId}`
  try {
    writeFileSync(part, text)
    renameSync(part, file)
  } catch {
    rmSync(part, { force: true })
  }
  return text
}

/** The runtime warns that stripping by name is new, though it strips of its own, too. */
function strip(source) {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
