import type { Coin, CoinProof, MiniNumber, MMREntry, StateVariable, TxPoW } from '@minipolis/minima'

/** Upper-case hex with `0x`, as the chain prints ids, addresses and public keys. */
export type Hex = string

export interface BlockRef {
  readonly number: bigint
  /** TxPoW id. */
  readonly id: Hex
  /** Header time in milliseconds since 1970: the miner's claim. */
  readonly timeMs: bigint
}

/** A block of the main branch with everything that evidence needs. */
export interface LedgerBlock extends BlockRef {
  /** The block's own TxPoW; `body` is present while the ledger keeps it. */
  readonly txpow: TxPoW
  /** Peaks of the coin MMR after this block, highest row first. */
  readonly peaks: readonly MMREntry[]
}

export interface LedgerNetwork {
  /** `main`, `test`, `dev`, or the name of a private network. */
  readonly name: string
  /** Blocks in the tree beyond which bodies and MMRs are dropped. */
  readonly treeDepth: number
  /** Blocks after which the wallet counts a coin as confirmed. */
  readonly confirmDepth: number
  readonly blockTimeMs: number
}

export interface CoinQuery {
  readonly coinId?: Hex
  readonly address?: Hex
  readonly tokenId?: Hex
}

/** An output to make. `address` is the hash of a script. */
export interface OutputDraft {
  readonly address: Hex
  readonly amount: MiniNumber
  readonly tokenId?: Hex
  /** Keep the transaction's state with the coin. */
  readonly storeState?: boolean
}

/**
 * A transaction to build, sign, mine and post. The ledger adds the coin proofs, output coin ids, script proofs of tracked
 * scripts, and, when `fund` is true, wallet coins that cover the outputs with change back to the wallet.
 */
export interface TransactionDraft {
  readonly inputs?: readonly Hex[]
  readonly outputs: readonly OutputDraft[]
  readonly state?: readonly StateVariable[]
  /** Public keys of the wallet that must sign, beside those of funding inputs. */
  readonly signers?: readonly Hex[]
  readonly fund?: boolean
}

export interface Submission {
  readonly transactionId: Hex
  readonly txpowId: Hex
  readonly txpow: TxPoW
}

/** Where a TxPoW stands on the current main branch. */
export interface Inclusion {
  readonly block: BlockRef
  /** `own`: the block's own transaction; `listed`: one of its listed TxPoW ids. */
  readonly as: 'own' | 'listed'
  /** Blocks on top of it; 0 at the tip. */
  readonly depth: bigint
}

export type LedgerEvent =
  | { readonly kind: 'block'; readonly block: BlockRef }
  | { readonly kind: 'reorganised'; readonly from: BlockRef; readonly to: BlockRef }

/**
 * The only way the city services see a chain. Adapters: the embedded node, and any Minima node over RPC.
 * Every method rejects with a `LedgerError` whose code says whether to retry.
 */
export interface Ledger {
  network(): Promise<LedgerNetwork>
  /** `undefined` while the node has no block yet. */
  tip(): Promise<BlockRef | undefined>
  block(at: { readonly number: bigint } | { readonly id: Hex }): Promise<LedgerBlock | undefined>
  /** Blocks of the main branch from `from` up to `to` or the tip, oldest first, at most 2,000. */
  blocks(from: bigint, to?: bigint): Promise<LedgerBlock[]>
  txpow(id: Hex): Promise<TxPoW | undefined>
  /** Finds the block that holds the transaction; `undefined` when it is not on the main branch. */
  inclusion(txpowId: Hex): Promise<Inclusion | undefined>
  /** Unspent coins known to the ledger: tracked ones and all of the tree. */
  coins(query: CoinQuery): Promise<Coin[]>
  /** A fresh proof of an unspent coin to a peak of the block `proof.blockTime`. */
  coinProof(coinId: Hex): Promise<CoinProof | undefined>
  /** The wallet key set aside for a purpose (made on first use, the same for ever after), as public key. */
  keyFor(purpose: string): Promise<Hex>
  /** Registers a script and tracks its coins; returns its address. */
  track(script: string): Promise<Hex>
  submit(draft: TransactionDraft): Promise<Submission>
  /** Calls back in order, never concurrently; returns the way to stop. */
  watch(listener: (event: LedgerEvent) => void): () => void
}
