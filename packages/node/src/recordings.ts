/** What plays recordings of the reference against this package. Apart from `index.ts`, because no running node needs it. */
export { type MaximaCase, maximaCases } from './maxima/replay.ts'
export { type ReplayCase, ReplayError, replayCases, type Siblings } from './replay/index.ts'
export { type NetworkCase, networkCases } from './sync/replay/index.ts'
export {
  assertTranscriptFile,
  parseTranscripts,
  replayTranscripts,
  type TranscriptResult,
} from './transcripts/index.ts'
