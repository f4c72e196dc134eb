import {
  cleanScript,
  decode,
  EMPTY_ENVIRONMENT,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  formatMxAddress,
  fromHex,
  type JsonText,
  type JsonValue,
  jsonBoolean,
  jsonObject,
  jsonString,
  MiniNumber,
  MMRProof,
  parseStateVariable,
  runScript,
  type ScriptEnvironment,
  type StateVariable,
  StringValue,
  scriptAddress,
  scriptProofAddress,
  toHex,
  type Value,
  valueFromText,
  withStateVariable,
} from '@minipolis/minima'
import { arrayParameter, type Command, objectParameter, respond, textParameter } from '../command.ts'
import type { Arguments } from '../line/arguments.ts'
import { type TracedTransaction, traceText, variablesJson } from './script-trace.ts'

export const runscript: Command = {
  name: 'runscript',
  summary: 'Run a script on given state, globals and signatures, with a trace',
  access: 'read',
  parameters: [
    textParameter('script', 'the script'),
    objectParameter('state', '{"port":"value"}: state of the transaction'),
    objectParameter('prevstate', '{"port":"value"}: state of the coin'),
    objectParameter('globals', '{"@BLOCK":"100"}: what the script reads behind the @ sign'),
    arrayParameter('signatures', '["0x.."]: public keys that signed'),
    objectParameter('extrascripts', '{"script":"proof"}: scripts for MAST'),
  ],
  examples: ['runscript script:"RETURN STATE(0) EQ 5" state:{"0":"5"}'],
  run({ arguments: args }) {
    const script = args.text('script', '')
    const clean = cleanScript(script)
    const surroundings = surroundingsOf(script, args)
    const result = runScript(script, surroundings.environment, { trace: true })
    return respond(
      jsonObject([
        ['script', addressedJson(script)],
        ['clean', addressedJson(clean)],
        ['trace', jsonString(traceText(result.trace, surroundings))],
        ['variables', variablesJson(result.variables)],
        ['parseok', jsonBoolean(result.verdict !== 'unparsed')],
        ['monotonic', jsonBoolean(result.monotonic)],
        ['success', jsonBoolean(result.success)],
      ]),
    )
  },
}

function addressedJson(script: string): JsonText {
  const address = scriptAddress(script)
  return jsonObject([
    ['script', jsonString(script)],
    ['address', jsonString(toHex(address))],
    ['mxaddress', jsonString(formatMxAddress(address))],
  ])
}

interface Surroundings extends TracedTransaction {
  readonly environment: ScriptEnvironment
}

function surroundingsOf(script: string, args: Arguments): Surroundings {
  const state = args.has('state') ? stateOf(args.entries('state')) : []
  const previousState = args.has('prevstate') ? stateOf(args.entries('prevstate')) : []
  const signers = new Set(args.has('signatures') ? args.texts('signatures').map((key) => toHex(fromHex(key))) : [])
  const scripts = (args.has('extrascripts') ? args.entries('extrascripts') : []).map(([text, proof]) => ({
    script: text,
    proof: decode(MMRProof, fromHex(proof)),
  }))
  const transaction = { ...EMPTY_TRANSACTION, state }
  return {
    transaction,
    witness: { ...EMPTY_WITNESS, scripts },
    environment: {
      ...EMPTY_ENVIRONMENT,
      transaction,
      previousState,
      signers,
      scripts: scripts.map((proof) => ({ script: proof.script, address: toHex(scriptProofAddress(proof)) })),
      globals: globalsOf(script, args),
    },
  }
}

const stateOf = (entries: readonly [string, string][]): readonly StateVariable[] =>
  entries.reduce<readonly StateVariable[]>(
    (state, [port, value]) => withStateVariable(state, parseStateVariable(Number(port), value)),
    [],
  )

function globalsOf(script: string, args: Arguments): Map<string, Value> {
  const globals = new Map<string, Value>([['@SCRIPT', new StringValue(script)]])
  if (!args.has('globals')) return globals
  addCoinAge(args)
  for (const [name, value] of args.entries('globals')) globals.set(name.toUpperCase(), valueFromText(value))
  return globals
}

/** The age follows from block and creation; the echo shows it. */
function addCoinAge(args: Arguments): void {
  const given = args.object('globals')
  const block = given.get('@BLOCK')
  const created = given.get('@CREATED')
  if (typeof block !== 'string' || typeof created !== 'string' || given.has('@COINAGE')) return
  const age = MiniNumber.parse(block).sub(MiniNumber.parse(created))
  args.echo.set('globals', new Map<string, JsonValue>([...given, ['@COINAGE', age.toString()]]))
}
