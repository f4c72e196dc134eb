import type { Token } from '@minipolis/minima'
import { RpcError } from './rpc-error.ts'
import type { RpcNode } from './rpc-node.ts'
import { TransactionLock } from './transactions/lock.ts'
import { TransactionRows } from './transactions/rows.ts'
import { SendPoll } from './transactions/send-poll.ts'
import type { DeliveryParts } from './webhooks/delivery.ts'
import { Webhooks } from './webhooks/webhooks.ts'

/** What the commands need of the messaging part. */
export interface Messaging {
  /** PKCS #8 of the key that signs messages. */
  privateKey(): Uint8Array
  counts(): { readonly hosts: number; readonly contacts: number }
}

/** What the commands of one node remember between calls. */
export class RpcState {
  /** Transactions that are built by hand. */
  readonly rows = new TransactionRows()
  readonly lock = new TransactionLock()
  readonly polls = new SendPoll()
  /** Tokens that were imported, by id. */
  readonly importedTokens = new Map<string, Token>()
  /** Addresses that events are told of. */
  readonly notified = new Set<string>()
  readonly webhooks: Webhooks
  /** Switches of the command `logs`. */
  readonly logs = new Map<string, boolean>()
  readonly startedMs: number
  /** Plugged in by the messaging part. */
  messaging: Messaging | undefined
  readonly #posting = new Set<Promise<unknown>>()

  constructor(node: RpcNode, deliveries: DeliveryParts) {
    this.startedMs = node.now()
    this.webhooks = new Webhooks(node, deliveries)
  }

  maximaCounts(): { readonly hosts: number; readonly contacts: number } {
    return this.messaging?.counts() ?? { hosts: 0, contacts: 0 }
  }

  /** @throws RpcError `unavailable` */
  messageKey(): Uint8Array {
    if (this.messaging === undefined)
      throw new RpcError('unavailable', 'this node has no messaging part; give a privatekey')
    return this.messaging.privateKey()
  }

  /** Remembers work under way, and tells the node when it fails. */
  follow(work: Promise<unknown>, node: RpcNode): void {
    const followed = work.then(
      () => undefined,
      (error: unknown) => node.failed(error),
    )
    this.#posting.add(followed)
    void followed.finally(() => this.#posting.delete(followed))
  }

  /** Ends what goes on by itself. */
  stop(): void {
    this.polls.stop()
    this.webhooks.stop()
  }

  /** Resolves when every transaction handed over so far is mined and posted, or failed. */
  async settled(): Promise<void> {
    while (this.#posting.size > 0) await Promise.all(this.#posting)
  }
}
