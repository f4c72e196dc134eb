import { randomUUID } from 'node:crypto'
import type {
  BlockRef,
  CoinQuery,
  Hex,
  Inclusion,
  Ledger,
  LedgerBlock,
  LedgerEvent,
  LedgerNetwork,
  Submission,
  TransactionDraft,
} from '@minipolis/city'
import {
  type Coin,
  CoinProof,
  decode,
  fromHex,
  isTransaction,
  MiniNumber,
  MinipolisError,
  type NetworkParameters,
  networks,
  TxPoW,
  toHex,
  transactionId,
} from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'
import { RpcChain } from './rpc-chain.ts'
import { failureOf, type RpcAddress, RpcClient } from './rpc-client.ts'
import { buildCommands, type FundedDraft, fundDraft } from './rpc-draft.ts'
import { integerOf, listOf, objectOf, textOf } from './rpc-json.ts'
import type { PurposeKeys } from './rpc-purpose-keys.ts'

/** Blocks that one call gives. */
const BLOCKS_MAX = 2000n
/** Own units that are kept in their written form, which a node gives only once. */
const OWN_UNITS_MAX = 1024
/** Blocks after which a coin held for a transaction that never came is free again. */
const HOLD_BLOCKS = 20n
const POLL_MS = 1000

export interface RpcLedgerOptions extends RpcAddress {
  /** How often to look for new blocks while somebody watches; 1,000 when absent. Milliseconds. */
  readonly pollMs?: number
}

export interface RpcLedgerParts {
  /** Where the keys of purposes are remembered. */
  readonly purposeKeys: PurposeKeys
  /** Told of looks for new blocks that failed; looking goes on. */
  readonly failed?: (error: unknown) => void
}

/**
 * Any Minima node, reached over its command interface, as the city's ledger. Of a reference node, blocks have no bodies, and
 * peaks only where this saw the block while it was the newest: watch all the time to have them.
 */
