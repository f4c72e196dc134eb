import {
  bytesEqual,
  type Cascade,
  type Coin,
  type CoinProof,
  checkBlock,
  coinLeaf,
  createGenesisMmr,
  createTxBlock,
  encode,
  entryIndex,
  factsOf,
  fromHex,
  MiniNumber,
  type NetworkParameters,
  parentId,
  type Rejection,
  StoredMMR,
  type TxBlock,
  type TxPoW,
  toHex,
} from '@minipolis/minima'
import type { MegaMMRStore } from '../mega-mmr/index.ts'
import type { Store } from '../store/index.ts'
import { AllCoins } from './all-coins.ts'
import { type BareBlock, type BlockNode, createBlockNode } from './block-node.ts'
import { BlockTree } from './block-tree.ts'
import { CascadeHeaders } from './cascade-headers.ts'
import { type ChainChange, changeBetween } from './chain-change.ts'
import { ChainRecords } from './chain-records.ts'
import type { CoinIndex } from './coin-index.ts'
import { IMPORTED_COINS_MAX } from './imported-coins.ts'
import { type CoinVerdict, judgeCoin } from './judge-coin.ts'
import { type KnownTxPoWs, knownTxPoWs } from './known-txpows.ts'
import { loadTree } from './load-tree.ts'
import { hasMinedBody } from './mined-body.ts'
import type { Interests } from './relevance.ts'
import { TipCoins } from './tip-coins.ts'

/** Blocks below the root whose TxBlocks are kept. */
export const ARCHIVE_BLOCKS_MAX = 100_000
/** Time that TxPoWs outside of blocks, and bodies of listed ones, are kept unless they concern the wallet. */
export const TXPOW_LIFE_MS = 3 * 24 * 60 * 60 * 1000

/** Coins looked at that begin with the same six bytes as a coin id. */
const NAMED_COINS_MAX = 1000

export interface ChainParts {
  readonly store: Store
  readonly parameters: NetworkParameters
  readonly interests: Interests
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Units that are in memory anyway, by id in hex. */
  readonly recent: (id: string) => TxPoW | undefined
  /** All coins of the chain, of a node that keeps them. */
  readonly megaMMR?: MegaMMRStore
}

/** What became of a TxPoW. */
export interface Receipt {
  /** False when it was there before: then nothing happened. */
  readonly isNew: boolean
  /** Blocks that entered the tree, this one or others that waited for it. */
  readonly added: readonly BlockNode[]
  /** Set when the tip moved. */
  readonly change: ChainChange | undefined
  /** Why a block whose parts are all there may not enter the tree. */
  readonly refused: Rejection | undefined
}

/**
 * The block tree with the coins at its tip, the cascade below it, and both on disk: every call that changes them is one
 * transaction of the store, and what the store could not take is not in memory either.
 */
export class Chain {
  readonly parameters: NetworkParameters
  readonly known: KnownTxPoWs
  readonly #parts: ChainParts
  readonly #store: Store
  #tree = new BlockTree()
  #cascade: CascadeHeaders
  readonly #coins: TipCoins
  readonly #allCoins: AllCoins
  readonly #records: ChainRecords

  /** Reads the store: the chain stands where it stood. @throws NodeError `store-damaged` */
  constructor(parts: ChainParts) {
    this.#parts = parts
    this.#store = parts.store
    this.parameters = parts.parameters
    this.known = knownTxPoWs(parts.store, parts.recent)
    this.#cascade = new CascadeHeaders(parts.parameters)
    this.#coins = new TipCoins(parts.store.importedCoins, parts.interests)
    this.#allCoins = new AllCoins(parts.megaMMR)
    this.#records = new ChainRecords(parts)
    this.#load()
  }

  get tree(): BlockTree {
    return this.#tree
  }

  get cascade(): CascadeHeaders {
    return this.#cascade
  }

  /** Unspent coins at the tip: all made within the tree, and relevant older ones. */
  get coins(): CoinIndex {
    return this.#coins.index
  }

  get tip(): BlockNode | undefined {
    return this.#tree.tip
  }

  /** All coins of the chain as of the cascade's tip, when they are kept and none of the blocks since is missing. */
  get megaMMR(): MegaMMRStore | undefined {
    return this.#allCoins.below(this.#tree.root)
  }

  /**
   * Brings the coins of the whole chain up to the root, after a time without them. Call it before anything changes the chain.
   *
   * @param progress told of blocks done and to do, and the number of the newest
   */
  async catchUpMegaMMR(progress?: (done: number, total: number, number: number) => void): Promise<void> {
    await this.#allCoins.catchUp(this.#tree.root, this.#store, progress)
    this.#allCoins.link(this.#tree.root)
  }

