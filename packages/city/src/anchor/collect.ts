import {
  bagPeaks,
  bytesEqual,
  CoinProof,
  coinProofPeak,
  decodeExact,
  encode,
  headerId,
  list,
  MMRData,
  mmrDataEqual,
  TxBody,
  TxHeader,
  toHex,
} from '@minipolis/minima'
import { fromBase64, toBase64 } from '../crypto/index.ts'
import type { Hex, Inclusion, Ledger } from '../ledger/ledger.ts'
import type { AnchorProof, CoinEvidence } from './anchor-record.ts'
import { type HeaderLookup, headerPath } from './header-path.ts'

/** Hash length and a number of at least three bytes. */
const PEAK_SIZE_MIN = 7

/** Wire form of the peaks in evidence: hash and value each, highest row first. */
export const Peaks = list(MMRData, { sizeMin: PEAK_SIZE_MIN })

/**
 * Collects everything that proves an anchor at the block that confirms it: obligation 2 of an anchorer.
 *
 * @returns `undefined` when the ledger has moved on between two questions: ask again at the next block
 */
export async function collectProof(
  ledger: Ledger,
  inclusion: Inclusion,
  coinId: Hex,
): Promise<AnchorProof | undefined> {
  const block = await ledger.block({ id: inclusion.block.id })
  if (!block) return undefined
  const { body, header } = block.txpow
  if (inclusion.as === 'listed' && !body) return undefined
  const coin = await collectCoin(ledger, coinId)
  const atCoin = coin && (await ledger.block({ number: BigInt(coin.block) }))
  const headers = atCoin
    ? await headerPath({ id: atCoin.id, header: atCoin.txpow.header }, block, lookupIn(ledger))
    : [header]
  if (!headers) return undefined
  return {
    block: { number: Number(block.number), id: block.id },
    body: inclusion.as === 'listed' ? toBase64(encode(TxBody, body!)) : null,
    coin: coin ?? null,
    headers: headers.map((h) => toBase64(encode(TxHeader, h))),
  }
}

/** A coin proof together with all peaks of its block, checked against the header. */
export async function collectCoin(ledger: Ledger, coinId: Hex): Promise<CoinEvidence | undefined> {
  const proof = await ledger.coinProof(coinId)
  if (!proof) return undefined
  const number = proof.proof.blockTime.toBigInt()
  const block = await ledger.block({ number })
  if (!block) return undefined
  const peaks = block.peaks.map((entry) => entry.data)
  const root = bagPeaks(peaks)
  const peak = coinProofPeak(proof)
  const { mmrRoot, mmrTotal } = block.txpow.header
  if (!root || !bytesEqual(root.data, mmrRoot) || !root.value.equals(mmrTotal)) return undefined
  if (!peaks.some((candidate) => mmrDataEqual(candidate, peak))) return undefined
  return { proof: toBase64(encode(CoinProof, proof)), peaks: toBase64(encode(Peaks, peaks)), block: Number(number) }
}

/**
 * Continues the header path of a proof to a later block, by way of the block that its coin proof needs.
 *
 * @returns `undefined` when the ledger no longer has the headers between
 */
export async function extendHeaders(
  ledger: Ledger,
  proof: AnchorProof,
  top: { readonly id: Hex; readonly header: TxHeader },
): Promise<readonly string[] | undefined> {
  const kept = proof.headers.map((text) => decodeExact(TxHeader, fromBase64(text)))
  const byId = new Map(kept.map((header) => [toHex(headerId(header)), header]))
  const lookup: HeaderLookup = async (id) => byId.get(id) ?? (await lookupIn(ledger)(id))
  const via = kept.findIndex(
    (header) => header.blockNumber.toBigInt() >= BigInt(proof.coin?.block ?? proof.block.number),
  )
  const from = kept[via]
  if (!from) return undefined
  const number = from.blockNumber.toBigInt()
  if (top.header.blockNumber.toBigInt() <= number) return undefined
  const rest = await headerPath(top, { id: toHex(headerId(from)), number }, lookup)
  return rest && [...kept.slice(0, via), ...rest].map((header) => toBase64(encode(TxHeader, header)))
}

const lookupIn =
  (ledger: Ledger): HeaderLookup =>
  async (id) =>
    (await ledger.block({ id }))?.txpow.header
