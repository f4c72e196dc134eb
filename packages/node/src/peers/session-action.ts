import type { Greeting } from '@minipolis/minima'
import type { Message, MessageName, MessageValue, P2PMessage } from '../wire/index.ts'
import type { Fault } from './conduct.ts'

/**
 * Why a connection ends, one line per word.
 *
 * - `other-network`: the greeting's version belongs to another network.
 * - `other-chain`: the peer's chain shares no block with ours.
 * - `greeting-late`: no greeting in time.
 * - `greeting-twice`: more greetings than any node sends.
 * - `idle`: no message for a long time.
 * - `slow`: a message was begun and not completed in time, or what was sent is not read.
 * - `flood`: more than is allowed.
 * - `misconduct`: the peer sends what no honest node sends.
 * - `memory`: what is half received would take too much memory.
 * - `banned`: the address is kept out.
 * - `full`: there is no place.
 * - `not-served`: a service was asked for that this node does not give.
 * - `swapped`: the peer was left for another on its wish.
 * - `itself`: this node had called itself.
 * - `ended`: the peer closed, or the line broke.
 * - `restarted`: this node connects anew.
 * - `stopped`: this node stops.
 */
export type CloseReason =
  | 'other-network'
  | 'other-chain'
  | 'greeting-late'
  | 'greeting-twice'
  | 'idle'
  | 'slow'
  | 'flood'
  | 'misconduct'
  | 'memory'
  | 'banned'
  | 'full'
  | 'not-served'
  | 'swapped'
  | 'itself'
  | 'ended'
  | 'restarted'
  | 'stopped'

/** What a session wants done. */
export type SessionAction =
  | { readonly do: 'send'; readonly message: Message }
  /** A payload that is at hand in its wire form. */
  | { readonly do: 'send-payload'; readonly name: MessageName; readonly payload: Uint8Array }
  /** The greeting was accepted: the peer takes part from now on. */
  | { readonly do: 'greeted'; readonly greeting: Greeting }
  /** Answer the greeting with the blocks that the peer lacks, unless this address had too many. */
  | { readonly do: 'send-ibd'; readonly greeting: Greeting }
  | { readonly do: 'send-archive'; readonly from: MessageValue<'archiveRequest'> }
  | { readonly do: 'send-pong' }
  /** Serve one that starts anew, where this node keeps all coins. */
  | { readonly do: 'send-coins'; readonly request: MessageValue<'megaMMRSyncRequest'> }
  /** Get these units from this peer, or from another that announced them. */
  | { readonly do: 'want'; readonly ids: readonly Uint8Array[] }
  /** A unit came: nobody needs to be asked for it any more. */
  | { readonly do: 'have'; readonly id: string }
  /** The body is not the one that was mined: ask others. */
  | { readonly do: 'other-body'; readonly id: Uint8Array; readonly payload: Uint8Array }
  /** Tell all peers of a unit that passed. */
  | { readonly do: 'announce'; readonly id: Uint8Array }
  /** Tell all peers of blocks that entered the tree. */
  | { readonly do: 'blocks'; readonly ids: readonly Uint8Array[] }
  /** Work on a chain download. */
  | { readonly do: 'download'; readonly payload: Uint8Array }
  | { readonly do: 'older'; readonly payload: Uint8Array }
  /** The peer can be reached by this key over this connection. */
  | { readonly do: 'host-maxima'; readonly key: Uint8Array }
  | {
      readonly do: 'deliver-maxima'
      readonly message: MessageValue<'maximaTxPoW'>
      readonly payload: Uint8Array
    }
  | { readonly do: 'maxima-address'; readonly text: string }
  | { readonly do: 'p2p'; readonly message: P2PMessage }
  /** Text of an operator, cleaned. */
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'blame'; readonly fault: Fault; readonly detail: string }
  /** `afterMs`: what was sent before should still arrive. */
  | { readonly do: 'close'; readonly reason: CloseReason; readonly afterMs?: number }
