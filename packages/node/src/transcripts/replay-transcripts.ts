import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MinipolisError } from '@minipolis/minima'
import { FILES_FOLDER } from '../rpc/folder-files.ts'
import { differences } from './compare.ts'
import { recordedDraws } from './draws.ts'
import { type BlockClock, RecordedNode } from './recorded-node.ts'
import { seededBytes } from './seeded-bytes.ts'
import { recordedTip } from './timeline.ts'
import { type Recorded, type Transcript, TranscriptError, type TranscriptFile, valueAt } from './transcript.ts'
import { Variables } from './variables.ts'

/** Time of the first block. */
const START_MS = Date.UTC(2026, 10, 22)
/** Blocks that a call is repeated over. */
const POLLS_MAX = 40
const SYNC_MS_MAX = 20_000
const SYNC_STEP_MS = 20
/** Blocks that stand when the recording begins: the first, and one on top. */
const BLOCKS_BEFORE = 2
/** As many blocks as the recorded network made in the time between two tries of `sendpoll`. */
const POLL_BLOCKS = 7
/** Calls that come back with mined units. */
const WAITS_FOR_MINING = /mine:true|^txnmine|^multisig.* action:post|^(sendfrom|consolidatefrom) /i
/** What the first coin holds. */
const GENESIS_AMOUNT = '1000000000'
/**
 * The recording does not name every address that its wallet drew; which key signs 202, 263 and 308 hangs on one of them. With this
 * seed ours draws as the recorded one did (with 1, for example, those three differ). Replays must not hang on chance.
 */
const SEED = 2

export interface ReplayParts {
  /** An empty folder for the nodes' files. */
  readonly folder: string
}

export interface TranscriptResult {
  readonly transcript: Transcript
  /** Empty when our reply is as good as the recorded one. */
  readonly differences: readonly string[]
}

/**
 * Calls our own nodes as the recording called the reference, one result after the other: a deterministic reply must be the same
 * but for Java's exception texts, any other must have the same members, order and types, and the same values where the recording
 * says that they do not vary.
 */
export async function* replayTranscripts(
  { meta, transcripts }: TranscriptFile,
  parts: ReplayParts,
): AsyncGenerator<TranscriptResult> {
  const [first] = transcripts
  if (first === undefined) return
  const session = new Session(meta.seeds, first.node, parts)
  try {
    await session.start(first.node)
    session.begin(transcripts)
    for (const [index, transcript] of transcripts.entries()) {
      await session.start(transcript.node)
      yield { transcript, differences: await session.judge(transcript, transcripts[index + 1]) }
    }
  } finally {
    await session.stop()
  }
}

class Session {
  readonly #seeds: TranscriptFile['meta']['seeds']
  readonly #firstName: string
  readonly #parts: ReplayParts
  readonly #clock: BlockClock = { ms: START_MS }
  readonly #nodes = new Map<string, RecordedNode>()
  readonly #variables = new Variables(this.#nodes)
  readonly #random = seededBytes(SEED)
  #height = 0
  #lastNumber = 0
  /** Height at which waiting payments were tried last. */
  #polledAt = 0

  /** @param first the node that is called first: the recording began with it, and it makes the blocks */
  constructor(seeds: TranscriptFile['meta']['seeds'], first: string, parts: ReplayParts) {
    this.#seeds = seeds
    this.#firstName = first
    this.#parts = parts
  }

