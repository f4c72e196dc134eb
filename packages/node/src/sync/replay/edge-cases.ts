import { createGenesis, fromHex, sha3_256, utf8 } from '@minipolis/minima'
import { ReplayError } from '../../replay/index.ts'
import { anyFrame, FrameSplitter, messageName, WireError } from '../../wire/index.ts'
import type { EdgeCase } from './network-recording.ts'
import { ReplayPeer } from './replay-peer.ts'

/** Any time; the chain of the node under test begins then. */
const GENESIS_MS = 1_700_000_000_000
/** Names of our messages as recordings spell them. */
const SPELLED: Readonly<Record<string, string>> = {
  greeting: 'GREETING',
  ibd: 'IBD',
  txpowRequest: 'TXPOWREQ',
  txpow: 'TXPOW',
  singlePong: 'SINGLE_PONG',
  archiveData: 'ARCHIVE_DATA',
  txblock: 'TXBLOCK',
}

export interface EdgeOutcome {
  /** Sorted. */
  readonly answers: readonly string[]
  readonly closed: boolean
}

/** Sends the bytes of a case to a young node of ours, as a client that just connected. */
export async function runEdgeCase({ send }: EdgeCase, recordedTip: string): Promise<EdgeOutcome> {
  const peer = new ReplayPeer('incoming', GENESIS_MS, 9001)
  try {
    const genesis = createGenesis({ address: sha3_256(utf8('edge')), time: GENESIS_MS, prng: sha3_256(utf8('edge')) })
    peer.chain.begin(genesis)
    const ownTip = peer.chain.tip!.hex
    const bytes = fromHex(send.toUpperCase().replaceAll(recordedTip.slice(2), ownTip.slice(2)))
    const isCut = await playBytes(peer, bytes)
    return { answers: answersOf(peer), closed: isCut || peer.done.closed !== undefined }
  } finally {
    peer.close()
  }
}

async function playBytes(peer: ReplayPeer, bytes: Uint8Array): Promise<boolean> {
  const splitter = new FrameSplitter(anyFrame)
  splitter.push(bytes)
  try {
    for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
      if (frame !== 'empty') await peer.play(frame)
      if (peer.done.closed !== undefined) return true
    }
    return false
  } catch (error) {
    if (error instanceof WireError) return true
    throw error
  }
}

const answersOf = (peer: ReplayPeer): string[] =>
  peer.done.sent.map(({ type }) => SPELLED[messageName(type) ?? ''] ?? String(type)).sort()

/**
 * Whether our answer is a safe one: nothing is answered that the reference does not answer, and the connection ends only where
 * the reference ends it, or where one may be stricter. @throws ReplayError `mismatch`
 */
export function expectSafe({ id, answers, closed }: EdgeCase, ours: EdgeOutcome): void {
  const allowed = answers.map(({ name }) => name)
  for (const name of ours.answers) {
    const at = allowed.indexOf(name)
    if (at < 0)
      throw new ReplayError(
        'mismatch',
        `${id}: ${name} is answered, the reference answers ${answers.map((a) => a.name)}`,
      )
    allowed.splice(at, 1)
  }
  if (ours.closed && !closed) throw new ReplayError('mismatch', `${id}: the connection ends, the reference keeps it`)
}
