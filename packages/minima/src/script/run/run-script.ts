import { CodecError } from '../../codec/index.ts'
import { NumberError } from '../../number/index.ts'
import type { ScriptEnvironment } from '../environment.ts'
import { OPERATIONS_DEFAULT } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'
import type { ScriptOptions, ScriptResult, ScriptVerdict } from '../script-result.ts'
import type { Block } from '../syntax/block.ts'
import { parseBlock } from '../syntax/parse-block.ts'
import type { Token } from '../tokens/token.ts'
import { tokenize } from '../tokens/tokenizer.ts'
import { ScriptRun } from './script-run.ts'
import { Trace } from './trace.ts'

/** A script that parses. It holds no state: the same one can run any number of times. */
export interface ParsedScript {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly block: Block
}

/** Parses exactly this text, which cleaning may have to prepare. @throws ScriptFault with a code of SYNTAX_FAULT_CODES */
export const parseScript = (text: string): ParsedScript => {
  try {
    const tokens = tokenize(text)
    return { text, tokens, block: parseBlock(tokens, 0) }
  } catch (error) {
    throw asFault(error)
  }
}

/**
 * Runs a script. Never throws: whatever the text and the environment, the result says what became of it within the limit of
 * operations. Source: minima-global/Minima: src/org/minima/kissvm/Contract.java
 */
export const runScript = (
  script: string | ParsedScript,
  environment: ScriptEnvironment,
  options: ScriptOptions = {},
): ScriptResult => {
  const trace = options.trace === true ? new Trace() : null
  const run = new ScriptRun(environment, options.operationsMax ?? OPERATIONS_DEFAULT, trace)
  let block: Block
  try {
    block = typeof script === 'string' && trace === null ? parseScript(script).block : parseTraced(script, run)
  } catch (error) {
    const fault = asFault(error)
    trace?.unparsed(fault, environment)
    return resultOf('unparsed', false, fault, run)
  }
  trace?.start(environment)
  const fault = execute(block, run)
  const success = fault === null && run.outcome === true
  trace?.end(run.operations, fault, success)
  if (fault !== null) return resultOf('fault', true, fault, run)
  return resultOf(success ? 'success' : 'failure', run.outcome !== undefined, null, run)
}

/** Tokens stand in the trace even where they do not parse. */
const parseTraced = (script: string | ParsedScript, { environment, trace }: ScriptRun): Block => {
  const text = typeof script === 'string' ? script : script.text
  trace?.beginning(text, environment)
  const tokens = typeof script === 'string' ? tokenize(text) : script.tokens
  trace?.tokens(tokens)
  return typeof script === 'string' ? parseBlock(tokens, 0) : script.block
}

const execute = (block: Block, run: ScriptRun): ScriptFault | null => {
  try {
    block.run(run)
    return null
  } catch (error) {
    return asFault(error)
  }
}

const resultOf = (
  verdict: ScriptVerdict,
  decided: boolean,
  fault: ScriptFault | null,
  run: ScriptRun,
): ScriptResult => ({
  verdict,
  success: verdict === 'success',
  decided,
  fault,
  monotonic: run.monotonic,
  operations: run.operations,
  variables: run.variables,
  trace: run.trace?.lines ?? [],
})

/** A node must survive every script, so even a defect of this code ends as a fault and not as a crash. */
const asFault = (error: unknown): ScriptFault => {
  if (error instanceof ScriptFault) return error
  if (error instanceof NumberError) return new ScriptFault('arithmetic', error.message, {}, { cause: error })
  if (error instanceof CodecError) return new ScriptFault('bad-data', error.message, {}, { cause: error })
  if (error instanceof RangeError) return new ScriptFault('host-limit', error.message, {}, { cause: error })
  return new ScriptFault('internal', 'the script met a defect of this program', {}, { cause: error })
}
