import {
  type Coin,
  coinJson,
  isTransaction,
  type JsonText,
  jsonBoolean,
  jsonObject,
  jsonString,
  type TxPoW,
  toHex,
  txpowJson,
} from '@minipolis/minima'
import { type BlockNode, isRelevantCoin, isRelevantTxPoW, type MainBlock } from '../../chain/index.ts'
import type { RpcNode } from '../rpc-node.ts'
import type { RpcState } from '../rpc-state.ts'

/** Told of blocks that are final. */
const FINAL_EVENTS = ['NOTIFYCASCADEBLOCK', 'NOTIFYCASCADETXN', 'NOTIFYCASCADECOIN']

/** Turns what happens on the chain into events for webhooks. */
export class NodeEvents {
  readonly #node: RpcNode
  readonly #state: RpcState
  #rootNumber: number | undefined
  readonly #unwatch: () => void

  constructor(node: RpcNode, state: RpcState) {
    this.#node = node
    this.#state = state
    this.#rootNumber = node.chain.tree.root?.number
    const unwatch = node.watch((event) => {
      if (event.kind === 'block') this.#block(event.block.id)
    })
    const unwatchUnits = node.watchUnits((event) => {
      if (event.kind === 'arrived') this.#arrived(event.txpow)
      else this.#mining(event.txpow, event.isBeginning)
    })
    this.#unwatch = () => {
      unwatch()
      unwatchUnits()
    }
  }

  stop(): void {
    this.#unwatch()
  }

  #block(id: string): void {
    const { chain } = this.#node
    const block = chain.tree.get(id)
    if (block !== undefined && !this.#state.webhooks.isEmpty) {
      if (block === chain.tip) this.#newTip(block)
      this.#coins(block)
    }
    this.#sunk()
  }

  #newTip(block: BlockNode): void {
    const txpow = this.#node.chain.known.get(block.hex)
    if (txpow === undefined || txpow.body === null) return
    this.#post('NEWBLOCK', () => [['txpow', txpowJson(txpow)]])
  }

  /** Units that concern the wallet, when they come: a block lists them later, if at all. */
  #arrived(txpow: TxPoW): void {
    if (!this.#state.webhooks.wants('NEWTXPOW') || !isRelevantTxPoW(txpow, this.#node.wallet.scripts)) return
    this.#post('NEWTXPOW', () => [
      ['relevant', jsonBoolean(true)],
      ['txpow', txpowJson(txpow)],
    ])
  }

  #mining(txpow: TxPoW, isBeginning: boolean): void {
    this.#post('MINING', () => [
      ['txpow', txpowJson(txpow)],
      ['mining', jsonBoolean(isBeginning)],
    ])
  }

  #coins(block: BlockNode): void {
    const { scripts } = this.#node.wallet
    let isRelevant = false
    for (const { coin, spent } of movedCoins(block)) {
      const members = (): Members => [...blockMembers(block), ['spent', jsonBoolean(spent)], ['coin', eventCoin(coin)]]
      if (isRelevantCoin(coin, scripts)) {
        isRelevant = true
        this.#post('NEWCOIN', () => [['relevant', jsonBoolean(true)], ...members()])
      }
      const address = toHex(coin.address)
      if (this.#state.notified.has(address))
        this.#post('NOTIFYCOIN', () => [['address', jsonString(address)], ...members()])
    }
    if (isRelevant) this.#post('NEWBALANCE', () => [])
  }

  /** Blocks that left the tree for the cascade are final. */
  #sunk(): void {
    const root = this.#node.chain.tree.root?.number
    const from = this.#rootNumber
    this.#rootNumber = root
    const { webhooks } = this.#state
    // These blocks are on disk: they are read only for somebody.
    if (root === undefined || from === undefined || !FINAL_EVENTS.some((name) => webhooks.wants(name))) return
    for (let number = from; number < root; number++) {
      const block = this.#node.branch.byNumber(number)
      if (block !== undefined) this.#final(block)
    }
  }

  #final(block: MainBlock): void {
    const members = (): Members => blockMembers({ hex: block.id, number: block.number })
    if (block.txpow.body !== null) this.#post('NOTIFYCASCADEBLOCK', () => [['txpow', txpowJson(block.txpow)]])
    // A block may carry a transaction of its own.
    const own = isTransaction(block.txpow) ? [block.id] : []
    for (const id of [...own, ...(block.txpow.body?.txpowIds ?? []).map(toHex)]) {
      this.#post('NOTIFYCASCADETXN', () => [...members(), ['txpowid', jsonString(id)]])
    }
    if (this.#state.notified.size === 0 || !this.#state.webhooks.wants('NOTIFYCASCADECOIN')) return
    const txblock = this.#node.branch.txblock(block.number)
    const moved = [
      ...(txblock?.newCoins ?? []).map((coin) => ({ coin, spent: false })),
      ...(txblock?.spentCoins ?? []).map(({ coin }) => ({ coin, spent: true })),
    ]
    for (const { coin, spent } of moved) {
      const address = toHex(coin.address)
      if (!this.#state.notified.has(address)) continue
      this.#post('NOTIFYCASCADECOIN', () => [
        ['address', jsonString(address)],
        ...members(),
        ['spent', jsonBoolean(spent)],
        ['coin', eventCoin(coin)],
      ])
    }
  }

  #post(name: string, members: () => Members): void {
    const { webhooks } = this.#state
    if (webhooks.wants(name)) webhooks.post({ name, data: jsonObject(members()) })
  }
}

type Members = (readonly [name: string, value: JsonText])[]

const movedCoins = ({ created, spent }: BlockNode): { coin: Coin; spent: boolean }[] => [
  ...spent.map((coin) => ({ coin, spent: true })),
  ...created.map((coin) => ({ coin, spent: false })),
]

const blockMembers = ({ hex, number }: Pick<BlockNode, 'hex' | 'number'>): Members => [
  ['txblockid', jsonString(hex)],
  ['txblock', jsonString(String(number))],
]

const eventCoin = (coin: Coin): JsonText => coinJson(coin, { simpleState: true })
