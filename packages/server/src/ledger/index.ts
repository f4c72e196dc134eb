export { embeddedLedger } from './embedded.ts'
export { LedgerError, type LedgerErrorCode } from './ledger-error.ts'
export { RpcLedger, type RpcLedgerOptions, type RpcLedgerParts } from './rpc.ts'
export { filePurposeKeys, memoryPurposeKeys, type PurposeKeys } from './rpc-purpose-keys.ts'
