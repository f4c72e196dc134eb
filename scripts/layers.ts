/** The import arrows of `docs/architecture.md`, checked over the sources: between packages and between a package's folders. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** Each package may import those that stand before it and are listed. */
const packages: Readonly<Record<string, { readonly name: string; readonly imports: readonly string[] }>> = {
  minima: { name: '@minipolis/minima', imports: [] },
  node: { name: '@minipolis/node', imports: ['@minipolis/minima'] },
  city: { name: '@minipolis/city', imports: ['@minipolis/minima'] },
  server: { name: '@minipolis/server', imports: ['@minipolis/minima', '@minipolis/node', '@minipolis/city'] },
  dashboard: { name: '@minipolis/dashboard', imports: ['@minipolis/minima', '@minipolis/city'] },
  cli: {
    name: 'minipolis',
    imports: ['@minipolis/minima', '@minipolis/node', '@minipolis/city', '@minipolis/server', '@minipolis/dashboard'],
  },
}

/** Folders of a package from the bottom up; a folder may import those before it. */
const folders: Readonly<Record<string, readonly string[]>> = {
  minima: ['errors', 'number', 'codec', 'hash', 'mmr', 'objects', 'keys', 'json', 'script', 'rules'],
  node: [
    'errors',
    'threads',
    'store',
    'mega-mmr',
    'chain',
    'mempool',
    'wallet',
    'miner',
    'wire',
    'peers',
    'replay',
    'sync',
    'node',
    'rpc',
    'maxima',
    'transcripts',
    'full-node',
  ],
  server: ['crypto', 'database', 'folder', 'ledger', 'city', 'metrics', 'http', 'mqtt', 'server'],
  dashboard: ['bundle', 'api', 'state', 'map', 'chain', 'log', 'readings', 'evidence', 'verify'],
  cli: ['terminal', 'source', 'access', 'network', 'remote', 'simulator', 'vectors', 'transcripts', 'commands'],
  city: [
    'canonical',
    'crypto',
    'identity',
    'ledger',
    'log',
    'anchor',
    'store',
    'streams',
    'intake',
    'import',
    'evidence',
    'city',
  ],
}

/** Code that must also run in a browser: no module of Node.js. */
const pure: readonly string[] = ['minima', 'city']

const sourceFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

/** Static imports and re-exports at the start of a line, and dynamic imports anywhere. */
const importPattern = /^(?:import|export)\s(?:[^'`;]*?\sfrom\s)?'([^'\n]+)'|\bimport\(\s*'([^'\n]+)'\s*\)/gm

const faultsOf = (root: string, key: string): string[] => {
  const rule = packages[key]!
  const base = join(root, 'packages', key)
  const manifest = JSON.parse(readFileSync(join(base, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  const order = folders[key]
  const faults: string[] = []
  for (const file of sourceFiles(join(base, 'src'))) {
    const at = relative(root, file)
    const test = /\.(test|contract)\.tsx?$/.test(file)
    const own = relative(join(base, 'src'), file).split(sep)
    for (const [, fixed, dynamic] of readFileSync(file, 'utf8').matchAll(importPattern)) {
      const target = fixed ?? dynamic
      if (target === undefined) continue
      if (target.startsWith('.')) {
        const path = relative(join(base, 'src'), join(dirname(file), target)).split(sep)
        if (path[0] === '..') {
          if (!test) faults.push(`${at} imports ${target}, outside its package`)
        } else if (order && own.length > 1 && path.length > 1 && path[0] !== own[0]) {
          const from = order.indexOf(own[0]!)
          const to = order.indexOf(path[0]!)
          if (from < 0 || to < 0) faults.push(`${at}: folder ${from < 0 ? own[0] : path[0]} has no place in the layers`)
          else if (to > from && !test) faults.push(`${at} imports ${target}: ${own[0]} stands below ${path[0]}`)
        }
        continue
      }
      const known = Object.values(packages).find(({ name }) => target === name || target.startsWith(`${name}/`))
      if (known && known.name !== rule.name && !rule.imports.includes(known.name)) {
        faults.push(`${at} imports ${known.name}, which ${rule.name} may not`)
      }
      if (test) continue
      if (target.startsWith('node:')) {
        if (pure.includes(key)) faults.push(`${at} imports ${target}: ${rule.name} is pure`)
        continue
      }
      const dependency = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
      if (manifest.dependencies?.[dependency] === undefined) {
        faults.push(`${at} imports ${dependency}, which packages/${key}/package.json does not list`)
      }
    }
  }
  return faults
}

/** One sentence for each import that goes the wrong way. */
export const layerFaults = (root: string): string[] => Object.keys(packages).flatMap((key) => faultsOf(root, key))
