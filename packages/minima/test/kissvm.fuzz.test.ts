import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cleanScript,
  EMPTY_ENVIRONMENT,
  HexValue,
  NumberValue,
  parseScript,
  runScript,
  SCRIPT_LANGUAGE,
  type ScriptEnvironment,
  ScriptFault,
  type ScriptResult,
  StringValue,
  SYNTAX_FAULT_CODES,
  scriptLimits,
  type Value,
} from '../src/script/index.ts'
import type { KissvmFile } from './kissvm-vectors.ts'
import { readFixture } from './mmr-rules-vectors.ts'
import { threadMs } from './thread-ms.ts'

const recorded = readFixture<KissvmFile>('kissvm-excerpt.json').cases.flatMap(({ script }) => script ?? [])

/** What must hold after every run of every text. */
const checkRun = (script: string, operationsMax: number = scriptLimits.OPERATIONS_DEFAULT): ScriptResult => {
  const result = runScript(script, environment, { operationsMax })
  expect(result.success).toBe(result.verdict === 'success')
  expect(result.fault === null).toBe(result.verdict === 'success' || result.verdict === 'failure')
  expect(result.fault?.code).not.toBe('internal')
  expect(result.fault?.code).not.toBe('host-limit')
  // The operation that breaks the limit is counted, CHECKSIG with all of its own.
  expect(result.operations).toBeLessThanOrEqual(operationsMax + scriptLimits.CHECKSIG_OPERATIONS)
  if (result.verdict === 'unparsed') expect(result.operations).toBe(0)
  return result
}

const SIGNS = '= ( ) ( ) [ ] TRUE FALSE a b returnvalue 0 1 2 -1 0.5 0x00 0xFF [x] [$1] [RETURN] $1 < <<'.split(' ')

const words = fc.constantFrom(
  ...SCRIPT_LANGUAGE.commands,
  ...SCRIPT_LANGUAGE.functions.map(({ name }) => name),
  ...SCRIPT_LANGUAGE.operators.map(({ symbol }) => symbol),
  ...SCRIPT_LANGUAGE.globals.map(({ name }) => name),
  ...SIGNS,
)

/** Globals that every run has, so that programs get past them. */
const environment: ScriptEnvironment = {
  ...EMPTY_ENVIRONMENT,
  globals: new Map<string, Value>([
    ['@BLOCK', NumberValue.ofInteger(7)],
    ['@ADDRESS', HexValue.parse('0xFF01')],
    ['@SCRIPT', new StringValue('RETURN TRUE')],
  ]),
}

const TYPES = ['NUMBER', 'HEX', 'STRING', 'BOOLEAN'] as const

interface Program {
  NUMBER: string
  HEX: string
  STRING: string
  BOOLEAN: string
  any: string
  statement: string
  block: string
  program: string
}

