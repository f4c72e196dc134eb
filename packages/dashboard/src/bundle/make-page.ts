/** A program of its own, run by `pageFiles`: bundles the page, then ends and gives back all the memory that bundling takes. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

await build({ root: join(dirname(fileURLToPath(import.meta.url)), '..', '..'), logLevel: 'error' })
