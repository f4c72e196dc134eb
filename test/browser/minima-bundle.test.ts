import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** One script of the whole protocol package; a module of Node.js inside it would fail the build or the run. */
const bundleMinima = async (): Promise<string> => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: {
      write: false,
      minify: false,
      lib: { entry: join(root, 'packages/minima/src/index.ts'), name: 'minima', formats: ['iife'] },
    },
  })
  const [bundle] = Array.isArray(result) ? result : [result]
  if (bundle === undefined || !('output' in bundle)) throw new Error('the bundler gave no output')
  return bundle.output[0].code
}

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('the protocol runs unchanged in a browser: hash, number, key, script', async () => {
  const code = await bundleMinima()
  expect(code).not.toMatch(/require\(['"]node:|from ['"]node:/)
  const page = await browser.newPage()
  await page.addScriptTag({ content: code })
  const seen = await page.evaluate(() => {
    const m = minima
    return {
      address: m.toHex(m.scriptAddress('RETURN TRUE')),
      number: m.MiniNumber.parse('6.00').div(m.MiniNumber.of(3)).toString(),
      hash: m.toHex(m.sha3_256(new Uint8Array(0))),
    }
  })
  expect(seen).toEqual({
    address: '0x582AA40EA996419A3D8A5D26039A4E9584B746C2C26F860DAC8372BEA4457AF6',
    number: '2',
    hash: '0xA7FFC6F8BF1ED76651C14756A061D662F580FF4DE43B49FA82D80A4B80F8434A',
  })
  await page.close()
})

declare const minima: typeof import('@minipolis/minima')
