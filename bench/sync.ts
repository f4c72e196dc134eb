import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decode, encode, fromHex, Greeting, IBD, networks } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'
import type { Report } from './report.ts'

export const about = 'a fresh node of the main network takes a recorded chain of 2,101 blocks from a peer, to the store'

/** Numbers of messages on the wire. */
const GREETING = 0
const IBD_ANSWER = 1
/** What processing takes in the reference, which checks nothing: between 1,100 and 1,400. */
const REFERENCE_MS = 1_250

export async function run(report: Report): Promise<void> {
  const recording = join(import.meta.dirname, '../../shared/vectors/chain-main.json.gz')
  if (!existsSync(recording)) {
    report.line('  skipped, there is no ../shared')
    return
  }
  const { ibd } = (JSON.parse(gunzipSync(readFileSync(recording)).toString()) as { ibd: { ibd: string } }).ibd
  const peer = await offer(fromHex(ibd))
  try {
    await download((peer.address() as AddressInfo).port, report)
  } finally {
    peer.close()
  }
}

/** A peer that has the answer to any greeting ready. */
async function offer(ibd: Uint8Array): Promise<Server> {
  const topBlock = decode(IBD, ibd).blocks.at(-1)!.txpow.header.blockNumber
  const greeting = encode(Greeting, { version: networks.main.version, extra: new Map(), topBlock, chain: [] })
  const answer = Buffer.concat([frame(GREETING, greeting), frame(IBD_ANSWER, ibd)])
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function frame(type: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32BE(payload.length + 1)
  head[4] = type
  return Buffer.concat([head, payload])
}

async function download(port: number, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minipolis-bench-'))
  const arrived = Promise.withResolvers<void>()
  const node = new MinimaNode(
    {
      network: 'main',
      file: join(folder, 'node.db'),
      automine: 'off',
      peers: { connect: [{ host: '127.0.0.1', port }], loadsOlder: false },
    },
    {
      now: Date.now,
      random: (size) => randomBytes(size),
      progress: ({ done, total }) => {
        if (done === total) arrived.resolve()
      },
    },
  )
  try {
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    await node.start()
    await arrived.promise
    const value = performance.now() - began
    const { user, system } = process.cpuUsage(cpuBefore)
    const measure = `${node.status().branchLength} blocks taken from a peer, every one checked and durable`
    const against = { reference: REFERENCE_MS, referenceFrom: 'recorded', goalRatio: 1 } as const
    report.figure({ measure, value, unit: 'ms', better: 'less', ...against })
    report.figure({ measure: `${measure}: CPU`, value: (user + system) / 1000, unit: 'ms', better: 'less' })
  } finally {
    await node.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
