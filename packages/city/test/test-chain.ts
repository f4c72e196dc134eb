import {
  applyTxBlock,
  type BlockContext,
  bodyHash,
  type CheckResult,
  type Coin,
  type CoinProof,
  checkBasic,
  checkSignatures,
  checkTransactionInBlock,
  createBlockContext,
  createGenesis,
  createGenesisMmr,
  createTxBlock,
  DEFAULT_MAGIC,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  fromHex,
  MAX_DIFFICULTY,
  MIN_TXPOW_WORK,
  MiniNumber,
  MinipolisError,
  type MMR,
  nextSuperParents,
  outputCoinId,
  type Signature,
  type StateVariable,
  scriptAddress,
  sha3_256,
  signedByScript,
  singleScript,
  TOKEN_MINIMA,
  type Transaction,
  TreeKey,
  type TxBody,
  type TxHeader,
  type TxPoW,
  toHex,
  transactionId,
  txpowId,
  utf8,
  type Witness,
} from '@minipolis/minima'
import type {
  BlockRef,
  CoinQuery,
  Hex,
  Inclusion,
  Ledger,
  LedgerBlock,
  LedgerEvent,
  LedgerNetwork,
  OutputDraft,
  Submission,
  TransactionDraft,
} from '../src/ledger/ledger.ts'

interface ChainBlock {
  readonly txpow: TxPoW
  readonly context: BlockContext
  readonly mmr: MMR
  /** Unspent coins after the block, by id. */
  readonly coins: ReadonlyMap<Hex, Coin>
}

/** Depth at which a coin counts as confirmed. */
export const CONFIRM_DEPTH = 3

/**
 * A small chain in memory behind the ledger port: real coins, scripts, signatures, coin tree, headers and super parents, with
 * every transaction judged by the rules of the network. Only the difficulty is the easiest, so that blocks cost nothing, and
 * the test says when a block comes and when one goes.
 */
export class TestChain implements Ledger {
  readonly blocksMade: ChainBlock[] = []
  mempool: TxPoW[] = []
  /** Known units, on the chain or not. */
  readonly units = new Map<Hex, TxPoW>()
  /** Blocks below this number are forgotten, as pruned nodes do. */
  forgottenBelow = 0n
  readonly #keys = new Map<Hex, { purpose: string; key: TreeKey; uses: number }>()
  readonly #scripts = new Map<Hex, string>()
  readonly #listeners = new Set<(event: LedgerEvent) => void>()
  #nonce = 0

  static async start(): Promise<TestChain> {
    const chain = new TestChain()
    const script = signedByScript(fromHex(await chain.keyFor('wallet')))
    const genesis = createGenesis({ address: scriptAddress(script), time: 1_700_000_000_000, prng: new Uint8Array(32) })
    chain.#scripts.set(toHex(scriptAddress(script)), script)
    chain.#append(genesis, createGenesisMmr(), undefined, new Map())
    await chain.#split()
    return chain
  }

