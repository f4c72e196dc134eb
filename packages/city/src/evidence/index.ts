export { EvidenceError, type EvidenceErrorCode } from './evidence-error.ts'
export {
  type AnchorEvidence,
  EVIDENCE_LENGTH_MAX,
  EVIDENCE_READINGS_MAX,
  EVIDENCE_TYPE,
  type Evidence,
  type EvidencePack,
  EvidenceSchema,
  type LiveEvidence,
  type LogEvidence,
  type ReadingEntry,
} from './evidence-schema.ts'
export type { EvidenceSource, SignedPack } from './evidence-source.ts'
export {
  EVIDENCE_SIZE_AIM,
  type EvidenceParts,
  formatEvidence,
  makeEvidence,
  type ReadingRange,
} from './make-evidence.ts'
export { ShownCheckpoints } from './shown-checkpoints.ts'
export type { EvidenceBlock, EvidenceTrust, EvidenceVerdict, Gap, Link, LinkName, ProvenReading } from './verdict.ts'
export { type VerifyOptions, verifyEvidence } from './verify-evidence.ts'
