import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, test, vi } from 'vitest'
import { type LedgerUnderTest, ledgerContract } from '../src/ledger/ledger.contract.ts'
import { RpcLedger } from '../src/ledger/rpc.ts'
import { memoryPurposeKeys } from '../src/ledger/rpc-purpose-keys.ts'
import { ReferenceNode } from './reference-node.ts'

const jar = process.env.MINIMA_JAR
const BASE_PORT = 19_301
const LOOK_MS = 100
/** Where mining one's own blocks does not work, they come every two to twenty seconds. */
const TEST_TIME_MAX_MS = 180_000

async function open(): Promise<LedgerUnderTest> {
  const node = await ReferenceNode.start(jar!, BASE_PORT)
  const ledger = new RpcLedger(
    { host: '127.0.0.1', port: node.port, pollMs: LOOK_MS },
    { purposeKeys: memoryPurposeKeys() },
  )
  // Peaks are shown of the newest block only, so somebody has to look all the time.
  const stop = ledger.watch(() => undefined)
  return {
    ledger,
    mine: async (blocks) => {
      for (let i = 0; i < blocks; i++) {
        const before = (await ledger.tip())?.number ?? 0n
        await mineEmpty(node)
        while (((await ledger.tip())?.number ?? 0n) <= before) await delay(LOOK_MS)
        await ledger.refresh()
      }
    },
    close: async () => {
      stop()
      await node.stop()
    },
  }
}

/** A unit without a transaction is a block, when its work suffices; on a young chain it does. */
async function mineEmpty({ client }: ReferenceNode): Promise<void> {
  const id = `empty-${randomUUID()}`
  await client.ask(`txncreate id:${id}`)
  const mined = await client.ask(`txnmine id:${id}`)
  const data = mined instanceof Map ? mined.get('data') : undefined
  await client.call(`txnminepost data:${String(data)}`)
  await client.call(`txndelete id:${id}`)
}

if (jar === undefined) {
  describe('the ledger of a reference node', () => {
    test.skip('needs MINIMA_JAR, the path of the reference node', () => undefined)
  })
} else {
  vi.setConfig({ testTimeout: TEST_TIME_MAX_MS, hookTimeout: TEST_TIME_MAX_MS })
  ledgerContract('the ledger of a reference node', open)
}
