import { setTimeout as delay } from 'node:timers/promises'
import { describe, test, vi } from 'vitest'
import { type LedgerUnderTest, ledgerContract } from '../src/ledger/ledger.contract.ts'
import { RpcLedger } from '../src/ledger/rpc.ts'
import { memoryPurposeKeys } from '../src/ledger/rpc-purpose-keys.ts'
import { ReferenceNode } from './reference-node.ts'

const jar = process.env.MINIMA_JAR
const BASE_PORT = 19_301
const LOOK_MS = 100
/** Blocks of a young test network come every two to six seconds, and nobody can hurry them. */
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
      const target = ((await ledger.tip())?.number ?? 0n) + BigInt(blocks)
      while (((await ledger.tip())?.number ?? 0n) < target) await delay(LOOK_MS)
    },
    close: async () => {
      stop()
      await node.stop()
    },
  }
}

if (jar === undefined) {
  describe('the ledger of a reference node', () => {
    test.skip('needs MINIMA_JAR, the path of the reference node', () => undefined)
  })
} else {
  vi.setConfig({ testTimeout: TEST_TIME_MAX_MS, hookTimeout: TEST_TIME_MAX_MS })
  ledgerContract('the ledger of a reference node', open)
}