  /** The wallet's coin in many, so that spending one leaves others. */
  async #split(): Promise<void> {
    await this.mine()
    const address = toHex(scriptAddress(signedByScript(fromHex(await this.keyFor('wallet')))))
    const outputs = Array.from({ length: 10 }, () => ({ address, amount: MiniNumber.ONE }))
    await this.submit({ outputs, fund: true })
    for (let i = 0; i <= CONFIRM_DEPTH; i++) await this.mine()
  }

  /** Makes a block of what waits. `own`: the first unit's transaction becomes the block's own instead of being listed. */
  async mine(options: { readonly own?: boolean; readonly only?: (unit: TxPoW) => boolean } = {}): Promise<BlockRef> {
    const parent = this.blocksMade.at(-1)!
    const chosen = this.mempool.filter((unit) => options.only?.(unit) ?? true)
    const valid: TxPoW[] = []
    const spent = new Set<string>()
    for (const unit of chosen) {
      const ids = unit.body!.witness.coinProofs.map(({ coin }) => toHex(coin.coinId))
      if (ids.some((id) => spent.has(id)) || !checkTransactionInBlock(unit, parent.context.header, parent.mmr).ok)
        continue
      for (const id of ids) spent.add(id)
      valid.push(unit)
    }
    this.mempool = this.mempool.filter(
      (unit) => !valid.includes(unit) && !spent.has(toHex(unit.body!.witness.coinProofs[0]!.coin.coinId)),
    )
    const own = options.own ? valid.shift() : undefined
    const body: TxBody = {
      prng: sha3_256(utf8(`block ${this.#nonce}`)),
      transactionDifficulty: MIN_TXPOW_WORK,
      transaction: own?.body?.transaction ?? EMPTY_TRANSACTION,
      witness: own?.body?.witness ?? EMPTY_WITNESS,
      burnTransaction: EMPTY_TRANSACTION,
      burnWitness: EMPTY_WITNESS,
      txpowIds: valid.map(txpowId),
    }
    const draft: TxPoW = { header: this.#header(parent, bodyHash(body)), body }
    const { mmr } = applyTxBlock(createTxBlock(parent.mmr, draft, valid))
    const root = mmr.root()!
    const block: TxPoW = { header: { ...draft.header, mmrRoot: root.data, mmrTotal: root.value }, body }
    this.#append(block, parent.mmr, parent.context, parent.coins, valid)
    const ref = this.#ref(this.blocksMade.at(-1)!)
    for (const listener of this.#listeners) listener({ kind: 'block', block: ref })
    return ref
  }

  /** Takes the newest blocks away. Their units wait again, unless lost. */
  rewind(count: number, lose = false): void {
    const from = this.#ref(this.blocksMade.at(-1)!)
    for (const { txpow } of this.blocksMade.splice(-count)) {
      if (!lose) this.mempool.unshift(...txpow.body!.txpowIds.map((id) => this.units.get(toHex(id))!))
    }
    const to = this.#ref(this.blocksMade.at(-1)!)
    for (const listener of this.#listeners) listener({ kind: 'reorganised', from, to })
  }

  /** What the rules say of a unit now. */
  judge(unit: TxPoW): CheckResult {
    const tip = this.blocksMade.at(-1)!
    for (const check of [checkBasic, checkSignatures]) {
      const result = check(unit)
      if (!result.ok) return result
    }
    return checkTransactionInBlock(unit, tip.context.header, tip.mmr)
  }

  /** Builds and signs a transaction without posting it. */
  async build(draft: TransactionDraft): Promise<TxPoW> {
    const tip = this.blocksMade.at(-1)!
    const wallet = await this.keyFor('wallet')
    const walletAddress = toHex(scriptAddress(signedByScript(fromHex(wallet))))
    const inputs = (draft.inputs ?? []).map((id) => tip.coins.get(id) ?? this.#fail(`no coin ${id}`))
    const wanted = draft.outputs.reduce((sum, output) => sum.add(output.amount), MiniNumber.ZERO)
    const outputs: OutputDraft[] = [...draft.outputs]
    const signers = new Set(draft.signers)
    if (draft.fund) {
      const waiting = new Set(
        this.mempool.flatMap((unit) => unit.body!.witness.coinProofs.map(({ coin }) => toHex(coin.coinId))),
      )
      const coin = [...tip.coins.values()].find(
        (c) => toHex(c.address) === walletAddress && c.amount.moreThan(wanted) && !waiting.has(toHex(c.coinId)),
      )
      if (!coin) this.#fail('no wallet coin')
      inputs.push(coin)
      outputs.push({ address: walletAddress, amount: coin.amount.sub(wanted) })
      signers.add(wallet)
    }
    const first = inputs[0] ?? this.#fail('no inputs')
    const transaction: Transaction = {
      inputs,
      outputs: outputs.map((output, index) => outputCoin(output, outputCoinId(first.coinId, index))),
      state: draft.state ?? [],
      linkHash: EMPTY_TRANSACTION.linkHash,
    }
    const id = transactionId(transaction)
    const witness: Witness = {
      signatures: [...signers].map((publicKey) => this.#sign(publicKey, id)),
      coinProofs: inputs.map((coin) => this.#coinProof(coin)),
      scripts: [...new Set(inputs.map((coin) => toHex(coin.address)))].map((address) =>
        singleScript(this.#scripts.get(address) ?? this.#fail(`no script of ${address}`)),
      ),
    }
    return this.#unit(transaction, witness)
  }

  async submit(draft: TransactionDraft): Promise<Submission> {
    const unit = await this.build(draft)
    const verdict = this.judge(unit)
    if (!verdict.ok) this.#fail(`${verdict.code}: ${verdict.detail}`)
    const id = toHex(txpowId(unit))
    this.units.set(id, unit)
    this.mempool.push(unit)
    return { transactionId: toHex(transactionId(unit.body!.transaction)), txpowId: id, txpow: unit }
  }

  async network(): Promise<LedgerNetwork> {
    return { name: 'dev', treeDepth: 1000, confirmDepth: CONFIRM_DEPTH, blockTimeMs: 2000 }
  }

  async tip(): Promise<BlockRef> {
    return this.#ref(this.blocksMade.at(-1)!)
  }

  async block(at: { readonly number: bigint } | { readonly id: Hex }): Promise<LedgerBlock | undefined> {
    const found = this.blocksMade.find((block) =>
      'id' in at ? toHex(block.context.id) === at.id : block.context.header.blockNumber.toBigInt() === at.number,
    )
    return found && this.#ledgerBlock(found)
  }

  async blocks(from: bigint, to?: bigint): Promise<LedgerBlock[]> {
    return this.blocksMade
      .map((block) => this.#ledgerBlock(block))
      .filter(
        (block): block is LedgerBlock =>
          block !== undefined && block.number >= from && block.number <= (to ?? block.number),
      )
  }

  async txpow(id: Hex): Promise<TxPoW | undefined> {
    return this.units.get(id)
  }

  async inclusion(txpowId_: Hex): Promise<Inclusion | undefined> {
    const tip = this.blocksMade.at(-1)!.context.header.blockNumber.toBigInt()
    for (const block of this.blocksMade) {
      const ref = this.#ref(block)
      const as =
        ref.id === txpowId_
          ? 'own'
          : block.txpow.body!.txpowIds.some((id) => toHex(id) === txpowId_)
            ? 'listed'
            : undefined
      if (as) return { block: ref, as, depth: tip - ref.number }
    }
    return undefined
  }

  async coins({ coinId, address, tokenId }: CoinQuery): Promise<Coin[]> {
    return [...this.blocksMade.at(-1)!.coins.values()].filter(
      (coin) =>
        (coinId === undefined || toHex(coin.coinId) === coinId) &&
        (address === undefined || toHex(coin.address) === address) &&
        (tokenId === undefined || toHex(coin.tokenId) === tokenId),
    )
  }

  async coinProof(coinId: Hex): Promise<CoinProof | undefined> {
    const coin = this.blocksMade.at(-1)!.coins.get(coinId)
    return coin && this.#coinProof(coin)
  }

  async keyFor(purpose: string): Promise<Hex> {
    for (const [publicKey, known] of this.#keys) if (known.purpose === purpose) return publicKey
    const key = new TreeKey(utf8(`seed of ${purpose}`), { keysPerLevel: 8, levels: 2 })
    const publicKey = toHex(key.publicKey)
    this.#keys.set(publicKey, { purpose, key, uses: 0 })
    return publicKey
  }

  async track(script: string): Promise<Hex> {
    const address = toHex(scriptAddress(script))
    this.#scripts.set(address, script)
    return address
  }

  watch(listener: (event: LedgerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #sign(publicKey: Hex, message: Uint8Array): Signature {
    const known = this.#keys.get(publicKey) ?? this.#fail(`no key ${publicKey}`)
    return known.key.signAt(known.uses++, message)
  }

  #coinProof(coin: Coin): CoinProof {
    const { mmr } = this.blocksMade.at(-1)!
    return { coin, proof: mmr.proofToPeak(Number(coin.mmrEntry)) }
  }

  #unit(transaction: Transaction, witness: Witness): TxPoW {
    const tip = this.blocksMade.at(-1)!
    const body: TxBody = {
      prng: sha3_256(utf8(`unit ${this.#nonce}`)),
      transactionDifficulty: MIN_TXPOW_WORK,
      transaction,
      witness,
      burnTransaction: EMPTY_TRANSACTION,
      burnWitness: EMPTY_WITNESS,
      txpowIds: [],
    }
    return { header: this.#header(tip, bodyHash(body)), body }
  }

  #header(parent: ChainBlock, body: Uint8Array): TxHeader {
    const { header } = parent.context
    return {
      nonce: MiniNumber.of(++this.#nonce),
      chainId: header.chainId,
      time: header.time.add(MiniNumber.of(2000)),
      blockNumber: header.blockNumber.increment(),
      blockDifficulty: MAX_DIFFICULTY,
      superParents: nextSuperParents(parent.context),
      mmrRoot: header.mmrRoot,
      mmrTotal: header.mmrTotal,
      magic: DEFAULT_MAGIC,
      customHash: Uint8Array.of(0),
      bodyHash: body,
    }
  }

  #append(
    txpow: TxPoW,
    parentMmr: MMR,
    parent: BlockContext | undefined,
    parentCoins: ReadonlyMap<Hex, Coin>,
    listed: readonly TxPoW[] = [],
  ): void {
    const { mmr, spent, created } = applyTxBlock(createTxBlock(parentMmr, txpow, listed))
    mmr.parent = parentMmr
    const coins = new Map(parentCoins)
    for (const coin of spent) coins.delete(toHex(coin.coinId))
    for (const coin of created) coins.set(toHex(coin.coinId), coin)
    this.units.set(toHex(txpowId(txpow)), txpow)
    this.blocksMade.push({ txpow, context: createBlockContext(txpow, parent), mmr, coins })
  }

  #ledgerBlock(block: ChainBlock): LedgerBlock | undefined {
    const ref = this.#ref(block)
    return ref.number < this.forgottenBelow ? undefined : { ...ref, txpow: block.txpow, peaks: block.mmr.peaks() }
  }

  #ref({ context: { id, header } }: ChainBlock): BlockRef {
    return { number: header.blockNumber.toBigInt(), id: toHex(id), timeMs: header.time.toBigInt() }
  }

  #fail(message: string): never {
    throw new MinipolisError('refused', message)
  }
}

function outputCoin({ address, amount, tokenId, storeState }: OutputDraft, coinId: Uint8Array): Coin {
  return {
    coinId,
    address: fromHex(address),
    amount,
    tokenId: tokenId === undefined ? TOKEN_MINIMA : fromHex(tokenId),
    storeState: storeState ?? false,
    mmrEntry: 0n,
    spent: 0,
    created: MiniNumber.ZERO,
    state: [],
    token: null,
  }
}

/** A transaction's first state variable of a port, for attacks on single values. */
export const changeState = (state: readonly StateVariable[], port: number, value: string): StateVariable[] =>
  state.map((variable) => (variable.port === port ? { ...variable, value } : variable))
