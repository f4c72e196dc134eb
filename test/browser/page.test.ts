import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pageFiles } from '@minipolis/dashboard'
import { type Server, startServer } from '@minipolis/server'
import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.ts'

let folder: string
let server: Server
let browser: Browser
let page: Page
const asked: string[] = []

const report = (value: string, secondsAgo: number): Promise<unknown> =>
  server.city.gateway.append([
    {
      stream: 'bridge/load',
      unit: 't',
      kind: 'number',
      readings: [{ timeMs: Date.now() - secondsAgo * 1000, value }],
    },
  ])

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minipolis-page-'))
  server = await startServer(
    {
      folder: join(folder, 'city'),
      httpPort: 0,
      mqtt: { host: '127.0.0.1', port: 0 },
      anchorEveryMs: 500,
      pageFolder: await pageFiles(),
      version: '0.0.0',
    },
    { log: pino({ level: 'silent' }), now: Date.now },
  )
  await report('12.50', 60)
  browser = await launchBrowser()
  page = await browser.newPage({ acceptDownloads: true })
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
  await page.goto(server.url)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('readings appear as they come in, and blocks as they are made', async () => {
  await page.getByRole('button', { name: '12.50' }).waitFor()
  await report('13.75', 1)
  await page.getByRole('button', { name: '13.75' }).waitFor()
  const before = await page.locator('.block').count()
  await expect.poll(() => page.locator('.block').count(), { timeout: 15_000 }).toBeGreaterThan(before)
})

test('the evidence of a reading is drawn from the file to the chain, and its download verifies; an altered one does not', async () => {
  await page.getByRole('button', { name: '12.50' }).click()
  await page.getByText('Intact and complete', { exact: true }).waitFor({ timeout: 40_000 })
  const links = await page.locator('.panel .path li.holds strong').allTextContents()
  expect(links).toEqual(expect.arrayContaining(['file', 'signature', 'log', 'anchor', 'headers']))

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download evidence' }).click(),
  ])
  const path = join(folder, 'evidence.json')
  await download.saveAs(path)
  await page.keyboard.press('Escape')

  await page.locator('.verify input').setInputFiles(path)
  await page.locator('.verify .verdict.good').waitFor()
  const altered = join(folder, 'altered.json')
  writeFileSync(altered, readFileSync(path, 'utf8').replace('12.50', '99.50'))
  await page.locator('.verify input').setInputFiles(altered)
  await page.locator('.verify .verdict.bad').waitFor()
  expect(await page.locator('.verify .path li.broken').count()).toBeGreaterThan(0)
})

test('the page asks nobody but its server, and says so when that is gone', async () => {
  expect(new Set(asked.filter((origin) => origin !== 'null'))).toEqual(new Set([new URL(server.url).origin]))
  await server.close()
  await page.getByText('connection lost').waitFor()
})
