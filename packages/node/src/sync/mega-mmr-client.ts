import { CoinProof, decode, encode, MiniNumber, miniNumber, Reader } from '@minipolis/minima'
import { askOnce, type PeerAddress } from '../peers/index.ts'
import { Turns } from '../threads/index.ts'
import { FRAME_CONTENT_MAX, IbdReader, readCoinProofs } from '../wire/index.ts'
import type { CoinNames } from './mega-mmr-service.ts'

/** Milliseconds for the whole answer. Source: spec 06 section 10 */
const ANSWER_MS = 180_000
/** Bytes of the answer to a question that only tests the connection. */
const EMPTY_BYTES_MAX = 64 * 1024

/** What a node that keeps all coins gives to one that starts anew. Nothing of it is checked but its form. */
export interface ResyncAnswer {
  /** A complete chain in wire form. */
  readonly ibd: Uint8Array
  readonly coins: readonly CoinProof[]
}

/**
 * Asks a node that keeps all coins for its chain and the coins of a wallet: first whether it is there, then for everything.
 *
 * @throws PeersError `no-answer`, CodecError, WireError `message-limit`
 */
export async function askForCoins(address: PeerAddress, names: CoinNames): Promise<ResyncAnswer> {
  await askOnce(address, {
    question: { name: 'archiveRequest', value: MiniNumber.of(-1) },
    answer: 'archiveData',
    bytesMax: EMPTY_BYTES_MAX,
  })
  const { payload } = await askOnce(address, {
    question: { name: 'megaMMRSyncRequest', value: { version: MiniNumber.ONE, ...names } },
    answer: 'megaMMRSyncResponse',
    bytesMax: FRAME_CONTENT_MAX,
    timeoutMs: ANSWER_MS,
  })
  return readAnswer(payload)
}

/** Where the coins begin is known only when every block has been read. */
async function readAnswer(payload: Uint8Array): Promise<ResyncAnswer> {
  const version = new Reader(payload)
  miniNumber.read(version)
  const rest = payload.subarray(version.offset)
  const blocks = new IbdReader(rest)
  await inTurns(() => blocks.next() !== undefined)

  const reader = new Reader(rest)
  reader.offset = blocks.offset
  const proofs = readCoinProofs(reader)
  const coins: CoinProof[] = []
  await inTurns(() => {
    const { done, value } = proofs.next()
    // A copy: what was read is a view of the whole answer.
    if (!done) coins.push(decode(CoinProof, encode(CoinProof, value)))
    return !done
  })
  return { ibd: rest.subarray(0, blocks.offset), coins }
}

async function inTurns(step: () => boolean): Promise<void> {
  const turns = new Turns()
  while (step()) if (turns.isOver) await turns.next()
}
