import {
  compareWeights,
  formatWeight,
  MiniNumber,
  type NetworkParameters,
  networks,
  type Weight,
} from '@minipolis/minima'
import { isRecord, Recorded } from '../recorded.ts'
import { shown, VectorError } from '../vector-error.ts'
import type { VectorFile } from '../vector-kind.ts'

const FORMAT = 'minipolis-chain-vectors-1'

/** Whether a file is a recording of chains; what it holds is told by its other fields. */
export const isChainRecording = ({ content }: VectorFile): boolean =>
  isRecord(content.header) && content.header.format === FORMAT

/** The fields that tell apart what is not replayed by a node: verdicts on altered units, and single rules. */
const RULE_FIELDS = ['template', 'chain', 'mindifficulty', 'nodefields']

/** Whether a file is a recording of what a node received, did and answered. */
export const isNodeRecording = (file: VectorFile): boolean =>
  isChainRecording(file) && !RULE_FIELDS.some((field) => field in file.content)

/** The parameters a chain was recorded with. @throws VectorError `shape` */
export function parametersOf({ content }: VectorFile): NetworkParameters {
  const set = new Recorded(content).record('header').record('params').text('set')
  if (set === 'main' || set === 'test') return networks[set]
  throw new VectorError('shape', `chains are recorded with the parameters main or test, not ${shown(set)}`)
}

/** Weights are recorded as decimal text with the zeros of their rounding. */
export function weightFrom(text: string): Weight {
  const { unscaled, scale } = MiniNumber.parse(text)
  return { unscaled, scale }
}

/** Insists that a weight is the recorded one as a number. @throws VectorError `mismatch` */
export function expectWeight(field: string, computed: Weight, recorded: string): void {
  if (compareWeights(computed, weightFrom(recorded)) === 0) return
  throw new VectorError('mismatch', `${field}: recorded ${recorded}, computed ${formatWeight(computed)}`, { field })
}
