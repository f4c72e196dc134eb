export { embeddedLedger } from './embedded.ts'
export { LedgerError, type LedgerErrorCode } from './ledger-error.ts'
