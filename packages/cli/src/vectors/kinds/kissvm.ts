import { cleanScript, MinipolisError, runScript, scriptAddress, sha3_256, utf8 } from '@minipolis/minima'
import { type Computed, checkCase, expectSame } from '../check-case.ts'
import { environmentFrom, expectValue } from '../kissvm-context.ts'
import { isRecord, type Json, Recorded } from '../recorded.ts'
import { shown, VectorError } from '../vector-error.ts'
import type { VectorFile, VectorKind } from '../vector-kind.ts'

const FORMAT = 'kissvm-1'

const scriptOf = (c: Recorded): string =>
  c.has('script')
    ? c.text('script')
    : c
        .records('scriptParts')
        .map((part) => part.text('text').repeat(part.number('repeat')))
        .join('')

const contextOf = (c: Recorded, file: VectorFile): Recorded => {
  const { contexts } = file.content
  const ref = c.record('context').text('ref')
  const context: Json | undefined = isRecord(contexts) ? contexts[ref] : undefined
  if (!isRecord(context)) throw new VectorError('shape', `the file has no context ${shown(ref)}`, { ref })
  return new Recorded(context)
}

/** Cleaning gives a text, or fails with a typed error. */
const cleaning = (c: Recorded, script: string): Computed => {
  let cleaned: string
  try {
    cleaned = cleanScript(script)
  } catch (error) {
    if (error instanceof MinipolisError && c.has('cleanThrows')) return { cleanThrows: c.get('cleanThrows') }
    throw error
  }
  if (c.has('cleanThrows')) throw new VectorError('mismatch', 'recorded that cleaning fails, computed a text')
  return {
    cleaned,
    cleanedSame: cleaned === script,
    cleanedLength: cleaned.length,
    cleanedSha3: () => sha3_256(utf8(cleaned)),
    cleanedAddress: () => scriptAddress(cleaned),
  }
}

/** Texts of faults name Java classes in recordings and are the project's own here. */
const withoutFaultText = (line: string): string => line.replace(/(PARSE ERROR :|Execution Error -).*/s, '$1')

const run = (c: Recorded, file: VectorFile): Computed => {
  const script = scriptOf(c)
  const context = contextOf(c, file)
  const result = runScript(script, environmentFrom(context, script), {
    operationsMax: context.number('maxInstructions'),
    trace: c.has('trace'),
  })
  if (result.fault?.code === 'internal') throw result.fault.cause
  const variables = c.record('variables')
  expectSame('variables', [...result.variables.keys()].sort(), Object.keys(variables.fields).sort())
  for (const [name, value] of result.variables) expectValue(name, value, variables.record(name))
  if (c.has('trace')) {
    expectSame('trace', result.trace.map(withoutFaultText), c.texts('trace').map(withoutFaultText))
  }
  for (const informative of ['group', 'exceptionClass']) c.get(informative)
  return {
    address: scriptAddress(script),
    ...cleaning(c, script),
    parseOk: result.verdict !== 'unparsed',
    success: result.success,
    successSet: result.decided,
    monotonic: result.monotonic,
    exception: result.fault !== null,
    instructions: result.operations,
  }
}

/** Runs of scripts. */
export const kissvmKind: VectorKind = {
  name: FORMAT,
  matches: ({ content }) => content.format === FORMAT,
  cases: (file) =>
    new Recorded(file.content).records('cases').map((recorded) => {
      const siblings = { all: [], byName: () => recorded }
      return { name: recorded.text('name'), check: () => checkCase(recorded, () => run(recorded, file), siblings) }
    }),
}
