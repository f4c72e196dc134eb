import { setTimeout as delay } from 'node:timers/promises'
import { describe, test, vi } from 'vitest'
import { type LedgerUnderTest, ledgerContract } from '../../packages/server/src/ledger/ledger.contract.ts'
import { RpcLedger } from '../../packages/server/src/ledger/rpc.ts'
import { memoryPurposeKeys } from '../../packages/server/src/ledger/rpc-purpose-keys.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

const LOOK_MS = 100
/** Where mining one's own blocks does not work, they come every two to twenty seconds. */
const TEST_TIME_MAX_MS = 180_000

async function open(): Promise<LedgerUnderTest> {
  const node = await ReferenceNode.start({ genesis: true })
  const ledger = new RpcLedger(
    { host: '127.0.0.1', port: node.rpcPort, pollMs: LOOK_MS },
    { purposeKeys: memoryPurposeKeys() },
  )
  // Peaks are shown of the newest block only, so somebody has to look all the time.
  const stop = ledger.watch(() => undefined)
  return {
    ledger,
    mine: async (blocks) => {
      for (let i = 0; i < blocks; i++) {
        const before = (await ledger.tip())?.number ?? 0n
        await node.mine()
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

if (referenceJar === undefined) {
  describe('the ledger of a reference node', () => {
    test.skip('needs MINIMA_JAR, the path of the reference node', () => undefined)
  })
} else {
  vi.setConfig({ testTimeout: TEST_TIME_MAX_MS, hookTimeout: TEST_TIME_MAX_MS })
  ledgerContract('the ledger of a reference node', open)
}
