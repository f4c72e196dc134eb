import { decode, fromHex, TxPoW } from '@minipolis/minima'
import { blockCases } from './block-cases.ts'
import { type BriefRecording, downloadCases } from './download-cases.ts'
import { downloadStepCases, type StepsRecording } from './download-steps.ts'
import { eventCases } from './event-cases.ts'
import { ibdCases } from './ibd-cases.ts'
import { type BlocksRecording, type EventsRecording, RECORDING_FORMAT, type RecordedIbds } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import { ReplayNode } from './replay-node.ts'

export { ReplayError } from './mismatch.ts'
export type { ReplayCase } from './replay-case.ts'

/** The recordings at hand: what a node answered to peers stands in another one than the chain that it answered from. */
export type Siblings = () => Iterable<object>

/**
 * The cases of a chain recording; undefined when the content is none that a node replays, or what it builds on is not at hand.
 * They build on each other and must be checked in order, each once; a case throws where the node differs from the recording.
 */
export function replayCases(content: object, siblings: Siblings): Iterable<ReplayCase> | undefined {
  if (!isChainRecording(content)) return undefined
  if ('events' in content) return eventCases(content as unknown as EventsRecording)
  if ('cascades' in content && 'blocks' in content) return downloadCases(content as unknown as BriefRecording)
  if ('blocks' in content) return blockCases(content as unknown as BlocksRecording)
  if ('steps' in content && 'source' in content) {
    const steps = content as unknown as StepsRecording
    const source = find(siblings, hasAnswers, ({ ibd }) => isMadeFrom(steps, ibd))
    return source && downloadStepCases(steps, source)
  }
  if ('ibd' in content) {
    const { ibd } = content as unknown as AnswersRecording
    const chain = find(siblings, hasEvents, ({ events }) => endOf(events) === ibd.complete.blocks.at(-1))
    return chain && answerCases(chain, ibd)
  }
  return undefined
}

type AnswersRecording = { readonly ibd: RecordedIbds }

const hasAnswers = (content: object): content is AnswersRecording =>
  isChainRecording(content) && 'ibd' in content && typeof content.ibd === 'object'
const hasEvents = (content: object): content is EventsRecording =>
  isChainRecording(content) && 'events' in content && Array.isArray(content.events)

/** The first recording that is of a form and fits. */
function find<T extends object>(
  siblings: Siblings,
  isForm: (content: object) => content is T,
  fits: (content: T) => boolean,
): T | undefined {
  for (const content of siblings()) if (isForm(content) && fits(content)) return content
  return undefined
}

/** Id of the tip after the last event. */
const endOf = (events: EventsRecording['events']): string | undefined =>
  events.findLast(({ state }) => state !== undefined)?.state?.tip

/** Whether every tip that the steps end with is a block of the download. */
const isMadeFrom = ({ steps }: StepsRecording, { complete }: RecordedIbds): boolean =>
  complete?.ibd !== undefined && steps.every(({ tip }) => tip === '' || complete.blocks.includes(tip))

/** Brings a node to the end of the recorded chain, then asks it. */
function* answerCases(chain: EventsRecording, ibd: RecordedIbds): Generator<ReplayCase> {
  const node = new ReplayNode(chain.header, chain.wallet)
  try {
    for (const { txpow } of chain.events) node.feed(decode(TxPoW, fromHex(txpow)))
    yield* ibdCases(ibd, () => node)
  } finally {
    node.close()
  }
}

const isChainRecording = (content: object): content is { header: { format: string } } =>
  'header' in content &&
  typeof content.header === 'object' &&
  content.header !== null &&
  'format' in content.header &&
  content.header.format === RECORDING_FORMAT
