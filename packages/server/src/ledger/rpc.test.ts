import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MinimaNode, RpcService } from '@minipolis/node'
import { expect, test, vi } from 'vitest'
import { hasOpenssl, makeCertificate } from '../../test/certificate.ts'
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

test('blocks that came while the node could not be asked are told when it can, and none twice', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const now = (): number => nowMs
  const folder = await mkdtemp(join(tmpdir(), 'minipolis-rpc-'))
  const node = new MinimaNode({ network: 'dev', file: ':memory:', automine: 'off' }, { now, random })
  await node.start()
  const mine = async (blocks: number): Promise<void> => {
    for (let i = 0; i < blocks; i++) {
      nowMs += node.blockTimeMs
      await node.mineBlock()
    }
  }
  const first = new RpcService(node, { port: 0, folder }, { now, random })
  await first.start()
  const port = first.port!
  const failures: unknown[] = []
  const ledger = new RpcLedger(
    { host: '127.0.0.1', port, pollMs: 10 },
    { purposeKeys: memoryPurposeKeys(), failed: (error) => failures.push(error) },
  )
  const seen: bigint[] = []
  await ledger.refresh()
  const stop = ledger.watch((event) => {
    if (event.kind === 'block') seen.push(event.block.number)
  })
  await mine(1)
  await vi.waitFor(() => expect(seen).toEqual([2n]))
  await first.stop()
  await mine(3)
  await vi.waitFor(() => expect(failures.length).toBeGreaterThan(0))
  const second = new RpcService(node, { port, folder }, { now, random })
  await second.start()
  await vi.waitFor(() => expect(seen).toEqual([2n, 3n, 4n, 5n]))
  expect(failures.every((error) => error instanceof LedgerError && error.isTransient)).toBe(true)
  stop()
  await second.stop()
  await node.stop()
  await rm(folder, { recursive: true })
})

test.skipIf(!hasOpenssl)(
  'a node with a certificate of its own is reached over TLS, and only with that one',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'minipolis-rpc-'))
    const make = (name: string) => {
      const { cert, key } = makeCertificate(folder, name)
      return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
    }
    const [own, foreign] = [make('own'), make('foreign')]
    const now = (): number => Date.UTC(2026, 0, 1)
    const node = new MinimaNode({ network: 'dev', file: ':memory:', automine: 'off' }, { now, random })
    await node.start()
    const service = new RpcService(node, { port: 0, folder, password: 'p', tls: own }, { now, random })
    await service.start()
    const address = { host: '127.0.0.1', port: service.port!, password: 'p' }
    const open = (certificate: string): RpcLedger =>
      new RpcLedger({ ...address, certificate }, { purposeKeys: memoryPurposeKeys() })
    expect((await open(own.cert).tip())?.number).toBe(1n)
    await expect(open(foreign.cert).tip()).rejects.toMatchObject({ code: 'unavailable' })
    await service.stop()
    await node.stop()
    await rm(folder, { recursive: true })
  },
)