/** Mostly well-typed programs: each rule knows what type it makes and what it needs. */
const { program } = fc.letrec<Program>((tie: fc.LetrecTypedTie<Program>) => {
  const argument = (parameter: string): fc.Arbitrary<string> => {
    const fitting = TYPES.filter((type) => parameter.includes(type)).map((type) => tie(type))
    return fc.oneof(tie('any'), ...Array.from({ length: 8 }, () => fitting).flat())
  }
  const calls = (returns: string): fc.Arbitrary<string>[] =>
    SCRIPT_LANGUAGE.functions
      .filter((entry) => entry.returns === returns)
      .map(({ name, parameters }) =>
        fc.tuple(...parameters.map(argument)).map((args) => `${name}(${args.map((arg) => `(${arg})`).join(' ')})`),
      )
  const between = (left: keyof Program, symbols: string, right: keyof Program = left): fc.Arbitrary<string> =>
    fc
      .tuple(tie(left), fc.constantFrom(...symbols.split(' ')), tie(right))
      .map(([a, symbol, b]) => `(${a}) ${symbol} (${b})`)
  const before = (symbol: string, operand: keyof Program): fc.Arbitrary<string> =>
    tie(operand).map((text) => `${symbol} (${text})`)
  const typed = (leaves: string, ...rules: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom(...leaves.split(' ')), ...rules)
  return {
    NUMBER: typed(
      '0 1 2 -3 8 0.5 100 n @BLOCK',
      between('NUMBER', '+ - * / %'),
      before('NEG', 'NUMBER'),
      ...calls('NUMBER'),
    ),
    HEX: typed(
      '0x00 0xFF01 0x0102030405060708 h @ADDRESS',
      between('HEX', '& | ^'),
      between('HEX', '<< >>', 'NUMBER'),
      before('~', 'HEX'),
      ...calls('HEX'),
    ),
    STRING: typed('[] [x] [abc] [\\$0] s @SCRIPT', between('STRING', '+'), ...calls('STRING')),
    BOOLEAN: typed(
      'TRUE FALSE b',
      between('BOOLEAN', 'AND OR XOR NAND NOR NXOR EQ NEQ'),
      between('NUMBER', 'LT LTE GT GTE EQ NEQ'),
      between('HEX', 'EQ NEQ'),
      between('STRING', 'EQ NEQ'),
      before('NOT', 'BOOLEAN'),
      ...calls('BOOLEAN'),
    ),
    any: fc.oneof(tie('NUMBER'), tie('HEX'), tie('STRING'), tie('BOOLEAN'), ...calls('any')),
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('NUMBER').map((value) => `LET n = ${value}`),
      tie('HEX').map((value) => `LET h = ${value}`),
      tie('STRING').map((value) => `LET s = ${value}`),
      fc.tuple(tie('NUMBER'), tie('any')).map(([key, value]) => `LET (1 ${key}) = ${value}`),
      fc.tuple(fc.constantFrom('RETURN', 'ASSERT'), tie('BOOLEAN')).map(([command, value]) => `${command} ${value}`),
      tie('block').map((script) => `EXEC [${script}]`),
      tie('HEX').map((address) => `MAST ${address}`),
      fc.tuple(tie('BOOLEAN'), tie('block')).map(([condition, body]) => `WHILE ${condition} DO ${body} ENDWHILE`),
      fc
        .tuple(tie('BOOLEAN'), tie('block'), tie('block'))
        .map(([condition, yes, no]) => `IF ${condition} THEN ${yes} ELSE ${no} ENDIF`),
    ),
    block: fc.array(tie('statement'), { maxLength: 3 }).map((statements) => statements.join(' ')),
    program: fc
      .tuple(tie('block'), fc.constantFrom('', 'RETURN TRUE', 'RETURN TRUE', 'RETURN FALSE'))
      .map(([body, end]) => `LET n=3 LET h=0x0F LET s=[text] LET b=TRUE ${body} ${end}`),
  }
})

const damaged = fc
  .tuple(
    fc.constantFrom(...recorded),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), words)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([script, damages]) =>
    damages.reduce((text, [at, remove, insert]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + insert + text.slice(place + remove)
    }, script),
  )

