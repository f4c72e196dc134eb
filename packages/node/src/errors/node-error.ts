import { MinipolisError } from '@minipolis/minima'

/**
 * What can go wrong around a running node, one line per code.
 *
 * - `wrong-network`: the data folder belongs to another network.
 * - `wrong-version`: the data folder was written by another version of the store.
 * - `store-locked`: another process has the data folder open.
 * - `store-damaged`: what was read from the data folder is not what a node writes.
 * - `disk-full`: the disk has no room left; nothing that was stored before is lost.
 * - `store-failed`: any other fault of the disk or the database.
 * - `no-chain`: the node has no block yet and may not make one.
 * - `not-running`: the node was not started, or was stopped while the work was waiting.
 * - `queue-full`: too many transactions wait for the miner.
 * - `transaction-invalid`: the transaction breaks a rule of the chain; facts name the rule.
 * - `transaction-too-large`: the transaction is over a limit above which no node relays it.
 * - `thread-failed`: a worker thread ended by itself.
 */
export type NodeErrorCode =
  | 'wrong-network'
  | 'wrong-version'
  | 'store-locked'
  | 'store-damaged'
  | 'disk-full'
  | 'store-failed'
  | 'no-chain'
  | 'not-running'
  | 'queue-full'
  | 'transaction-invalid'
  | 'transaction-too-large'
  | 'thread-failed'

export class NodeError extends MinipolisError<NodeErrorCode> {}

/** Whether a typed error tells of something wrong in what was read, rather than of this node: who sent that may be to blame. */
export const isFaultOfInput = (error: unknown): error is MinipolisError =>
  error instanceof MinipolisError && !(error instanceof NodeError)

/**
 * What the wallet refuses, one line per code.
 *
 * - `insufficient-funds`: the wallet's coins do not reach the amount, even when all of them were free.
 * - `coins-busy`: there is enough, but coins are still unconfirmed or reserved by another transaction; ask again later.
 * - `unknown-coin`: no unspent coin of that id is known.
 * - `unknown-script`: the script behind an address is not known.
 * - `unknown-key`: the public key is not one of the wallet's.
 * - `unknown-token`: no coin of that token is known.
 * - `key-exhausted`: every one-time key of this key was used; it must never sign again.
 * - `bad-phrase`: the text is not a seed phrase.
 * - `bad-script`: the text is empty or too long to be a script.
 * - `bad-draft`: the transaction draft contradicts itself.
 * - `locked`: the seed is locked by a password, so nothing can be signed and no key be made.
 * - `not-locked`: there is no lock to open.
 * - `wrong-password`: the password does not open the wallet.
 */
export type WalletErrorCode =
  | 'insufficient-funds'
  | 'coins-busy'
  | 'unknown-coin'
  | 'unknown-script'
  | 'unknown-key'
  | 'unknown-token'
  | 'key-exhausted'
  | 'bad-phrase'
  | 'bad-script'
  | 'bad-draft'
  | 'locked'
  | 'not-locked'
  | 'wrong-password'

export class WalletError extends MinipolisError<WalletErrorCode> {}
