import {
  CASCADE_LEVELS,
  fromHex,
  headerId,
  type JsonObject,
  type Magic,
  MiniNumber,
  type TxHeader,
  toHex,
} from '@minipolis/minima'
import { LedgerError } from './ledger-error.ts'
import { integerOf, listOf, objectOf, textOf } from './rpc-json.ts'

/** Decimals that a number of the chain can be written with. */
const SCALE_MAX = 44
/** The genesis amount is written with scale -9. */
const SCALE_LEAST = -9

/**
 * The header of a unit from its JSON. JSON does not say with how many zeros a number was written, and the id covers the
 * written form: the forms are tried until one has the id.
 *
 * @throws LedgerError `unavailable` when none has: then the answer was not what the node has
 */
export function headerFromJson(txpow: JsonObject): TxHeader {
  const id = textOf(txpow, 'txpowid')
  const json = objectOf(txpow.get('header'), 'header')
  const number = (name: string): MiniNumber => MiniNumber.parse(textOf(json, name))
  const base: TxHeader = {
    nonce: number('nonce'),
    chainId: fromHex(textOf(json, 'chainid')),
    time: number('timemilli'),
    blockNumber: number('block'),
    blockDifficulty: fromHex(textOf(json, 'blkdiff')),
    superParents: superParentsFromJson(json),
    mmrRoot: fromHex(textOf(json, 'mmr')),
    mmrTotal: number('total'),
    magic: magicFromJson(objectOf(json.get('magic'), 'magic')),
    customHash: fromHex(textOf(json, 'customhash')),
    bodyHash: fromHex(textOf(json, 'txbodyhash')),
  }
  for (const nonce of writtenForms(base.nonce)) {
    for (const mmrTotal of writtenForms(base.mmrTotal)) {
      const header = { ...base, nonce, mmrTotal }
      if (toHex(headerId(header)) === id) return header
    }
  }
  throw new LedgerError('unavailable', `the header of ${id} does not have that id`, { id })
}

/** The same number with every scale it can have, the most likely ones first. */
function* writtenForms(number: MiniNumber): Generator<MiniNumber> {
  yield number
  for (let scale = SCALE_LEAST; scale <= SCALE_MAX; scale++) {
    const shift = scale - number.scale
    if (shift > 0) yield MiniNumber.raw(number.unscaled * 10n ** BigInt(shift), scale)
    else if (shift < 0 && number.unscaled % 10n ** BigInt(-shift) === 0n) {
      yield MiniNumber.raw(number.unscaled / 10n ** BigInt(-shift), scale)
    }
  }
}

function superParentsFromJson(json: JsonObject): Uint8Array[] {
  const parents = listOf(json.get('superparents'), 'superparents').flatMap((value) => {
    const run = objectOf(value, 'superparents')
    const count = Number(integerOf(run, 'count'))
    if (count < 1 || count > CASCADE_LEVELS)
      throw new LedgerError('unavailable', 'a run of super parents has no length')
    const parent = fromHex(textOf(run, 'parent'))
    return Array.from({ length: count }, () => parent)
  })
  if (parents.length === CASCADE_LEVELS) return parents
  throw new LedgerError('unavailable', `a header has ${CASCADE_LEVELS} super parents, not ${parents.length}`)
}

function magicFromJson(json: JsonObject): Magic {
  const number = (name: string): MiniNumber => MiniNumber.parse(textOf(json, name))
  return {
    currentMaxTxPoWSize: number('currentmaxtxpowsize'),
    currentMaxKissVmOps: number('currentmaxkissvmops'),
    currentMaxTransactions: number('currentmaxtxn'),
    currentMinTxPoWWork: fromHex(textOf(json, 'currentmintxpowwork')),
    desiredMaxTxPoWSize: number('desiredmaxtxpowsize'),
    desiredMaxKissVmOps: number('desiredmaxkissvmops'),
    desiredMaxTransactions: number('desiredmaxtxn'),
    desiredMinTxPoWWork: fromHex(textOf(json, 'desiredmintxpowwork')),
  }
}
