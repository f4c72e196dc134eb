export { cleanScript } from './clean-script.ts'
export {
  type AddressedScript,
  EMPTY_ENVIRONMENT,
  type ScriptEnvironment,
  type ScriptTransaction,
} from './environment.ts'
export { SCRIPT_LANGUAGE, type ScriptFunctionEntry, type ScriptOperatorEntry } from './language.ts'
export * as scriptLimits from './limits.ts'
export { type ParsedScript, parseScript, runScript } from './run/run-script.ts'
export { listVariables } from './run/trace.ts'
export { RUN_FAULT_CODES, ScriptFault, type ScriptFaultCode, SYNTAX_FAULT_CODES } from './script-fault.ts'
export type { ScriptOptions, ScriptResult, ScriptVerdict } from './script-result.ts'
export {
  inputEnvironment,
  inputGlobals,
  type ScriptBlock,
  type SpendContext,
  spendContext,
} from './transaction-environment.ts'
export {
  BooleanValue,
  HexValue,
  NumberValue,
  StringValue,
  type Value,
  type ValueType,
  valueFromText,
} from './values/index.ts'
