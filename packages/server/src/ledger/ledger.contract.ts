import type { Ledger, LedgerEvent } from '@minipolis/city'
import { bytesEqual, checkBasic, coinProofPeak, MiniNumber, mmrDataEqual, toHex } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LedgerError } from './ledger-error.ts'

/** A ledger on a chain that the test can move. */
export interface LedgerUnderTest {
  readonly ledger: Ledger
  /** Adds blocks to the main branch. */
  mine(blocks: number): Promise<void>
  close(): Promise<void>
}

const BURYING_BLOCKS_MAX = 6
const amount = MiniNumber.of('0.5')
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error) => (error instanceof LedgerError ? error.code : String(error)),
  )

/** What every adapter of the `Ledger` port promises. */
export function ledgerContract(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(name, () => {
    let chain: LedgerUnderTest
    let ledger: Ledger
    beforeAll(async () => {
      chain = await open()
      ledger = chain.ledger
      await chain.mine(6)
    })
    afterAll(() => chain.close())

    test('names its network and how it counts', async () => {
      const network = await ledger.network()
      expect(network.treeDepth).toBeGreaterThan(0)
      expect(network.confirmDepth).toBeGreaterThan(0)
      expect(network.blockTimeMs).toBeGreaterThan(0)
    })

    test('the tip is a block of the main branch, found by number and by id', async () => {
      const tip = await ledger.tip()
      const byId = await ledger.block({ id: tip!.id })
      const byNumber = await ledger.block({ number: tip!.number })
      expect(byId).toMatchObject({ number: tip!.number, id: tip!.id, timeMs: tip!.timeMs })
      expect(byNumber?.id).toBe(tip!.id)
      expect(await ledger.block({ number: tip!.number + 1000n })).toBeUndefined()
      expect(await ledger.block({ id: `0x${'11'.repeat(32)}` })).toBeUndefined()
    })

    test('blocks come in a row, each on the one before, with the peaks that the next one starts from', async () => {
      const tip = await ledger.tip()
      const blocks = await ledger.blocks(2n)
      expect(blocks.at(-1)?.id).toBe(tip!.id)
      for (const [i, block] of blocks.entries()) {
        expect(block.number).toBe(BigInt(2 + i))
        expect(block.peaks.length).toBeGreaterThan(0)
        if (i > 0) expect(toHex(block.txpow.header.superParents[0]!)).toBe(blocks[i - 1]!.id)
      }
      expect((await ledger.blocks(2n, 3n)).map(({ number }) => number)).toEqual([2n, 3n])
      expect(await ledger.blocks(tip!.number + 1n)).toEqual([])
    })

    /** Has blocks made until one stands on that of the unit: a node may have made others of its own before. */
    const buried = async (txpowId: string): Promise<void> => {
      const depth = async (): Promise<bigint> => (await ledger.inclusion(txpowId))?.depth ?? -1n
      for (let blocks = 0; blocks < BURYING_BLOCKS_MAX && (await depth()) < 1n; blocks++) await chain.mine(1)
      expect(await depth()).toBeGreaterThanOrEqual(1n)
    }

    test('the key of a purpose is the same whenever it is asked for, and no other purpose has it', async () => {
      const [first, second] = await Promise.all([ledger.keyFor('contract a'), ledger.keyFor('contract a')])
      expect(second).toBe(first)
      expect(await ledger.keyFor('contract b')).not.toBe(first)
    })

    test('a funded output is included, found as a coin and proved, and the change comes back', async () => {
      const key = await ledger.keyFor('contract spend')
      const address = await ledger.track(`RETURN SIGNEDBY(${key}) AND STATE(1) EQ 7`)
      const submission = await ledger.submit({ outputs: [{ address, amount }], fund: true })
      expect(checkBasic(submission.txpow).ok).toBe(true)
      expect((await ledger.txpow(submission.txpowId)) !== undefined).toBe(true)
      await buried(submission.txpowId)

      const [coin] = await ledger.coins({ address })
      expect(coin!.amount.equals(amount)).toBe(true)
      expect(await ledger.coins({ coinId: toHex(coin!.coinId) })).toHaveLength(1)
      const proof = await ledger.coinProof(toHex(coin!.coinId))
      const block = await ledger.block({ number: proof!.proof.blockTime.toBigInt() })
      expect(block!.peaks.some(({ data }) => mmrDataEqual(data, coinProofPeak(proof!)))).toBe(true)
      expect(bytesEqual(proof!.coin.coinId, coin!.coinId)).toBe(true)
    })

    test('a coin at a contract is spent into the next by its signer, and the state stays with it', async () => {
      const key = await ledger.keyFor('contract chain')
      const address = await ledger.track(`LET n=STATE(1) RETURN SIGNEDBY(${key}) AND n EQ 8`)
      await chain.mine(4)
      await ledger.submit({ outputs: [{ address, amount }], fund: true })
      await chain.mine(2)
      const [first] = await ledger.coins({ address })
      const inputs = [toHex(first!.coinId)]
      const state = [{ port: 1, type: 2, value: '8' } as const]

      const unsigned = ledger.submit({ inputs, outputs: [{ address, amount }], state })
      expect(await codeOf(unsigned)).toBe('refused')
      const outputs = [{ address, amount, storeState: true }]
      await ledger.submit({ inputs, outputs, state, signers: [key] })
      await chain.mine(2)
      const coins = await ledger.coins({ address })
      expect(coins).toHaveLength(1)
      expect(coins[0]!.state).toEqual(state)
      expect(await ledger.coinProof(inputs[0]!)).toBeUndefined()
      expect(await codeOf(ledger.submit({ inputs, outputs, state, signers: [key] }))).toBe('refused')
    })

    test('drafts submitted together never take the same coin', async () => {
      const address = await ledger.track('RETURN FALSE')
      await chain.mine(4)
      const drafts = Array.from({ length: 12 }, () => ledger.submit({ outputs: [{ address, amount }], fund: true }))
      const results = await Promise.allSettled(drafts)
      await chain.mine(4)
      const posted = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
      expect(posted.length).toBeGreaterThan(0)
      for (const { txpowId } of posted) expect((await ledger.inclusion(txpowId))?.depth).toBeDefined()
      for (const result of results) {
        if (result.status === 'rejected') expect((result.reason as LedgerError).code).toBe('busy')
      }
      expect(await ledger.coins({ address })).toHaveLength(posted.length)
    })

    test('what cannot be paid or is wrong is refused with its own code', async () => {
      const address = await ledger.track('RETURN FALSE')
      const most = MiniNumber.of(999_999_999)
      const tooMuch = ledger.submit({
        outputs: [
          { address, amount: most },
          { address, amount: most },
        ],
        fund: true,
      })
      expect(await codeOf(tooMuch)).toBe('insufficient-funds')
      expect(await codeOf(ledger.submit({ outputs: [{ address, amount }] }))).toBe('refused')
      expect(await codeOf(ledger.submit({ outputs: [{ address, amount: MiniNumber.ZERO }], fund: true }))).toBe(
        'refused',
      )
      const unknown = [`0x${'22'.repeat(32)}`]
      expect(await codeOf(ledger.submit({ inputs: unknown, outputs: [{ address, amount }] }))).toBe('refused')
      expect(await codeOf(ledger.coins({ coinId: 'no hex' }))).toMatch(/refused|no error/)
    })

    test('what is not on the main branch is not included', async () => {
      expect(await ledger.inclusion(`0x${'33'.repeat(32)}`)).toBeUndefined()
      expect(await ledger.txpow(`0x${'33'.repeat(32)}`)).toBeUndefined()
      expect(await ledger.coinProof(`0x${'33'.repeat(32)}`)).toBeUndefined()
    })

    test('watching tells every block once, in order, until it is stopped', async () => {
      const seen: LedgerEvent[] = []
      const stop = ledger.watch((event) => seen.push(event))
      const before = await ledger.tip()
      await chain.mine(3)
      await until(() => seen.length >= 3)
      stop()
      stop()
      await chain.mine(1)
      const numbers = seen.map((event) => (event.kind === 'block' ? event.block.number - before!.number : event.kind))
      expect(numbers).toEqual([1n, 2n, 3n])
    })
  })
}

/** Waits for what another task does; gives up after ten seconds. */
async function until(isDone: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isDone() && waitedMs < 10_000; waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
