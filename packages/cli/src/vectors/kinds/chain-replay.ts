import { replayCases } from '@minipolis/node/recordings'
import { isNodeRecording } from '../chain/recorded-chain.ts'
import { isRecord } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorFile, VectorKind } from '../vector-kind.ts'

const isReplayed = ({ content }: VectorFile): boolean =>
  ['events', 'blocks', 'steps'].some((field) => Array.isArray(content[field])) || isRecord(content.ibd)

/** What a recorded node received, did and answered, replayed by the project's own node. */
export const chainReplayKind: VectorKind = {
  name: 'chain replay',
  matches: isNodeRecording,
  cases(file) {
    if (!isReplayed(file)) {
      throw new VectorError('shape', `${file.path} has no events, no blocks, no steps and no download`)
    }
    const cases = replayCases(file.content, function* () {
      for (const { content } of file.neighbours()) yield content
    })
    if (cases === undefined) throw new VectorError('shape', `${file.path} builds on a recording that is not beside it`)
    return cases
  },
}
