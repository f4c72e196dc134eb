import { agree, type ChainNode, hasTransaction, type JsonObject, type Place, placeOf, waitFor } from '../chain-node.ts'

/** How long a transaction may take to the other node, and a block to both. */
const SPREAD_MS = 60_000
/** Blocks in which a transaction must be at the latest. */
const BLOCKS_MAX = 12

/** Owners that take turns. */
const OWNERS = 4
/** Addresses are drawn at random from a few. */
const DRAWS_MAX = 200

export interface CoinJson {
  readonly coinid: string
  readonly amount: string
  readonly address: string
  readonly tokenid: string
  readonly tokenamount?: string
}

export interface TransactionJson {
  readonly inputs: readonly CoinJson[]
  readonly outputs: readonly CoinJson[]
  readonly transactionid: string
}

export interface TxPoWJson {
  readonly txpowid: string
  /** What it leaves unpaid, in Minima. */
  readonly burn: number
  readonly body: { readonly txn: TransactionJson; readonly burntxn: TransactionJson }
}

/** Amounts that are computed with here, without loss. */
const EXACT = /^\d{1,6}(\.\d{1,4})?$/
/** More than any kind needs. */
const ENOUGH = 20
const isEnough = (amount: string): boolean => EXACT.test(amount) && Number(amount) >= ENOUGH

/** A key of a wallet and the address that it alone can spend from. */
export interface Owner {
  readonly publickey: string
  readonly address: string
}

export interface Spending {
  /** Keys that sign: `auto` finds those of simple inputs. */
  readonly signedBy?: readonly string[]
  /** False: nodes keep it for themselves until it is in a block. */
  readonly isRelayed?: boolean
}

/** Where else than to the change the money of a plain coin goes. */
export interface Payment {
  readonly address: string
  readonly amount: string
  readonly tokenid?: string
  readonly storestate?: boolean
}

/** Makes transactions of all kinds on one node, over its commands, with the other node as witness. */
export class Maker {
  readonly node: ChainNode
  readonly other: ChainNode
  readonly #spent = new Set<string>()
  readonly #looked = new Set<string>()
  readonly #owners = new Map<ChainNode, Map<string, Owner>>()
  #turn = 0
  #rows = 0

  readonly #miner: ChainNode

  /** @param miner makes the blocks that preparations need */
  constructor(node: ChainNode, other: ChainNode, miner: ChainNode) {
    this.node = node
    this.other = other
    this.#miner = miner
  }

  ask<T>(line: string): Promise<T> {
    return this.node.ask<T>(line)
  }

