import { describe, expect, test } from 'vitest'
import { EMPTY_ENVIRONMENT } from '../environment.ts'
import { parseScript, runScript } from '../run/run-script.ts'

/** The script with all brackets written out, as its first statement stands in a trace. */
const printed = (script: string): string => parseScript(script).block.statements[0]!.print()

const faultOf = (script: string): string | undefined => {
  const { verdict, fault } = runScript(script, EMPTY_ENVIRONMENT)
  return verdict === 'unparsed' ? fault?.code : undefined
}

const variable = (script: string, name: string): string | undefined =>
  runScript(script, EMPTY_ENVIRONMENT).variables.get(name)?.text

describe('expressions', () => {
  test.each([
    ['1+2*3', '( 1 + ( 2 * 3 ) )'],
    ['1-2-3', '( ( 1 - 2 ) - 3 )'],
    ['1+2%3', '( ( 1 + 2 ) % 3 )'],
    ['TRUE OR FALSE AND FALSE', '( ( TRUE OR FALSE ) AND FALSE )'],
    ['NOT TRUE EQ FALSE', '( NOT ( TRUE ) EQ FALSE )'],
    ['1 LT 2 EQ TRUE', '( ( 1 LT 2 ) EQ TRUE )'],
    ['0x01|0x02 EQ 0x03', '( ( 0x01 | 0x02 ) EQ 0x03 )'],
    ['NEG NEG 5', ' - (  - ( 5 ) )'],
    ['5 -3', '( 5 - 3 )'],
    ['MAX(5 (-1))', 'function:MAX, params:[5, -1]'],
  ])('%s groups as %s', (expression, form) => {
    expect(printed(`LET x=${expression}`)).toBe(`LET x = ${form}`)
  })

  test('a minus after an operand always subtracts, so MAX(5 -1) has one argument', () => {
    expect(faultOf('RETURN MAX(5 -1) EQ 5')).toBe('bad-argument-count')
  })

  test.each(['', '1 2', '1 +', '(1', 'ABS 5', '$1', '1=1'])('"%s" is none', (expression) => {
    expect(faultOf(`LET a=1 RETURN ${expression}`)).toBe('bad-expression')
  })

  test.each(['-a', '-(5)', '--5', '-0xFF'])('%s is none: a minus in front needs a number', (expression) => {
    expect(faultOf(`LET a=1 RETURN ${expression}`)).toBe('bad-literal')
  })

  test('64 nested brackets are legal, 65 are not', () => {
    const nested = (depth: number): string => `RETURN ${'('.repeat(depth)}TRUE${')'.repeat(depth)}`
    expect(faultOf(nested(64))).toBeUndefined()
    expect(faultOf(nested(65))).toBe('too-nested')
  })

  test('operators of a long chain are grouped, counted and printed without recursion', () => {
    const { operations, variables } = runScript(`LET a=1${'+1'.repeat(5000)}`, EMPTY_ENVIRONMENT, {
      operationsMax: 20_000,
    })
    expect(variables.get('a')?.text).toBe('5001')
    expect(operations).toBe(1 + 5000 + 5001)
    expect(printed(`LET a=0${'-1'.repeat(3)}`)).toBe('LET a = ( ( ( 0 - 1 ) - 1 ) - 1 )')
  })
})

describe('statements', () => {
  test('branches behind ELSE must parse and can never run', () => {
    const script = 'IF FALSE THEN LET a=1 ELSE LET a=2 ELSEIF TRUE THEN LET a=3 ELSE LET a=4 ENDIF'
    expect(variable(script, 'a')).toBe('2')
    expect(faultOf(script.replace('LET a=4', 'LET a='))).toBe('bad-expression')
  })

  test('an IF without ENDIF is none, even where an inner one has it', () => {
    expect(faultOf('IF TRUE THEN IF TRUE THEN LET a=1 ENDIF')).toBe('bad-statement')
  })

  test('a WHILE without ENDWHILE loses its last token, and is legal if the rest parses', () => {
    expect(variable('LET a=0 WHILE a LT 5 DO LET a=INC(a) 7', 'a')).toBe('5')
    expect(variable('LET a=0 WHILE a LT 5 DO LET a=INC(a) RETURN', 'a')).toBe('5')
    expect(faultOf('LET a=0 WHILE a LT 5 DO LET a=INC(a)')).toBe('bad-expression')
  })

  test('array positions are expressions one after another', () => {
    expect(variable('LET (1 2+1)=7', '1,3,')).toBe('7')
    expect(variable('LET (1.0 (-2))=7', '1,-2,')).toBe('7')
    expect(faultOf('LET ()=7')).toBe('bad-statement')
    expect(faultOf('LET (1 =7')).toBe('bad-statement')
  })

  test('63 nested IFs run, 64 do not parse', () => {
    const nested = (depth: number): string => `${'IF TRUE THEN '.repeat(depth)}RETURN TRUE${' ENDIF'.repeat(depth)}`
    expect(runScript(nested(63), EMPTY_ENVIRONMENT).success).toBe(true)
    expect(faultOf(nested(64))).toBe('too-nested')
  })
})