  async start(name: string): Promise<void> {
    if (this.#nodes.has(name)) return
    const folder = join(this.#parts.folder, name)
    await mkdir(folder, { recursive: true })
    const phrase = (this.#seeds[name] ?? '').toUpperCase()
    this.#nodes.set(name, await RecordedNode.start({ name, phrase, folder, clock: this.#clock, random: this.#random }))
  }

  /** The reference draws the address of the first coin; the recording says which one it drew. */
  begin(transcripts: readonly Transcript[]): void {
    const node = this.#first()
    const own = node.interchangeable()[2]!
    const drawn = transcripts.map(({ response }) => genesisAddress(response, own)).find((found) => found !== undefined)
    node.begin(drawn ?? [...own][0]!)
  }

  async judge(transcript: Transcript, next: Transcript | undefined): Promise<string[]> {
    try {
      await this.#prepare(transcript)
      // Replies came before their transactions were in a block, so that waiting counts from before.
      this.#height = this.#first().tip
      const line = this.#variables.expand(transcript)
      const reply = await this.#reply(transcript, line, next)
      this.#variables.capture(transcript, reply)
      const recorded = { ...transcript, response: withRequest(transcript, line) }
      const sets = [...this.#nodes.values()].flatMap((node) => node.interchangeable())
      return differences(recorded, reply, { sets })
    } catch (error) {
      if (error instanceof MinipolisError) return [`${error.code}: ${error.message}`]
      throw error
    }
  }

  async stop(): Promise<void> {
    for (const node of this.#nodes.values()) await node.stop()
  }

  /** Brings the chain to where the recorded one stood: the recorded node went on mining between the calls. */
  async #prepare(transcript: Transcript): Promise<void> {
    const { n, waitBlocks = 0, waitSync, pollUntil } = transcript
    if (n === 1) await this.#mineTo(BLOCKS_BEFORE)
    const recorded = pollUntil === undefined ? recordedTip(transcript) : undefined
    const waited = this.#height + waitBlocks
    // A reply shows the tip after signing; where that may be one more than the tip of the call, waiting says what the call saw.
    const target = recorded === undefined || (waitBlocks > 0 && waited === recorded - 1) ? waited : recorded
    // Numbers that are left out were calls too: time passed.
    const isLater = n > this.#lastNumber + 1 || waitSync === true || pollUntil !== undefined
    this.#lastNumber = n
    if (!isLater && target <= this.#first().tip) return
    await this.#settle()
    await this.#mineTo(target)
    if (waitSync === true || this.#isConnected()) await this.#synced()
  }

  async #reply(transcript: Transcript, line: string, next: Transcript | undefined): Promise<Recorded> {
    const node = this.#nodes.get(transcript.node)!
    const waits = WAITS_FOR_MINING.test(line) && !/mine:false/i.test(line)
    // The mined unit is shown: its block follows the tip that it was mined on, which may be newer than what the call saw.
    const mines = waits ? () => this.#mineTo(recordedTip(transcript) ?? 0) : undefined
    const { pollUntil } = transcript
    node.setDraws(recordedDraws(transcript, next))
    for (let polls = 0; ; polls++) {
      const reply = JSON.parse(scrubbed(await node.call(line, mines), this.#parts.folder, node.name)) as Recorded
      const value = pollUntil && valueAt(reply, pollUntil.pointer)
      if (pollUntil === undefined || String(value).toLowerCase() === pollUntil.equals.toLowerCase()) return reply
      if (polls >= POLLS_MAX)
        throw new TranscriptError('never-came', `${pollUntil.pointer} never became ${pollUntil.equals}`)
      await this.#mineTo(this.#first().tip + 1)
      if (this.#isConnected()) await this.#synced()
    }
  }

  async #mineTo(height: number): Promise<void> {
    const node = this.#first()
    while (node.tip < height) {
      await node.mineBlock()
      if (node.state.polls.list().length === 0) this.#polledAt = node.tip
      if (node.tip - this.#polledAt < POLL_BLOCKS) continue
      this.#polledAt = node.tip
      await node.poll()
    }
  }

  async #settle(): Promise<void> {
    for (const node of this.#nodes.values()) await node.settle()
    if (this.#isConnected()) await this.#synced()
  }

  #isConnected(): boolean {
    return [...this.#nodes.values()].every((node) => node.tip > 0)
  }

  async #synced(): Promise<void> {
    const ids = (): Set<string> => new Set([...this.#nodes.values()].map(({ tipId }) => tipId))
    for (let waited = 0; ids().size > 1; waited += SYNC_STEP_MS) {
      if (waited > SYNC_MS_MAX) throw new TranscriptError('never-came', 'the nodes did not agree on a tip')
      await delay(SYNC_STEP_MS)
    }
  }

  #first(): RecordedNode {
    return this.#nodes.get(this.#firstName)!
  }
}

/** The address of the wallet that the coin with all the money is at, wherever the reply shows it. */
function genesisAddress(value: Recorded, own: ReadonlySet<string>): string | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const { address, amount } = value as { readonly [name: string]: Recorded }
  if (typeof address === 'string' && amount === GENESIS_AMOUNT && own.has(address)) return address
  for (const inner of Object.values(value)) {
    const found = genesisAddress(inner as Recorded, own)
    if (found !== undefined) return found
  }
  return undefined
}

/** Folders are shown as in the recording, where files lie beside the node's own. */
const scrubbed = (reply: string, folder: string, name: string): string =>
  reply
    .replaceAll(inJson(join(folder, name, FILES_FOLDER)), inJson(`/minima/${name}`))
    .replaceAll(inJson(folder), inJson('/minima'))

const inJson = (path: string): string => JSON.stringify(path).slice(1, -1).replaceAll('/', '\\/')

/** The recorded reply, with the echo of what was really asked. */
function withRequest({ request, template, response }: Transcript, line: string): Recorded {
  if (template === undefined || line === request) return response
  return renamed(response, replacements(request, line))
}

/** Texts of the recorded line that the new line has in their place. */
function replacements(request: string, line: string): [string, string][] {
  const words = (text: string): string[] => text.split(/[\s:"[\]{},;]+/)
  const [before, after] = [words(request), words(line)]
  if (before.length !== after.length) return []
  return before.flatMap((word, index): [string, string][] => (word === after[index] ? [] : [[word, after[index]!]]))
}

function renamed(value: Recorded, pairs: readonly [string, string][]): Recorded {
  if (typeof value === 'string') return pairs.reduce((text, [from, to]) => text.replaceAll(from, to), value)
  if (Array.isArray(value)) return value.map((entry: Recorded) => renamed(entry, pairs))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner as Recorded, pairs)]))
}
