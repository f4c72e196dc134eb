import { stateSize, type Transaction, type TxPoW } from '../objects/index.ts'
import { ACCEPTED, type CheckResult, judge, reject } from './check-result.ts'

/** Bytes of state that the outputs of a transaction keep; an empty list takes 3. */
const storedBytes = ({ outputs, state }: Transaction): number =>
  outputs.filter((output) => output.storeState).length * stateSize(state)

/**
 * What both transactions of a unit make the chain store must fit the limit.
 * Source: minima-global/Minima: src/org/minima/system/network/minima/RelayPolicy.java (checkMaxStateStoreSize)
 *
 * @param bytesMax in blocks the current largest TxPoW size, its fraction cut off
 */
export const checkStateStore = ({ body }: TxPoW, bytesMax: bigint): CheckResult =>
  judge(() => {
    if (body === null) return reject('no-body', 'a bare header stores no state')
    const bytes = storedBytes(body.transaction) + storedBytes(body.burnTransaction)
    return BigInt(bytes) > bytesMax
      ? reject('state-size', `outputs store ${bytes} bytes of state, at most ${bytesMax}`)
      : ACCEPTED
  })
