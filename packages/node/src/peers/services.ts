import type { Greeting } from '@minipolis/minima'
import { FRAME_CONTENT_MAX, type MessageValue, messageType } from '../wire/index.ts'
import type { AddressBudgets } from './address-budgets.ts'
import type { Connection } from './connection.ts'
import { type ConnectionCounts, createSinglePong } from './greeting.ts'
import { formatAddress, type PeerAddress, withoutIPv6 } from './peer-address.ts'
import type { PeerNetworkParts } from './peer-network-options.ts'

/** An answer to a greeting that is not counted in the end: peers that are nearly up to date get such ones. */
const FREE_IBD_BYTES = 64 * 1024
/** Peers told with the coins of a wallet. */
const TOLD_PEERS_MAX = 20

/** What strangers may ask for and what costs this node much, within the budget of their address. Source: spec 06 section 13.4 */
export class Services {
  readonly #parts: PeerNetworkParts
  readonly #budgets: AddressBudgets

  constructor(parts: PeerNetworkParts, budgets: AddressBudgets) {
    this.#parts = parts
    this.#budgets = budgets
  }

  /** The blocks that a greeting's sender lacks. */
  sendIbd(to: Connection, greeting: Greeting): void {
    if (!this.#mayHave('ibd', to)) return
    const { payload } = this.#parts.chain.ibdFor(greeting)
    if (payload.length <= FREE_IBD_BYTES) this.#budgets.giveBack('ibd', to.site)
    to.send({ type: messageType('ibd'), payload })
  }

  sendArchive(to: Connection, from: MessageValue<'archiveRequest'>): void {
    if (!this.#mayHave('archive', to)) return
    to.send({ type: messageType('archiveData'), payload: this.#parts.chain.archiveFrom(from) })
  }

  sendPong(to: Connection, counts: ConnectionCounts, known: readonly PeerAddress[]): void {
    if (!this.#mayHave('pong', to)) return
    to.tell({ name: 'singlePong', value: createSinglePong(this.#parts.chain, counts, known) })
  }

  /** Ends the connection when coins are not served, or not to this address now. */
  async sendCoins(
    to: Connection,
    request: MessageValue<'megaMMRSyncRequest'>,
    known: readonly PeerAddress[],
  ): Promise<void> {
    const { coins, told } = this.#parts
    const isAllowed = coins !== undefined && this.#mayHave('coins', to)
    try {
      const peers = withoutIPv6(known).slice(0, TOLD_PEERS_MAX).map(formatAddress).join(',')
      const payload = isAllowed ? await coins.answer(request, peers) : undefined
      if (payload === undefined || payload.length >= FRAME_CONTENT_MAX) to.close('not-served')
      else to.send({ type: messageType('megaMMRSyncResponse'), payload })
    } catch (error) {
      told?.({ kind: 'failed', error })
      to.close('not-served')
    }
  }

  #mayHave(service: 'ibd' | 'archive' | 'pong' | 'coins', { site }: Connection): boolean {
    return this.#budgets.tryTake(service, site, this.#parts.now())
  }
}