  /** Owners of a wallet, each another one. */
  async owners(count: number, node = this.node): Promise<Owner[]> {
    const owners = this.#owners.get(node) ?? new Map<string, Owner>()
    this.#owners.set(node, owners)
    for (let draws = 0; owners.size < Math.max(count, OWNERS); draws++) {
      if (draws > DRAWS_MAX) throw new Error(`${node.kind} has fewer than ${count} addresses`)
      const owner = await node.ask<Owner>('getaddress')
      owners.set(owner.address, owner)
    }
    const all = [...owners.values()]
    this.#turn += count
    return Array.from({ length: count }, (_, i) => all[(this.#turn + i) % all.length]!)
  }

  async owner(node = this.node): Promise<Owner> {
    return (await this.owners(1, node))[0]!
  }

  /** A coin of the wallet that needs one signature, and that nothing else spends. */
  async plainCoin(tokenid = '0x00'): Promise<CoinJson> {
    const coins = await this.ask<readonly CoinJson[]>(`coins sendable:true tokenid:${tokenid}`)
    const coin = coins.find(({ coinid, amount }) => !this.#spent.has(coinid) && isEnough(amount))
    if (coin === undefined) throw new Error(`${this.node.kind} has no coin of ${tokenid} left`)
    this.#spent.add(coin.coinid)
    return coin
  }

  /** Keeps a script, so that inputs at its address can be spent. @returns its address */
  async script(text: string): Promise<string> {
    return (await this.ask<{ address: string }>(`newscript trackall:false script:"${text}"`)).address
  }

  /** Builds, signs, checks, mines and posts a transaction from lines such as `txnstate port:1 value:5`. */
  async post(
    lines: readonly string[],
    { signedBy = ['auto'], isRelayed = true }: Spending = {},
  ): Promise<TransactionJson> {
    const id = await this.#row(lines)
    for (const key of signedBy) await this.ask(`txnsign id:${id} publickey:${key}`)
    return this.#postRow(this.node, id, isRelayed ? this.other : undefined)
  }

  /** As `post`, but it is signed on both nodes, one after the other, and posted by the other. */
  async signedByBoth(lines: readonly string[], here: Owner, there: Owner): Promise<TransactionJson> {
    const id = await this.#row(lines)
    await this.ask(`txnsign id:${id} publickey:${here.publickey}`)
    const { data } = await this.ask<{ data: string }>(`txnexport id:${id}`)
    await this.ask(`txndelete id:${id}`)
    await this.other.ask(`txnimport id:${id} data:${data}`)
    await this.other.ask(`txnsign id:${id} publickey:${there.publickey}`)
    return this.#postRow(this.other, id, this.node)
  }

  /** Posts a command that makes a transaction itself, and waits until the other node has it. */
  async send(line: string): Promise<TxPoWJson> {
    const reply = await this.ask<TxPoWJson | { readonly txpow: TxPoWJson }>(line)
    const txpow = 'txpow' in reply ? reply.txpow : reply
    const { txn, burntxn } = txpow.body
    for (const { coinid } of [...txn.inputs, ...burntxn.inputs]) this.#spent.add(coinid)
    await waitFor(
      `${this.other.kind} has what ${line} made`,
      () => hasTransaction(this.other, txn.transactionid, this.#looked),
      SPREAD_MS,
    )
    return txpow
  }

  /** Lines that pay from a plain coin and give the change back, with the state that outputs keep. */
  async paid(payments: readonly Payment[], state: readonly string[] = []): Promise<string[]> {
    const coin = await this.plainCoin()
    const { address } = await this.owner()
    const change = payments
      .filter(({ tokenid = '0x00' }) => tokenid === '0x00')
      .reduce((left, { amount }) => left - Number(amount), Number(coin.amount))
    return [
      `txninput coinid:${coin.coinid}`,
      ...payments.map(outputLine),
      ...(change > 0 ? [outputLine({ address, amount: plain(change), storestate: false })] : []),
      ...state.map((value, port) => `txnstate port:${port} value:${value}`),
    ]
  }

  /** Locks money by a script, in a block of both nodes. @returns the coin */
  async locked(script: string, amount: string, state: readonly string[] = []): Promise<CoinJson> {
    return this.lockedAt(await this.script(script), amount, state)
  }

  async lockedAt(address: string, amount: string, state: readonly string[] = []): Promise<CoinJson> {
    const { outputs, transactionid } = await this.post(await this.paid([{ address, amount }], state))
    await this.confirmed(transactionid)
    return outputs[0]!
  }

  /** Has blocks made until the transaction is in one, the same on both nodes. */
  async confirmed(transactionId: string, miner = this.#miner): Promise<Place> {
    let found: Place | undefined
    const isInBoth = async (): Promise<boolean> => {
      const [here, there] = await Promise.all([placeOf(this.node, transactionId), placeOf(this.other, transactionId)])
      found = here?.blockId === there?.blockId ? here : undefined
      return found !== undefined
    }
    for (let blocks = 0; blocks < BLOCKS_MAX; blocks++) {
      if (await isInBoth()) return found!
      await miner.mine()
      await this.agreed()
    }
    throw new Error(`${transactionId} of ${this.node.kind} is in no block of both nodes`)
  }

  /** Waits until both nodes have the same tip. */
  agreed(): Promise<void> {
    return agree([this.node, this.other], () => this.#miner.mine(), SPREAD_MS)
  }

  /** Has blocks made: time passes. */
  async pass(blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) await this.#miner.mine()
    await this.agreed()
  }

  async #row(lines: readonly string[]): Promise<string> {
    const id = `${this.node.kind}${this.#rows++}`
    await this.ask(`txncreate id:${id}`)
    for (const line of lines) await this.ask(line.replace(/^\w+/, (command) => `${command} id:${id}`))
    await this.ask(`txnbasics id:${id}`)
    return id
  }

  async #postRow(node: ChainNode, id: string, witness: ChainNode | undefined): Promise<TransactionJson> {
    const checked = await node.ask<{ valid: JsonObject }>(`txncheck id:${id}`)
    if (!Object.values(checked.valid).every((isValid) => isValid === true)) {
      const { transaction } = await node.ask<{ transaction: JsonObject }>(`txnlist id:${id}`)
      throw new Error(`${JSON.stringify(checked)} of ${JSON.stringify(transaction)}`)
    }
    const { data, txpowid } = await node.ask<{ data: string; txpowid: string }>(`txnmine id:${id}`)
    const posted = await node.ask<{ data: TxPoWJson }>(`txnminepost data:${data}`)
    await node.ask(`txndelete id:${id}`)
    if (witness !== undefined) {
      const isKnown = async () => (await witness.reply(`txpow txpowid:${txpowid}`)).status === true
      await waitFor(`${witness.kind} has ${txpowid}`, isKnown, SPREAD_MS)
    }
    return posted.data.body.txn
  }
}

const outputLine = ({ address, amount, tokenid = '0x00', storestate = true }: Payment): string =>
  `txnoutput address:${address} amount:${amount} tokenid:${tokenid} storestate:${storestate}`

/** Decimals of amounts that are computed here. */
const DECIMALS = 6
const plain = (amount: number): string => amount.toFixed(DECIMALS).replace(/\.?0+$/, '')
