import { bodyHash, bytesEqual, type TxPoW } from '@minipolis/minima'

const known = new WeakMap<TxPoW, boolean>()

/**
 * Whether the body is the one that the header was mined for. Nothing in the chain's rules asks for it, so a block may have another;
 * but mostly somebody changed it on the way. Source: spec 06 section 13.2, C2
 */
export function hasMinedBody(txpow: TxPoW): boolean {
  let isMined = known.get(txpow)
  if (isMined === undefined) {
    const { header, body } = txpow
    isMined = body !== null && bytesEqual(bodyHash(body), header.bodyHash)
    known.set(txpow, isMined)
  }
  return isMined
}
