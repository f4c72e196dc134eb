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

/** Gives another recording of the same set: a file beside this one, by its name without folder; undefined when it is not there. */
export type Sibling = (name: string) => object | undefined

/**
 * The cases of a chain recording; undefined when the content is none that a node replays. They build on each other and must be
 * checked in order, each once; a case throws where the node differs from the recording.
 *
 * @param name of the file, such as `chain-A-ibd.json.gz`: what a node answered to peers belongs to the chain `chain-A.json.gz`
 */
export function replayCases(name: string, content: object, sibling: Sibling): Iterable<ReplayCase> | undefined {
  if (!isChainRecording(content)) return undefined
  if ('events' in content) return eventCases(content as unknown as EventsRecording)
  if ('cascades' in content && 'blocks' in content) return downloadCases(content as unknown as BriefRecording)
  if ('blocks' in content) return blockCases(content as unknown as BlocksRecording)
  if ('steps' in content && 'source' in content) {
    const steps = content as unknown as StepsRecording
    const source = sibling(steps.source)
    return source && downloadStepCases(steps, source as { ibd: RecordedIbds })
  }
  if ('ibd' in content) {
    const chain = sibling(name.replace('-ibd.', '.'))
    return chain && answerCases(chain as EventsRecording, (content as unknown as { ibd: RecordedIbds }).ibd)
  }
  return undefined
}

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
