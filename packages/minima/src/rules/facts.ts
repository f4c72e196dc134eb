import { type TxPoW, type TxPoWFacts, txpowFacts } from '../objects/index.ts'

const known = new WeakMap<TxPoW, TxPoWFacts>()

/**
 * Id, size and the other derived values of a unit, computed once per object: a unit is judged on receipt, for the mempool and
 * in a block, and never changes.
 */
export function factsOf(txpow: TxPoW): TxPoWFacts {
  let facts = known.get(txpow)
  if (facts === undefined) {
    facts = txpowFacts(txpow)
    known.set(txpow, facts)
  }
  return facts
}