describe('whatever the text, a run ends within its operations and throws nothing', () => {
  test('any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (script) => void checkRun(script)),
      { numRuns: 2000 },
    )
  })

  test('a soup of the words of the language', () => {
    const soup = fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' '))
    fc.assert(
      fc.property(soup, (script) => void checkRun(script)),
      { numRuns: 3000 },
    )
  })

  test('recorded scripts with damages', () => {
    fc.assert(
      fc.property(damaged, (script) => void checkRun(script)),
      { numRuns: 3000 },
    )
  })

  test('programs of a grammar, with any limit, traced or not, parsed before or not', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(program, fc.integer({ min: 1, max: 2000 }), (script, operationsMax) => {
        const result = checkRun(script, operationsMax)
        seen.add(result.fault?.code ?? result.verdict)
        const traced = runScript(script, environment, { operationsMax, trace: true })
        expect({ ...traced, trace: [] }).toEqual(result)
        if (result.verdict === 'unparsed') return
        expect(runScript(parseScript(script), environment, { operationsMax })).toEqual(result)
      }),
      { numRuns: 2000 },
    )
    // The grammar reaches ends of all kinds, or it would prove little.
    const ends = ['success', 'failure', 'operation-limit', 'wrong-type', 'out-of-range', 'not-found']
    expect([...seen]).toEqual(expect.arrayContaining(ends))
  })

  test('parsing gives a script or a syntax fault', () => {
    fc.assert(
      fc.property(damaged, (script) => {
        try {
          parseScript(script)
        } catch (error) {
          expect(error).toBeInstanceOf(ScriptFault)
          expect(SYNTAX_FAULT_CODES).toHaveProperty((error as ScriptFault).code)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('cleaning gives a text, or a fault for a single < or > at the end', () => {
    fc.assert(
      fc.property(damaged, (script) => {
        try {
          expect(typeof cleanScript(script)).toBe('string')
        } catch (error) {
          expect(error).toMatchObject({ code: 'cut-shift' })
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('texts made to hurt end soon', () => {
  const wide = scriptLimits.VALUE_BYTES_MAX
  const hostile: Record<string, string> = {
    'brackets without end': `RETURN ${'('.repeat(200_000)}`,
    'open texts': `LET a=${'['.repeat(200_000)}`,
    'a chain of prefix operators': `RETURN ${'NOT '.repeat(100_000)}TRUE`,
    'a chain of prefix operators that never runs': `IF FALSE THEN RETURN ${'NOT '.repeat(100_000)}TRUE ENDIF RETURN TRUE`,
    'a chain of additions': `LET a=0${'+1'.repeat(100_000)}`,
    'a chain of comparisons': `RETURN TRUE${' AND TRUE'.repeat(100_000)}`,
    'nested IF': `${'IF TRUE THEN '.repeat(50_000)}RETURN TRUE`,
    'nested WHILE': `${'WHILE TRUE DO '.repeat(50_000)}RETURN TRUE`,
    'a loop without end': 'WHILE TRUE DO LET a=1 ENDWHILE',
    'an EXEC of itself': 'LET s=[EXEC s] EXEC s',
    'a FUNCTION of itself': 'LET f=[LET x=FUNCTION(f)] LET x=FUNCTION(f)',
    'a text that doubles': 'LET a=[x] WHILE TRUE DO LET a=a+a ENDWHILE',
    'a number that squares': 'LET a=1.0000001 WHILE TRUE DO LET a=a*a+a ENDWHILE',
    shifts: 'LET a=0x01 WHILE TRUE DO LET a=a<<256 ENDWHILE',
    powers: `LET a=1.00000000000000000000000000000000000000000001 WHILE TRUE DO LET b=POW(1023 a) ENDWHILE`,
    'tiny exponents': 'LET a=NUMBER([1E-500000000])',
    'huge exponents': 'LET a=NUMBER([1E2000000000])',
    'digits without end': `LET a=0.${'1'.repeat(200_000)}`,
    'a long variable': `LET ${'a'.repeat(200_000)}=1`,
    'a long global': `LET a=@${'A'.repeat(200_000)}`,
    'many replacements': `LET a=SETLEN(${wide} 0x00) LET b=ASCII(a) WHILE TRUE DO LET c=REPLACE(b [] []) ENDWHILE`,
    'a search that almost matches': `LET a=ASCII(SETLEN(30000 0x00)) LET b=a+[x] WHILE TRUE DO LET c=REPLACE(a+a b [y]) ENDWHILE`,
    arrays: 'LET i=0 WHILE TRUE DO LET (i)=SETLEN(65536 0x01) LET i=INC(i) ENDWHILE',
    'a big text parsed over and over': `LET s=[IF FALSE THEN ${'IF FALSE THEN '.repeat(60)}${'LET a=1 '.repeat(7000)}${'ENDIF '.repeat(61)}] WHILE TRUE DO EXEC s ENDWHILE`,
    'dollar signs': `LET a=FUNCTION([${'$'.repeat(60_000)}] 1)`,
    'state of ports without end': 'RETURN SAMESTATE(0 2147483647)',
  }
  for (const [name, script] of Object.entries(hostile)) {
    test(name, () => {
      const start = threadMs()
      checkRun(script)
      runScript(script, EMPTY_ENVIRONMENT, { trace: true })
      expect(threadMs() - start).toBeLessThan(5000)
    })
  }

  test('what never runs may be as deep as it likes', () => {
    expect(checkRun(hostile['a chain of prefix operators that never runs']!).success).toBe(true)
  })

  test('a trace is bounded', () => {
    const { trace } = runScript(hostile.arrays!, EMPTY_ENVIRONMENT, { trace: true })
    expect(trace.reduce((size, line) => size + line.length, 0)).toBeLessThan(scriptLimits.TRACE_CHARACTERS_MAX + 1000)
    expect(trace.at(-1)).toContain('trace cut')
  })
})
