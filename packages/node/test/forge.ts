import {
  bodyHash,
  compareBytes,
  type TxHeader as Header,
  mineNonces,
  type TxBody,
  type TxPoW,
  txpowId,
} from '@minipolis/minima'
import { NONCE_OFFSET, nonceOf, searchedHeader } from '../src/miner/nonce.ts'
import { NONCE_BYTES } from '../src/threads/index.ts'

const ATTEMPTS = 50_000_000

/** Changes a unit and does the work for it again, to a target of its own or that of its header. */
export function forge(
  txpow: TxPoW,
  change: { readonly header?: Partial<Header>; readonly body?: Partial<TxBody>; readonly target?: Uint8Array } = {},
): TxPoW {
  const body = { ...txpow.body!, ...change.body }
  const header = { ...txpow.header, bodyHash: bodyHash(body), ...change.header }
  const range = { nonceOffset: NONCE_OFFSET, nonceLength: NONCE_BYTES, startCounter: 1n, attempts: ATTEMPTS }
  const counter = mineNonces(searchedHeader(header), range, change.target ?? header.blockDifficulty)
  return { header: { ...header, nonce: nonceOf(counter!) }, body }
}

/** The transaction with other random bytes, so that the work is not for it; now and then they happen to hit the target. */
export function unworked({ header, body }: TxPoW): TxPoW {
  for (let byte = 0; ; byte++) {
    const changed = { ...body!, prng: new Uint8Array(32).fill(byte) }
    const unit = { header: { ...header, bodyHash: bodyHash(changed) }, body: changed }
    if (compareBytes(txpowId(unit), changed.transactionDifficulty) >= 0) return unit
  }
}