export class RpcLedger implements Ledger {
  readonly #client: RpcClient
  readonly #chain: RpcChain
  readonly #parts: RpcLedgerParts
  readonly #pollMs: number
  readonly #own = new Map<Hex, TxPoW>()
  /** Coins of own transactions under way, with the height at which they were taken. */
  readonly #held = new Map<Hex, bigint>()
  #parameters: NetworkParameters | undefined
  #last: Promise<unknown> = Promise.resolve()
  #watching = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ pollMs = POLL_MS, ...address }: RpcLedgerOptions, parts: RpcLedgerParts) {
    this.#client = new RpcClient(address)
    this.#chain = new RpcChain(this.#client)
    this.#parts = parts
    this.#pollMs = pollMs
  }

  async network(): Promise<LedgerNetwork> {
    const { name, cascadeStartDepthBlocks, confirmDepthBlocks, blockSpeed } = await this.#network()
    const blockTimeMs = 1000 / Number(blockSpeed.toString())
    return { name, treeDepth: cascadeStartDepthBlocks, confirmDepth: confirmDepthBlocks, blockTimeMs }
  }

  async tip(): Promise<BlockRef | undefined> {
    return this.#chain.tip()
  }

  async block(at: { readonly number: bigint } | { readonly id: Hex }): Promise<LedgerBlock | undefined> {
    return named(() => ('id' in at ? this.#chain.byId(at.id) : this.#chain.byNumber(at.number)))
  }

  async blocks(from: bigint, to?: bigint): Promise<LedgerBlock[]> {
    const tip = await this.#chain.tip()
    if (tip === undefined) return []
    const ends = [tip.number, from + BLOCKS_MAX - 1n, ...(to === undefined ? [] : [to])]
    const end = ends.reduce((least, number) => (number < least ? number : least))
    const found: LedgerBlock[] = []
    for (let number = from < 1n ? 1n : from; number <= end; number++) {
      const block = await this.#chain.byNumber(number)
      if (block !== undefined) found.push(block)
    }
    return found
  }

  /** Complete for own units; of others what the node shows of their header. */
  async txpow(id: Hex): Promise<TxPoW | undefined> {
    return this.#own.get(id) ?? named(async () => (await this.#chain.byId(id))?.txpow)
  }

  async inclusion(txpowId: Hex): Promise<Inclusion | undefined> {
    const found = objectOf(await this.#client.ask(`txpow onchain:${txpowId}`), 'response')
    if (found.get('found') !== true) return undefined
    const id = textOf(found, 'blockid')
    if (id === txpowId && !(await this.#carriesTransaction(id))) return undefined
    const block = await this.block({ number: integerOf(found, 'block') })
    if (block === undefined || block.id !== id) return undefined
    const { number, timeMs } = block
    return {
      block: { number, id, timeMs },
      as: id === txpowId ? 'own' : 'listed',
      depth: integerOf(found, 'confirmations'),
    }
  }

  async coins(query: CoinQuery): Promise<Coin[]> {
    const filters = [
      ...(query.coinId === undefined ? [] : [`coinid:${query.coinId}`]),
      ...(query.address === undefined ? [] : [`address:${query.address}`]),
      ...(query.tokenId === undefined ? [] : [`tokenid:${query.tokenId}`]),
    ]
    return this.#coins(['coins', ...filters].join(' '))
  }

  async coinProof(coinId: Hex): Promise<CoinProof | undefined> {
    const envelope = await this.#client.call(`coinexport coinid:${coinId}`)
    if (envelope.get('status') !== true) return undefined
    const response = objectOf(envelope.get('response'), 'response')
    return named(async () => decode(CoinProof, fromHex(textOf(response, 'data'))))
  }

  /** Two callers get one key; a key that was made and not remembered is lost, not used twice. */
  async keyFor(purpose: string): Promise<Hex> {
    return this.#inTurn(async () => {
      const known = await this.#parts.purposeKeys.get(purpose)
      if (known !== undefined) return known
      const publicKey = textOf(objectOf(await this.#client.ask('keys action:new'), 'response'), 'publickey')
      await this.#parts.purposeKeys.set(purpose, publicKey)
      return publicKey
    })
  }

  async track(script: string): Promise<Hex> {
    if (/[;"]/.test(script))
      throw new LedgerError('refused', 'a command line cannot say a script with a semicolon or a quote')
    const row = await this.#client.ask(`newscript trackall:true script:"${script}"`)
    return textOf(objectOf(row, 'response'), 'address')
  }

  /** Transactions are built one after the other, so that none takes the coin of another. */
  async submit(draft: TransactionDraft): Promise<Submission> {
    return this.#inTurn(() => named(() => this.#submit(draft)))
  }

  watch(listener: (event: LedgerEvent) => void): () => void {
    const stop = this.#chain.add(listener)
    this.#watching++
    let isWatching = true
    // What is there already is not news.
    void this.refresh().catch((error: unknown) => this.#parts.failed?.(error))
    this.#timer ??= setInterval(() => {
      this.refresh().catch((error: unknown) => this.#parts.failed?.(error))
    }, this.#pollMs)
    return () => {
      if (!isWatching) return
      isWatching = false
      stop()
      this.#watching--
      if (this.#watching > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  /** Looks for new blocks now. @throws LedgerError `unavailable` */
  async refresh(): Promise<void> {
    await this.#chain.refresh()
  }

  async #submit(draft: TransactionDraft): Promise<Submission> {
    const funded = await fundDraft(draft, {
      coin: async (id) => (await this.#coins(`coins coinid:${id}`))[0],
      spendable: (tokenId) => this.#spendable(tokenId),
      owned: (tokenId) => this.#owned(tokenId),
      changeAddress: async () => textOf(objectOf(await this.#client.ask('getaddress'), 'response'), 'address'),
    })
    const name = `minipolis-${randomUUID()}`
    try {
      for (const command of buildCommands(name, funded, draft.state ?? [])) await this.#client.ask(command)
      await this.#client.ask(`txnsign id:${name} publickey:auto`)
      for (const key of draft.signers ?? []) await this.#client.ask(`txnsign id:${name} publickey:${key}`)
      await this.#insistValid(name)
      return await this.#mineAndPost(name, funded)
    } finally {
      await this.#client.call(`txndelete id:${name}`).catch((error: unknown) => this.#parts.failed?.(error))
    }
  }

  async #insistValid(name: string): Promise<void> {
    const check = objectOf(await this.#client.ask(`txncheck id:${name}`), 'response')
    const valid = objectOf(check.get('valid'), 'valid')
    const wrong = [...valid].filter(([, isValid]) => isValid !== true).map(([part]) => part)
    if (check.get('validamounts') !== true) wrong.push('amounts')
    if (wrong.length > 0)
      throw new LedgerError('refused', `the chain would refuse the transaction: ${wrong.join(', ')}`)
  }

  async #mineAndPost(name: string, { inputs }: FundedDraft): Promise<Submission> {
    const mined = objectOf(await this.#client.ask(`txnmine id:${name}`), 'response')
    const data = textOf(mined, 'data')
    const txpow = decode(TxPoW, fromHex(data))
    const envelope = await this.#client.call(`txnminepost data:${data}`)
    if (envelope.get('status') !== true) throw new LedgerError('refused', failureOf(envelope))
    const txpowId = textOf(mined, 'txpowid')
    const height = (await this.#chain.tip())?.number ?? 0n
    for (const coinId of inputs) this.#held.set(coinId, height)
    this.#own.set(txpowId, txpow)
    if (this.#own.size > OWN_UNITS_MAX) this.#own.delete(this.#own.keys().next().value!)
    return { transactionId: toHex(transactionId(txpow.body!.transaction)), txpowId, txpow }
  }

  /** Coins that are old enough and in no transaction of ours or that the node knows of, largest first. */
  async #spendable(tokenId: Hex): Promise<Coin[]> {
    const height = (await this.#chain.tip())?.number ?? 0n
    for (const [coinId, since] of this.#held) if (height - since > HOLD_BLOCKS) this.#held.delete(coinId)
    const { confirmDepthBlocks } = await this.#network()
    const filter = `relevant:true sendable:true checkmempool:true coinage:${confirmDepthBlocks} tokenid:${tokenId}`
    const coins = await this.#coins(`coins ${filter}`)
    return coins.filter(({ coinId }) => !this.#held.has(toHex(coinId))).sort((a, b) => b.amount.compare(a.amount))
  }

  /** What the wallet holds, confirmed or not, as it is listed: a coin that is spent at this moment counts, as its change does not yet. */
  async #owned(tokenId: Hex): Promise<MiniNumber> {
    const command = `coins relevant:true sendable:true tokenid:${tokenId}`
    const rows = listOf(await this.#client.ask(command), 'response').map((row) => objectOf(row, 'coin'))
    return rows.reduce(
      (sum, row) => sum.add(MiniNumber.parse(textOf(row, row.has('tokenamount') ? 'tokenamount' : 'amount'))),
      MiniNumber.ZERO,
    )
  }

  /** The coins that a command lists, each in its exact form, which the list itself does not show. */
  async #coins(command: string): Promise<Coin[]> {
    const listed = listOf(await this.#client.ask(command), 'response')
    const proofs = await Promise.all(listed.map((row) => this.coinProof(textOf(objectOf(row, 'coin'), 'coinid'))))
    return proofs.flatMap((proof) => proof?.coin ?? [])
  }

  async #carriesTransaction(id: Hex): Promise<boolean> {
    const own = this.#own.get(id)
    if (own !== undefined) return isTransaction(own)
    const json = objectOf(await this.#client.ask(`txpow txpowid:${id}`), 'response')
    return json.get('istransaction') === true
  }

  async #network(): Promise<NetworkParameters> {
    if (this.#parameters !== undefined) return this.#parameters
    const version = textOf(objectOf(await this.#client.ask('status'), 'response'), 'version')
    const found = version.includes('-DEV') ? networks.dev : version.includes('-TEST') ? networks.test : networks.main
    this.#parameters = found
    return found
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}

/** What the protocol code cannot read in an answer is the node's fault, or its being something else. */
async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof MinipolisError) || error instanceof LedgerError) throw error
    throw new LedgerError('unavailable', `the node's answer cannot be read: ${error.message}`, {}, { cause: error })
  }
}