  /** An unspent coin by id, hex: one of `coins`, or any other of the chain where all are kept. */
  coin(id: string): Coin | undefined {
    const known = this.#coins.index.get(id)
    if (known !== undefined) return known
    return this.megaMMR?.coins
      .naming(fromHex(id), -1, NAMED_COINS_MAX)
      .find((coin) => toHex(coin.coinId) === id && this.isUnspent(coin))
  }

  /** Whether a coin, as it is written here, is unspent at the tip. Needs a tree that knows of it. */
  isUnspent(coin: Coin): boolean {
    const entry = entryIndex(coin.mmrEntry)
    const leaf = entry === undefined ? undefined : this.tip?.mmr.get(0, entry)
    return leaf !== undefined && bytesEqual(leaf.data, coinLeaf(coin).data)
  }

  /**
   * Takes in a coin that somebody proves, so that it can be found, proved and spent like those of the tree. It is carried along
   * with the root as long as the wallet watches it.
   */
  importCoin(given: CoinProof): CoinVerdict {
    const verdict = judgeCoin(this.#tree, given)
    if (verdict.kind !== 'unspent') return verdict
    if (this.#coins.imported.isFull) {
      return {
        kind: 'full',
        detail: `${IMPORTED_COINS_MAX} imported coins wait in the tree; try again when it has moved on`,
      }
    }
    return this.#commit(() => {
      this.#coins.import(given, verdict.block)
      return verdict
    })
  }

  /** The wallet's unspent coins. */
  relevantCoins(): Coin[] {
    return this.#coins.relevant()
  }

  /** Starts a chain of its own with block 1. The chain must be empty. */
  begin(genesis: TxPoW): Receipt {
    return this.plant(createTxBlock(createGenesisMmr(), genesis, []))
  }

  /** Makes a block the root of an empty tree, on whatever cascade there is. */
  plant(txblock: TxBlock): Receipt {
    return this.#commit(() => {
      const node = createBlockNode(txblock, undefined)
      this.#records.keep(node, txblock)
      this.#tree.plant(node)
      this.#allCoins.begin(node, txblock)
      this.#allCoins.link(this.#tree.root)
      this.#saveRoot()
      this.#coins.connect([node])
      return { isNew: true, added: [node], change: changeBetween(undefined, node), refused: undefined }
    })
  }

  /**
   * Stores a unit that passed the checks on receipt and, where it is a block, takes it and all that waited for it into the tree.
   * Source: spec 05 section 14.1
   */
  receive(txpow: TxPoW): Receipt {
    const { id, isBlock } = factsOf(txpow)
    const hex = toHex(id)
    if (this.known.has(hex)) return { isNew: false, added: [], change: undefined, refused: undefined }
    return this.#commit(() => {
      // A block that mostly enters the tree at once is not put where units wait, to be taken away again.
      const isNext = isBlock && this.#tree.get(toHex(parentId(txpow.header))) !== undefined
      if (!isNext) this.#records.setAside(txpow)
      this.#records.markRelevant(id, txpow)
      const { added, refused } = this.#process(txpow)
      const isOut = isNext && this.#tree.get(hex) === undefined
      if (isOut && (refused === undefined || hasMinedBody(txpow))) this.#records.setAside(txpow)
      return { isNew: true, added, change: added.length > 0 ? this.#settle() : undefined, refused }
    })
  }

  /** Takes a foreign cascade below an empty tree, or below a root that stands on it. */
  adoptCascade(cascade: Cascade): void {
    this.#commit(() => {
      this.#cascade.replace(cascade)
      this.#cascade.save(this.#store.roots)
    })
  }

  /** Takes a block that was checked as a TxBlock into the tree. The tip does not move before `settle`. */
  attach(txblock: TxBlock, parent: BlockNode, checked?: BareBlock): BlockNode {
    const node = createBlockNode(txblock, parent, checked === undefined ? {} : { checked })
    this.#records.keep(node, txblock)
    this.#tree.add(node)
    return node
  }

  /** Runs several changes as one transaction and chooses the tip once, at the end. */
  batch(work: () => void): ChainChange | undefined {
    return this.#commit(() => {
      work()
      return this.#settle()
    })
  }

  #commit<T>(work: () => T): T {
    try {
      return this.#store.transact(work)
    } catch (error) {
      this.#load()
      throw error
    }
  }

  #load(): void {
    const cascade = new CascadeHeaders(this.parameters)
    const { tree, carried } = loadTree(this.#store)
    cascade.load(this.#store.roots)
    this.#tree = tree
    this.#cascade = cascade
    this.#allCoins.reload()
    this.#allCoins.link(this.#tree.root)
    this.#coins.load(tree, carried)
  }

  #process(arrived: TxPoW): { added: BlockNode[]; refused: Rejection | undefined } {
    const added: BlockNode[] = []
    let refused: Rejection | undefined
    const first = toHex(factsOf(arrived).id)
    const stack = [first]
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (this.#tree.get(id) !== undefined) continue
      const txpow = id === first ? arrived : this.known.get(id)
      if (txpow === undefined || !factsOf(txpow).isBlock || !this.#isInRange(txpow)) continue
      const parent = toHex(parentId(txpow.header))
      const parentNode = this.#tree.get(parent)
      if (parentNode === undefined) {
        if (this.known.has(parent)) stack.push(parent)
        continue
      }
      const result = this.#tryAdd(txpow, parentNode)
      if (result === undefined) continue
      if ('ok' in result) {
        refused = result
        continue
      }
      added.push(result)
      stack.push(...this.#store.txpows.children(result.id).map(toHex))
    }
    return { added, refused }
  }

  /** Blocks near the root would be judged by a window that the root cuts off. */
  #isInRange({ header }: TxPoW): boolean {
    const { root, tip } = this.#tree
    if (root === undefined || tip === undefined) return false
    const { processingAllBelowTip, processingMarginBlocks } = this.parameters
    if (tip.number < processingAllBelowTip) return true
    return header.blockNumber.moreThan(MiniNumber.of(root.number + processingMarginBlocks))
  }

  /** Undefined while a listed transaction is missing. */
  #tryAdd(txpow: TxPoW, parent: BlockNode): BlockNode | Rejection | undefined {
    const listed: TxPoW[] = []
    for (const id of txpow.body?.txpowIds ?? []) {
      const unit = this.known.get(toHex(id))
      if (unit === undefined) return undefined
      listed.push(unit)
    }
    const result = checkBlock(txpow, listed, parent, { parameters: this.parameters, cascade: this.#cascade.blocks })
    if (!result.ok) {
      this.#forgetChanged([txpow, ...listed])
      return result
    }
    this.#store.txpows.remove(factsOf(txpow).id)
    return this.attach(result.txBlock, parent)
  }

  /** Of a block that is refused, parts whose body was changed on the way: they may come again as they were mined. */
  #forgetChanged(units: readonly TxPoW[]): void {
    for (const unit of units) if (!hasMinedBody(unit)) this.#store.txpows.remove(factsOf(unit).id)
  }

  /** Chooses the tip, follows it with the coins, and lets old blocks sink into the cascade. */
  #settle(): ChainChange | undefined {
    const from = this.tip
    this.#tree.chooseTip()
    const to = this.tip
    if (to === undefined || to === from) return undefined
    const change = changeBetween(from, to)
    this.#coins.follow(change, this.#tree)
    this.#sink()
    return change
  }

  /** Source: spec 05 section 15 */
  #sink(): void {
    const { cascadeStartDepthBlocks, cascadeFrequencyBlocks } = this.parameters
    if (this.#tree.length < cascadeStartDepthBlocks + cascadeFrequencyBlocks) return
    const newRoot = this.#tree.mainAt(this.tip!.number - cascadeStartDepthBlocks + 1)!
    this.#coins.carryTo(newRoot, this.#tree)

    const { megaMMR } = this
    const { below, lost } = this.#tree.pruneBelow(newRoot)
    megaMMR?.follow(below)
    this.#allCoins.link(this.#tree.root)
    this.#coins.imported.forget([...below, ...lost])
    for (const { id } of below) this.#store.blocks.archive(id)
    for (const block of lost) this.#forget(block)
    this.#cascade.append(below.map(({ header }) => header))
    this.#cascade.save(this.#store.roots)
    this.#saveRoot()
    this.#store.blocks.trimArchive(newRoot.number - ARCHIVE_BLOCKS_MAX)
    this.#store.txpows.trim(this.#parts.now() - TXPOW_LIFE_MS)
    this.#tree.chooseTip()
    this.#coins.rebuild(this.#tree)
  }

  /** A block of a branch that lost goes back to the waiting units: its transactions may still be wanted. */
  #forget({ id, hex }: BlockNode): void {
    const txpow = this.known.get(hex)
    this.#store.blocks.remove(id)
    if (txpow !== undefined) this.#records.setAside(txpow)
  }

  #saveRoot(): void {
    const root = this.#tree.root!
    this.#store.roots.setRoot({
      block: root.id,
      mmr: encode(StoredMMR, root.mmr),
      coins: this.#coins.encodeCarried(),
    })
  }
}
