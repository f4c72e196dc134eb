export { CLOCK_AHEAD_MAX_MS, CLOCK_BEHIND_MAX_MS } from './clock-bounds.ts'
export {
  type AcceptedListener,
  COMMIT_PACKS_MAX,
  COMMIT_READINGS_MAX,
  Intake,
  type IntakeCounters,
  type IntakeParts,
  QUEUE_PACKS_MAX,
  QUEUE_READINGS_MAX,
} from './intake.ts'
export { IntakeError, type IntakeErrorCode } from './intake-error.ts'
export { formatPack, type Pack, wirePack } from './pack.ts'
export { PackAudit, type PackAuditParts } from './pack-audit.ts'
export type { CheckedPack, PackCheckParts } from './pack-check.ts'
export { PACK_BYTES_MAX, PACK_READINGS_MAX } from './pack-limits.ts'
export { type PackSeal, PackSealer, type UnsignedPack } from './pack-seal.ts'
export { PackSigner, type PackSignerOptions, type PackSignerParts, type StreamPosition } from './pack-signer.ts'
export type { AcceptedPack } from './pack-writer.ts'
export {
  isPackList,
  PACK_LIST_BYTES_MAX,
  PACK_LIST_MAX,
  type PackEncoding,
  packFrom,
  parsePack,
  parsePackList,
} from './parse-pack.ts'
export {
  QUARANTINE_PAGE_MAX,
  QUARANTINE_PAYLOAD_MAX,
  QUARANTINE_ROWS_MAX,
  Quarantine,
  type QuarantineEntry,
  type QuarantineRecord,
} from './quarantine.ts'
export { type LogReach, type Outcome, RECORD_STATES, type Receipt, type RecordState, recordState } from './receipt.ts'
export { REFUSAL_CODES, Refusal, type RefusalCode } from './refusal.ts'
export { WirePack, WireReading } from './wire-pack.ts'
