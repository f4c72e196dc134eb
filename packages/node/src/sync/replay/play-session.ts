import { data, decode, Greeting, IBD, isTransaction, parentId, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { expectSame, ReplayError } from '../../replay/mismatch.ts'
import { type Frame, type MessageName, messageName } from '../../wire/index.ts'
import { type Direction, type RecordedConnection, type TimedFrame, timedFrames } from './network-recording.ts'
import type { RecordedUnits } from './recorded-units.ts'
import { ReplayPeer } from './replay-peer.ts'

export type Side = 'client' | 'server'

/**
 * Plays one side of a recorded connection against our own peer code on the other: the recorded frames of the far side come in
 * their recorded order, units that the near side made itself are made when it told of them, and what our code asks, answers and
 * announces is compared. What the near side had from other connections it has here too, if the recording holds it; blocks beyond
 * that are out of reach, and nothing is asked of them.
 *
 * @param units of the whole recording
 * @throws ReplayError `mismatch`
 */
export async function playSession(connection: RecordedConnection, side: Side, units: RecordedUnits): Promise<void> {
  const frames = timedFrames(connection)
  const near: Direction = side === 'client' ? 'c2s' : 's2c'
  const recorded = new RecordedSide(frames, near, units)
  const peer = new ReplayPeer(side === 'client' ? 'outgoing' : 'incoming', newestTime(frames), recorded.port)
  try {
    const chain = side === 'server' ? recorded.firstPayload('ibd') : undefined
    if (chain !== undefined) await peer.preload(chain)
    if (side === 'client') await peer.open()
    for (const { dir, frame } of frames) {
      if (dir !== near) {
        await peer.play(frame)
        // What was announced while a chain was being taken is looked at when time passes.
        await peer.tick(peer.nowMs)
      } else recorded.made(frame, peer)
    }
    compare(recorded, peer, side)
  } finally {
    peer.close()
  }
}

/**
 * Plays the far side of a connection whose near side's chain is not known: whatever an honest node sends, our code without a
 * chain holds nothing against it and stays, unless it has to see that the chains differ.
 *
 * @throws ReplayError `mismatch`
 */
export async function playBlind(connection: RecordedConnection, side: Side): Promise<void> {
  const frames = timedFrames(connection)
  const near: Direction = side === 'client' ? 'c2s' : 's2c'
  const peer = new ReplayPeer(side === 'client' ? 'outgoing' : 'incoming', newestTime(frames), 0)
  try {
    await peer.open()
    for (const { dir, frame } of frames) {
      if (dir !== near) await peer.play(frame)
      // The recorded near side had a chain and asked; units that came for it are not unasked.
      else if (messageName(frame.type) === 'txpowRequest') peer.asks(decode(data, frame.payload))
    }
    expectSame('blamed', peer.done.blamed, [])
    const { closed } = peer.done
    // Only a node of the reference with a table of all coins serves that.
    if (closed !== 'other-chain' && closed !== 'not-served') expectSame('closed', closed ?? 'no', 'no')
  } finally {
    peer.close()
  }
}

/** Whether the near side's chain at the beginning is known: empty, or sent whole in this connection. */
export function isPlayable(connection: RecordedConnection, side: Side): boolean {
  if (connection.c2s_start > 0 || connection.s2c_start > 0) return false
  const greeting = timedFrames(connection).find(({ dir, frame }) => dir === 'c2s' && frame.type === 0)
  if (greeting === undefined || !decode(Greeting, greeting.frame.payload).topBlock.isNegative()) return false
  const ibd = timedFrames(connection).find(({ dir, frame }) => dir === 's2c' && frame.type === 1)
  return ibd !== undefined && (side === 'client' || decode(IBD, ibd.frame.payload).blocks.length > 0)
}

/** What the near side did in the recording. */
class RecordedSide {
  readonly #frames: readonly Frame[]
  readonly #far: readonly Frame[]
  readonly #units: RecordedUnits

  constructor(frames: readonly TimedFrame[], near: Direction, units: RecordedUnits) {
    this.#frames = frames.filter(({ dir }) => dir === near).map(({ frame }) => frame)
    this.#far = frames.filter(({ dir }) => dir !== near).map(({ frame }) => frame)
    this.#units = units
  }

  /** The port that the near side's greeting tells. */
  get port(): number {
    const greeting = this.firstPayload('greeting')
    return greeting === undefined ? 0 : Number(decode(Greeting, greeting).extra?.get('port') ?? 0)
  }

  payloads(name: MessageName): Uint8Array[] {
    return payloadsOf(this.#frames, name)
  }

  firstPayload(name: MessageName): Uint8Array | undefined {
    return this.payloads(name)[0]
  }

  /** Units that came from the far side. */
  received(): Set<string> {
    return new Set(payloadsOf(this.#far, 'txpow').map(idOf))
  }

  ids(name: MessageName): string[] {
    return this.payloads(name).map((payload) => toHex(decode(data, payload)))
  }

  unit(id: string): TxPoW | undefined {
    return this.#units.get(id)
  }

  /** The near side told of a unit: when it does not have it from the far side, it has it from now on. */
  made(frame: Frame, peer: ReplayPeer): void {
    if (messageName(frame.type) !== 'txpowId') return
    const id = toHex(decode(data, frame.payload))
    const unit = this.#units.get(id)
    if (unit !== undefined && !peer.isKnown(id) && !this.received().has(id)) peer.make(unit)
  }
}

function compare(recorded: RecordedSide, peer: ReplayPeer, side: Side): void {
  const { sent, asked, announced, blocks, blamed, closed } = peer.done
  expectSame('blamed', blamed, [])
  expectSame('closed', closed ?? 'no', 'no')
  const received = recorded.received()
  expectAll('asked for', recorded.ids('txpowRequest'), asked)
  const passedOn = recorded.ids('txpowId').filter((id) => received.has(id) && isInReach(id, recorded, peer))
  expectAll('announced', passedOn, announced)
  const inTree = recorded.ids('txblockId').filter((id) => received.has(id) && peer.chain.tree.get(id) !== undefined)
  expectAll('told of as a block', inTree, blocks)

  const ours = new Map(payloadsOf(sent, 'txpow').map((payload) => [idOf(payload), toHex(payload)]))
  for (const payload of recorded.payloads('txpow')) {
    const id = idOf(payload)
    if (peer.isKnown(id)) expectSame(`the answer for ${id}`, ours.get(id), toHex(payload))
  }
  expectSame('the greeting', greetingOf(payloadsOf(sent, 'greeting')[0]), greetingOf(recorded.firstPayload('greeting')))
  if (side === 'server') expectSame('the chain', hexOf(payloadsOf(sent, 'ibd')[0]), hexOf(recorded.firstPayload('ibd')))
  const older = recorded.firstPayload('ibdRequest')
  if (older !== undefined)
    expectSame('the wish for older blocks', hexOf(payloadsOf(sent, 'ibdRequest')[0]), hexOf(older))
}

/** A transaction can only be judged on the chain that it was made on. */
function isInReach(id: string, recorded: RecordedSide, { chain }: ReplayPeer): boolean {
  const unit = recorded.unit(id)
  return unit === undefined || !isTransaction(unit) || chain.tree.get(toHex(parentId(unit.header))) !== undefined
}

function expectAll(what: string, wanted: readonly string[], found: ReadonlySet<string>): void {
  const lacking = wanted.filter((id) => !found.has(id))
  if (lacking.length > 0) throw new ReplayError('mismatch', `not ${what}: ${lacking.join(', ')}`, { what })
}

const payloadsOf = (frames: readonly Frame[], name: MessageName): Uint8Array[] =>
  frames.filter(({ type }) => messageName(type) === name).map(({ payload }) => payload)

const idOf = (payload: Uint8Array): string => toHex(txpowId(decode(TxPoW, payload)))
const hexOf = (payload: Uint8Array | undefined): string => (payload === undefined ? 'none' : toHex(payload))

/** What is the same in the greetings of two nodes of one chain: the host is only there when it was set by hand. */
function greetingOf(payload: Uint8Array | undefined): unknown {
  if (payload === undefined) return 'none'
  const { version, topBlock, chain, extra } = decode(Greeting, payload)
  return [version, String(topBlock), chain.map(toHex), extra?.get('port')]
}

function newestTime(frames: readonly TimedFrame[]): number {
  let newest = 0
  for (const { frame } of frames) {
    if (messageName(frame.type) === 'txpow') {
      newest = Math.max(newest, Number(decode(TxPoW, frame.payload).header.time.toBigInt()))
    }
  }
  return newest
}
