export { checkBasic, checkChainId, checkDistinctCoins } from './basic-check.ts'
export { type AcceptedBlock, type ChainContext, checkBlock, checkHeader } from './block-check.ts'
export {
  ancestor,
  type BlockContext,
  type BlockState,
  type CascadeContext,
  createBlockContext,
} from './block-context.ts'
export { chainSpeed, nextBlockDifficulty } from './block-difficulty.ts'
export { blocksToCascade, type CascadeBlock, cascadeWeight, type ThinnedCascade, thinCascade } from './cascade.ts'
export { chainWeight, isOursHeavierOrEqual, type WeighedBlock, type WeighedChain, weighIBD } from './chain-weight.ts'
export { ACCEPTED, type CheckResult, REJECT_CODES, type RejectCode, type Rejection } from './check-result.ts'
export { checkCoinProofs } from './coin-proof-check.ts'
export { factsOf } from './facts.ts'
export { chooseTip, type ForkChoice, type ForkNode } from './fork-choice.ts'
export { createGenesisMmr } from './genesis-mmr.ts'
export { checkCascadeWork, checkIBD } from './ibd-check.ts'
export { checkBlockTime, medianBlock, minimumBlockTime } from './median-block.ts'
export { MegaMMR, StoredMegaMMR, type UnspendableCoins } from './mega-mmr.ts'
export {
  BLOCK_TIME_WINDOW_MS,
  CHAIN_ID,
  type NetworkName,
  type NetworkParameters,
  networks,
} from './network-parameters.ts'
export { newCoins } from './new-coins.ts'
export {
  checkRelayedBlock,
  checkRelayedSize,
  checkRelayPolicy,
  RELAY_AHEAD_MS_MAX,
  RELAY_OUTPUTS_MAX,
  RELAY_STATE_BYTES_MAX,
} from './relay-policy.ts'
export { RulesError } from './rules-error.ts'
export { checkScripts, checkTransactionScripts, type ScriptCheckResult, scriptSteps } from './script-check.ts'
export { checkSignatures } from './signature-check.ts'
export { checkStateStore } from './state-store.ts'
export { checkSuperParents, NO_SUPER_PARENT, nextSuperParents } from './super-parents.ts'
export { checkTransactionInBlock } from './transaction-check.ts'
export { type AppliedTxBlock, applyTxBlock, createTxBlock, listedUnits, witnessedTransactions } from './tx-block.ts'
export { type AcceptedTxBlock, checkTxBlock, type TxBlockCheckOptions } from './tx-block-check.ts'
