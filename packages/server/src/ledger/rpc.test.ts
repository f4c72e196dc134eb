import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MinimaNode, RpcService } from '@minipolis/node'
import { expect, test } from 'vitest'
import { type LedgerUnderTest, ledgerContract } from './ledger.contract.ts'
import { LedgerError } from './ledger-error.ts'
import { RpcLedger } from './rpc.ts'
import { filePurposeKeys, memoryPurposeKeys } from './rpc-purpose-keys.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

async function open(): Promise<LedgerUnderTest> {
  let nowMs = Date.UTC(2026, 0, 1)
  const now = (): number => nowMs
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-rpc-'))
  const node = new MinimaNode({ network: 'dev', file: ':memory:', automine: 'off' }, { now, random })
  await node.start()
  const service = new RpcService(node, { port: 0, folder, password: 'a password' }, { now, random })
  await service.start()
  const address = { host: '127.0.0.1', port: service.port!, password: 'a password', pollMs: 20 }
  return {
    ledger: new RpcLedger(address, { purposeKeys: filePurposeKeys(join(folder, 'keys.json')) }),
    mine: async (blocks) => {
      for (let i = 0; i < blocks; i++) {
        nowMs += node.blockTimeMs
        await node.mineBlock()
      }
    },
    close: async () => {
      await service.stop()
      await node.stop()
      await rm(folder, { recursive: true })
    },
  }
}

ledgerContract('the ledger of a node reached over its commands', open)

test('a node that is away is unavailable, and a wrong password is refused', async () => {
  const away = new RpcLedger({ host: '127.0.0.1', port: 1 }, { purposeKeys: memoryPurposeKeys() })
  const error = await away.tip().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(LedgerError)
  expect(error).toMatchObject({ code: 'unavailable', isTransient: true })
})
