export { Address } from './address.ts'
export { Cascade, CascadeNode } from './cascade.ts'
export { isCascadeConsistent } from './cascade-consistency.ts'
export { COIN_ID_FLOATING, COIN_ID_OUTPUT, Coin, outputCoinId } from './coin.ts'
export { CoinProof, coinLeaf, coinProofPeak, spentCoinLeaf } from './coin-proof.ts'
export type { GenesisOptions } from './genesis.ts'
export { createGenesis, GENESIS_COIN, MAX_DIFFICULTY, TRUE_SCRIPT } from './genesis.ts'
export { Greeting, greetingRootBlock } from './greeting.ts'
export { IBD } from './ibd.ts'
export { parseJson } from './json-parser.ts'
export type { JsonObject, JsonValue } from './json-value.ts'
export { printJson, printJsonString } from './json-value.ts'
export { DEFAULT_MAGIC, isSameMagic, Magic, MIN_TXPOW_WORK, MIN_TXPOW_WORK_VALUE, nextMagic } from './magic.ts'
export { decodeBase32, encodeBase32, formatMxAddress, parseAddress, parseMxAddress } from './mx-address.ts'
export type { ObjectErrorCode } from './object-error.ts'
export { ObjectError } from './object-error.ts'
export { objectLeaf } from './object-leaf.ts'
export { withOutputCoinIds } from './output-coin-ids.ts'
export { Pulse } from './pulse.ts'
export { ScriptProof, SINGLE_PROOF, scriptAddress, scriptProofAddress, singleScript } from './script-proof.ts'
export { Signature, SignatureProof, signatureProofRootKey, signatureRootKey } from './signature.ts'
export {
  parseStateVariable,
  STATE_PORT_MAX,
  StateType,
  StateVariable,
  stateAt,
  withStateVariable,
} from './state-variable.ts'
export { CASCADE_LEVELS, superParentRuns } from './super-parents.ts'
export { TOKEN_CREATE, TOKEN_MINIMA, Token, tokenId } from './token.ts'
export { toMinimaAmount, toTokenAmount } from './token-amount.ts'
export {
  EMPTY_TRANSACTION,
  isEmptyTransaction,
  LINK_HASH_NONE,
  stateSize,
  sumAmounts,
  Transaction,
  transactionBurn,
  transactionId,
} from './transaction.ts'
export { isAmountValid } from './transaction-amounts.ts'
export { TxBlock } from './tx-block.ts'
export { bodyHash, TxBody } from './tx-body.ts'
export { headerId, TxHeader } from './tx-header.ts'
export { TxPoW, txpowId, txpowSize } from './txpow.ts'
export type { TxPoWFacts } from './txpow-facts.ts'
export { blockWeight, isBlockId, isTransaction, parentId, superLevel, txpowBurn, txpowFacts } from './txpow-facts.ts'
export type { Weight } from './weight.ts'
export {
  addWeights,
  compareWeights,
  difficultyWeight,
  floorWeight,
  formatWeight,
  weightAtLevel,
  ZERO_WEIGHT,
} from './weight.ts'
export { EMPTY_WITNESS, Witness } from './witness.ts'
