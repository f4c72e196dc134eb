import { MinipolisError } from '../errors/minipolis-error.ts'
import { RulesError } from './rules-error.ts'

/** Why foreign data is refused. Each judgement of the rules is one of these. */
export const REJECT_CODES = {
  'chain-id': 'the unit belongs to another chain',
  'no-body': 'a unit that must carry a transaction or a list is a bare header',
  'not-a-block': 'the id is not below the block difficulty',
  'block-number': 'the number is not one above the parent',
  'super-parent': 'a super parent is not the last block of its level',
  'block-time': 'the time is outside the day above the median of the blocks before',
  'block-difficulty': 'the difficulty is not the one that follows from the blocks before',
  magic: 'the current magic values are not those that follow from the parent',
  'too-many-transactions': 'the block lists more transactions than it may',
  'missing-transaction': 'a listed transaction is not at hand',
  'coin-used-twice': 'a coin is proved more than once',
  'mmr-root': 'root or total of the coin MMR differ from the header',
  'previous-peaks': 'the peaks a block starts from are not those of its parent',
  amount: 'amounts are out of range, or outputs exceed inputs',
  'no-inputs': 'a transaction without inputs',
  'proof-count': 'not one coin proof per input',
  'input-mismatch': 'an input differs from the coin that is proved for it',
  'token-mismatch': 'a token is missing or does not hash to its id',
  'coin-spent': 'a proved coin is marked as spent',
  'script-missing': 'no script of the witness has the address of an input',
  'link-hash': 'the link hash is not the one its place asks for',
  signature: 'a signature does not verify',
  'transaction-work': 'the declared work is easier than the chain asks for',
  'txpow-size': 'the unit is larger than the chain allows',
  'state-size': 'the outputs store more state than the chain allows',
  'coin-proof': 'a coin proof does not show an unspent coin of this chain',
  'script-failed': 'a coin script did not end with success',
  'token-script-failed': 'a token script did not end with success',
  'too-many-outputs': 'a transaction has more outputs than is relayed',
  'far-future': 'the block time is too far above the local clock to be relayed',
  'too-easy': 'the block is more than a hundred times easier than the tip',
  overflow: 'a sum or a token amount leaves the range of numbers',
  malformed: 'the data cannot be judged: a part of it makes a computation fail',
} as const

export type RejectCode = keyof typeof REJECT_CODES

export interface Rejection {
  readonly ok: false
  readonly code: RejectCode
  /** A sentence without a full stop: what was expected and what came. */
  readonly detail: string
}

/** A judgement about what a stranger sent. */
export type CheckResult = { readonly ok: true } | Rejection

export const ACCEPTED: CheckResult = { ok: true }

export const reject = (code: RejectCode, detail: string): Rejection => ({ ok: false, code, detail })

/** The first check that refuses, else acceptance. Later ones are not run. */
export function checkAll(...checks: readonly (() => CheckResult)[]): CheckResult {
  for (const check of checks) {
    const result = check()
    if (!result.ok) return result
  }
  return ACCEPTED
}

/** The first item that is refused decides. Foreign lists go through here: they are too long for arguments. */
export function checkEach<T>(items: Iterable<T>, check: (item: T) => CheckResult): CheckResult {
  for (const item of items) {
    const result = check(item)
    if (!result.ok) return result
  }
  return ACCEPTED
}

/**
 * Runs a check on foreign data. Where a computation on it fails, as by a number out of range or a proof too short, the data is
 * refused: the reference throws there and drops the unit too. Defects of our own are not hidden.
 */
export function judge(check: () => CheckResult): CheckResult {
  try {
    return check()
  } catch (error) {
    if (error instanceof RulesError) return reject(error.code, error.message)
    if (error instanceof MinipolisError)
      return reject(error.code === 'number-range' ? 'overflow' : 'malformed', error.message)
    // A number or list beyond what the host can hold.
    if (error instanceof RangeError) return reject('malformed', error.message)
    throw error
  }
}
