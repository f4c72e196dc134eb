import { randomBytes } from 'node:crypto'
import { MinimaNode } from '@minipolis/node'
import { expect, test } from 'vitest'
import { embeddedLedger } from './embedded.ts'
import { type LedgerUnderTest, ledgerContract } from './ledger.contract.ts'
import { LedgerError } from './ledger-error.ts'

function devNode(): { node: MinimaNode; mine(blocks: number): Promise<void> } {
  let nowMs = Date.UTC(2026, 0, 1)
  const node = new MinimaNode(
    { network: 'dev', file: ':memory:', automine: 'off' },
    { now: () => nowMs, random: (size) => randomBytes(size) },
  )
  return {
    node,
    mine: async (blocks) => {
      for (let i = 0; i < blocks; i++) {
        nowMs += node.blockTimeMs
        await node.mineBlock()
      }
    },
  }
}

async function open(): Promise<LedgerUnderTest> {
  const { node, mine } = devNode()
  await node.start()
  return { ledger: embeddedLedger(node), mine, close: () => node.stop() }
}

ledgerContract('the embedded ledger', open)

test('the ledger of a stopped node says that it is not available', async () => {
  const { node } = devNode()
  const ledger = embeddedLedger(node)
  const error = await ledger.tip().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LedgerError)
  expect(error).toMatchObject({ code: 'unavailable', isTransient: true })
})
