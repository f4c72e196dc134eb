export { type ReplayParts, replayTranscripts, type TranscriptResult } from './replay-transcripts.ts'
export {
  assertTranscriptFile,
  parseTranscripts,
  type Transcript,
  TranscriptError,
  type TranscriptErrorCode,
  type TranscriptFile,
} from './transcript.ts'
