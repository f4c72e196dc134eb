import { networks, type TxPoW, toHex } from '@minipolis/minima'
import { Chain, MainBranch, type Receipt } from '../../chain/index.ts'
import { Mempool, poolArrival, poolFollow } from '../../mempool/index.ts'
import { Session, type SessionAction } from '../../peers/index.ts'
import { openStore, type Store } from '../../store/index.ts'
import { encodePayload, type Frame, type Message, type MessageName, messageType } from '../../wire/index.ts'
import { ChainLoader } from '../chain-loader.ts'
import { MissingParts } from '../missing-parts.ts'
import { NodeChain } from '../node-chain.ts'

/** What the node under test did with what was played to it. */
export interface Done {
  readonly sent: Frame[]
  /** Ids asked for, hex. */
  readonly asked: Set<string>
  /** Ids announced as units, and as blocks of the tree. */
  readonly announced: Set<string>
  readonly blocks: Set<string>
  readonly blamed: string[]
  closed: string | undefined
}

/** Chain, loader and one session, with a store in memory and a clock set by hand. */
export class ReplayPeer {
  readonly store: Store
  readonly chain: Chain
  readonly done: Done = {
    sent: [],
    asked: new Set(),
    announced: new Set(),
    blocks: new Set(),
    blamed: [],
    closed: undefined,
  }
  readonly #loader: ChainLoader
  readonly #access: NodeChain
  readonly #session: Session
  readonly #pool = new Mempool()
  nowMs: number

  constructor(role: 'incoming' | 'outgoing', nowMs: number, port: number) {
    this.nowMs = nowMs
    this.store = openStore({ file: ':memory:', network: 'test' })
    const chain = new Chain({
      store: this.store,
      parameters: networks.test,
      interests: { isTracked: () => false, isKey: () => false, watchesCoin: () => undefined },
      now: () => this.nowMs,
      recent: (id) => this.#pool.get(id)?.txpow,
    })
    this.chain = chain
    const branch = new MainBranch(this.store, () => chain.tree)
    const follow = (receipt: Receipt): void => {
      if (receipt.change !== undefined) poolFollow(this.#pool, receipt.change, chain)
    }
    const holder = {
      store: this.store,
      chain,
      branch,
      pool: this.#pool,
      take: (txpow: TxPoW): Receipt => {
        const receipt = chain.receive(txpow)
        if (receipt.isNew) {
          follow(receipt)
          poolArrival(this.#pool, txpow, branch)
        }
        return receipt
      },
      follow,
    }
    const now = (): number => this.nowMs
    const missing = new MissingParts(holder)
    this.#loader = new ChainLoader({ compareMs: 0, loadsOlder: true }, { holder, missing, now })
    this.#access = new NodeChain(holder, missing, now)
    this.#session = new Session({
      role,
      chain: this.#access,
      sync: this.#loader,
      own: { port, host: undefined },
      nowMs,
    })
  }

  /** Loads a chain as if it had always been there. */
  async preload(payload: Uint8Array): Promise<void> {
    await this.#loader.download(payload, 'the recording')
  }

  async open(): Promise<void> {
    await this.#do(this.#session.opened())
  }

  async play(frame: Frame): Promise<void> {
    await this.#do(this.#session.frame(frame, this.nowMs))
  }

  isKnown(id: string): boolean {
    return this.#access.isKnown(id)
  }

  /** This side asks for a unit of its own accord. */
  asks(id: Uint8Array): void {
    this.#session.asks([id])
  }

  /** A unit that this side made itself. */
  make(txpow: TxPoW): void {
    const reception = this.#access.receive(txpow, { anyBody: true })
    if (reception.kind === 'taken') for (const id of reception.added) this.done.blocks.add(toHex(id))
  }

  /** Time passes on the connection. */
  async tick(nowMs: number): Promise<void> {
    this.nowMs = nowMs
    await this.#do(this.#session.tick(nowMs))
  }

  close(): void {
    this.#loader.stop()
    this.store.close()
  }

  async #do(actions: readonly SessionAction[]): Promise<void> {
    for (const action of actions) {
      switch (action.do) {
        case 'send':
          this.#send(action.message)
          break
        case 'send-payload':
          this.#sendPayload(action.name, action.payload)
          break
        case 'send-ibd':
          this.#sendPayload('ibd', this.#access.ibdFor(action.greeting).payload)
          break
        case 'send-archive':
          this.#sendPayload('archiveData', this.#access.archiveFrom(action.from))
          break
        case 'send-pong':
          this.#sendPayload('singlePong', new Uint8Array())
          break
        case 'want':
          for (const id of action.ids) {
            this.done.asked.add(toHex(id))
            this.#send({ name: 'txpowRequest', value: id })
          }
          this.#session.asks(action.ids)
          break
        case 'announce':
          this.done.announced.add(toHex(action.id))
          break
        case 'blocks':
          for (const id of action.ids) this.done.blocks.add(toHex(id))
          break
        case 'download':
          await this.#do(this.#session.synced('download', await this.#loader.download(action.payload, 'the recording')))
          break
        case 'older':
          await this.#do(this.#session.synced('older', await this.#loader.older(action.payload)))
          break
        case 'blame':
          this.done.blamed.push(`${action.fault}: ${action.detail}`)
          break
        case 'send-coins':
          this.done.closed = 'not-served'
          break
        case 'close':
          this.done.closed = action.reason
          break
      }
    }
  }

  #send(message: Message): void {
    this.#sendPayload(message.name, encodePayload(message))
  }

  #sendPayload(name: MessageName, payload: Uint8Array): void {
    this.done.sent.push({ type: messageType(name), payload })
  }
}
