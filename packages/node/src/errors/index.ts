export { isFaultOfInput, NodeError, type NodeErrorCode, WalletError, type WalletErrorCode } from './node-error.ts'
