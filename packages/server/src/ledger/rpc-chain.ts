import type { BlockRef, Hex, LedgerBlock, LedgerEvent } from '@minipolis/city'
import { decode, fromHex, type MMREntry, parentId, TxPoW, toHex } from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'
import type { RpcClient } from './rpc-client.ts'
import { headerFromJson } from './rpc-header.ts'
import { integerOf, listOf, objectOf, peaksOf, textOf } from './rpc-json.ts'

/** Blocks kept with their peaks, which most nodes show of the newest block only. */
const BLOCKS_KEPT_MAX = 4096
/** Blocks that one look back follows; what is older than that was missed. */
const LOOK_BACK_MAX = 2200
const NOT_FOUND = /not found/i
const UNKNOWN_COMMAND = /command not found/i

/** The main branch of a node as it can be seen from outside, and what happens to it. */
export class RpcChain {
  readonly #client: RpcClient
  readonly #kept = new Map<Hex, LedgerBlock>()
  readonly #listeners = new Set<(event: LedgerEvent) => void>()
  /** Whether the node gives blocks in their written form; asked once. */
  #givesBytes: boolean | undefined
  #seen: BlockRef | undefined
  #refreshing: Promise<void> | undefined

  constructor(client: RpcClient) {
    this.#client = client
  }

  async tip(): Promise<BlockRef | undefined> {
    const envelope = await this.#client.call('block')
    if (envelope.get('status') !== true) return undefined
    const block = objectOf(envelope.get('response'), 'response')
    return { number: integerOf(block, 'block'), id: textOf(block, 'hash'), timeMs: integerOf(block, 'timemilli') }
  }

  async byNumber(number: bigint): Promise<LedgerBlock | undefined> {
    return this.#block(`block:${number}`)
  }

  /** Of the main branch only. */
  async byId(id: Hex): Promise<LedgerBlock | undefined> {
    const found = await this.#block(`txpowid:${id}`)
    if (found === undefined) return undefined
    return (await this.#block(`block:${found.number}`))?.id === found.id ? found : undefined
  }

  add(listener: (event: LedgerEvent) => void): () => void {
    const entry = (event: LedgerEvent): void => listener(event)
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  /** Looks for new blocks and tells of them. Calls at the same time share one look. @throws LedgerError `unavailable` */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    await this.#refreshing
  }

  async #refresh(): Promise<void> {
    const tip = await this.tip()
    const before = this.#seen
    if (tip === undefined || tip.id === before?.id) return
    const newBlocks = await this.#back(tip, before)
    this.#seen = tip
    if (before === undefined) return
    const [first] = newBlocks
    const isContinued = first === undefined || toHex(parentId(first.txpow.header)) === before.id
    if (!isContinued) this.#tell({ kind: 'reorganised', from: before, to: tip })
    for (const { number, id, timeMs } of newBlocks) this.#tell({ kind: 'block', block: { number, id, timeMs } })
  }

  /** The blocks above the one seen last, or above where the branches part, oldest first. */
  async #back(tip: BlockRef, before: BlockRef | undefined): Promise<LedgerBlock[]> {
    const blocks: LedgerBlock[] = []
    for (let id = tip.id; blocks.length < LOOK_BACK_MAX; ) {
      const isKnown = id === before?.id || (blocks.length > 0 && before !== undefined && this.#kept.has(id))
      if (isKnown) break
      const block = await this.#block(`txpowid:${id}`)
      if (block === undefined) break
      blocks.push(block)
      if (before === undefined || block.number <= 1n) break
      id = toHex(parentId(block.txpow.header))
    }
    return blocks.reverse()
  }

  async #block(where: string): Promise<LedgerBlock | undefined> {
    const id = where.startsWith('txpowid:') ? where.slice('txpowid:'.length) : undefined
    const kept = id === undefined ? undefined : this.#kept.get(id)
    if (kept !== undefined) return kept
    const block = this.#givesBytes === false ? undefined : await this.#written(where)
    const found = block ?? (this.#givesBytes === false ? await this.#shown(where) : undefined)
    if (found !== undefined) this.#keep(found)
    return found
  }

  /** As our own nodes give it. */
  async #written(where: string): Promise<LedgerBlock | undefined> {
    const envelope = await this.#client.call(`blockdata ${where}`)
    if (envelope.get('status') !== true) {
      this.#givesBytes = !UNKNOWN_COMMAND.test(String(envelope.get('error')))
      return undefined
    }
    this.#givesBytes = true
    const response = objectOf(envelope.get('response'), 'response')
    const txpow = decode(TxPoW, fromHex(textOf(response, 'data')))
    return toBlock(textOf(response, 'txpowid'), txpow, peaksOf(listOf(response.get('peaks'), 'peaks')))
  }

  /** As any node shows it: the header, and the peaks only while it is the newest block. */
  async #shown(where: string): Promise<LedgerBlock | undefined> {
    const envelope = await this.#client.call(`txpow ${where}`)
    if (envelope.get('status') !== true) {
      if (NOT_FOUND.test(String(envelope.get('error')))) return undefined
      throw new LedgerError('unavailable', `the node cannot show a block: ${String(envelope.get('error'))}`)
    }
    const json = objectOf(envelope.get('response'), 'response')
    const id = textOf(json, 'txpowid')
    const kept = this.#kept.get(id)
    if (kept !== undefined) return kept
    const txpow: TxPoW = { header: headerFromJson(json), body: null }
    return toBlock(id, txpow, await this.#newestPeaks(txpow))
  }

  async #newestPeaks({ header }: TxPoW): Promise<MMREntry[]> {
    const tree = objectOf(await this.#client.ask('printmmr'), 'printmmr')
    const root = objectOf(tree.get('root'), 'root')
    return textOf(root, 'data') === toHex(header.mmrRoot) ? peaksOf(listOf(tree.get('maxentries'), 'maxentries')) : []
  }

  #keep(block: LedgerBlock): void {
    this.#kept.set(block.id, block)
    if (this.#kept.size > BLOCKS_KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!)
  }

  #tell(event: LedgerEvent): void {
    for (const listener of [...this.#listeners]) if (this.#listeners.has(listener)) listener(event)
  }
}

const toBlock = (id: Hex, txpow: TxPoW, peaks: readonly MMREntry[]): LedgerBlock => ({
  number: txpow.header.blockNumber.toBigInt(),
  id,
  timeMs: txpow.header.time.toBigInt(),
  txpow,
  peaks,
})
