import {
  cleanScript,
  decode,
  EMPTY_ENVIRONMENT,
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
    const result = runScript(script, environmentOf(script, args), { trace: true })
    return respond(
      jsonObject([
        ['script', addressedJson(script)],
        ['clean', addressedJson(clean)],
        ['trace', jsonString(result.trace.map((line) => `${line}\n`).join(''))],
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

const variablesJson = (variables: ReadonlyMap<string, Value>): JsonText =>
  jsonObject(Array.from(variables, ([name, value]) => [name, jsonString(value.text)] as const))

function environmentOf(script: string, args: Arguments): ScriptEnvironment {
  const state = args.has('state') ? stateOf(args.entries('state')) : []
  const previousState = args.has('prevstate') ? stateOf(args.entries('prevstate')) : []
  const signers = new Set(args.has('signatures') ? args.texts('signatures').map((key) => toHex(fromHex(key))) : [])
  const scripts = (args.has('extrascripts') ? args.entries('extrascripts') : []).map(([text, proof]) => ({
    script: text,
    address: toHex(scriptProofAddress({ script: text, proof: decode(MMRProof, fromHex(proof)) })),
  }))
  return {
    ...EMPTY_ENVIRONMENT,
    transaction: { ...EMPTY_ENVIRONMENT.transaction, state },
    previousState,
    signers,
    scripts,
    globals: globalsOf(script, args),
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
