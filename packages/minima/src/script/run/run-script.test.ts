import { describe, expect, test } from 'vitest'
import { EMPTY_ENVIRONMENT, type ScriptEnvironment } from '../environment.ts'
import { OPERATIONS_DEFAULT } from '../limits.ts'
import type { ScriptResult } from '../script-result.ts'
import { NumberValue } from '../values/index.ts'
import { parseScript, runScript } from './run-script.ts'

const run = (script: string, environment: Partial<ScriptEnvironment> = {}, operationsMax?: number): ScriptResult =>
  runScript(script, { ...EMPTY_ENVIRONMENT, ...environment }, operationsMax === undefined ? {} : { operationsMax })

const KEY = `0x${'AB'.repeat(32)}`

describe('what a script ends with', () => {
  test.each([
    ['RETURN TRUE', 'success', true],
    ['RETURN FALSE', 'failure', true],
    ['ASSERT FALSE RETURN TRUE', 'failure', true],
    ['ASSERT TRUE', 'failure', false],
    ['', 'failure', false],
    ['RETURN 1', 'fault', true],
    ['RETURN TRUE LET b=1/0', 'success', true],
    ['LET a=FUNCTION([RETURN TRUE])+1', 'fault', true],
    ['RETURN', 'unparsed', false],
  ])('%s: %s', (script, verdict, decided) => {
    expect(run(script)).toMatchObject({ verdict, decided, success: verdict === 'success' })
  })

  test('variables keep what was assigned before a fault', () => {
    const { verdict, fault, variables } = run('LET a=1 LET b=1/0')
    expect(verdict).toBe('fault')
    expect(fault?.code).toBe('arithmetic')
    expect([...variables.keys()]).toEqual(['a'])
  })

  test('a parsed script can be run again and remembers nothing', () => {
    const parsed = parseScript('LET (1)=5 RETURN EXISTS(2)')
    const first = runScript(parsed, EMPTY_ENVIRONMENT)
    expect(runScript(parsed, EMPTY_ENVIRONMENT)).toEqual(first)
  })
})

describe('operations', () => {
  test.each([
    ['RETURN TRUE', 2],
    ['RETURN NOT TRUE', 4],
    ['RETURN TRUE OR FALSE', 4],
    ['IF FALSE THEN LET a=1 ELSE LET a=2 ENDIF', 5],
    [`RETURN SIGNEDBY(${KEY})`, 3],
    ['RETURN CHECKSIG(0x01 0x02 0x00010000)', 36],
  ])('%s takes %i', (script, operations) => {
    expect(run(script).operations).toBe(operations)
  })

  test('exactly the limit is allowed', () => {
    expect(run('RETURN TRUE', {}, 2).success).toBe(true)
    expect(run('RETURN TRUE', {}, 1)).toMatchObject({
      success: false,
      fault: { code: 'operation-limit' },
      operations: 2,
    })
  })

  test('a loop without end ends at the limit', () => {
    expect(run('WHILE TRUE DO LET a=1 ENDWHILE')).toMatchObject({
      verdict: 'fault',
      operations: OPERATIONS_DEFAULT + 1,
    })
  })
})

describe('signatures', () => {
  const signers = new Set([KEY])

  test('keys are compared by their bytes, whatever the case of their digits', () => {
    expect(run(`RETURN SIGNEDBY(${KEY.toLowerCase()})`, { signers }).success).toBe(true)
    expect(run('RETURN SIGNEDBY(0xAB)', { signers }).success).toBe(false)
  })

  test('a key written twice counts twice, and keys behind the last one needed are not looked at', () => {
    expect(run(`RETURN MULTISIG(2 ${KEY} ${KEY})`, { signers }).success).toBe(true)
    expect(run(`RETURN MULTISIG(1 ${KEY} TRUE)`, { signers }).success).toBe(true)
    expect(run(`RETURN MULTISIG(2 ${KEY} TRUE)`, { signers }).fault?.code).toBe('wrong-type')
  })
})

describe('monotonic', () => {
  const globals = new Map([
    ['@BLOCK', NumberValue.ofInteger(5)],
    ['@CREATED', NumberValue.ofInteger(1)],
  ])

  test('a run that read the block number may end otherwise in another block', () => {
    expect(run('RETURN @BLOCK GT 1', { globals }).monotonic).toBe(false)
    expect(run('RETURN @CREATED GT 1', { globals }).monotonic).toBe(true)
  })

  test('mentioning it in a branch that does not run, or where it is missing, changes nothing', () => {
    expect(run('IF FALSE THEN RETURN @BLOCK GT 1 ENDIF RETURN TRUE', { globals }).monotonic).toBe(true)
    expect(run('RETURN @BLOCK GT 1').monotonic).toBe(true)
  })
})

describe('scripts in scripts', () => {
  test('EXEC shares the variables and can decide', () => {
    const { success, variables } = run('LET a=1 EXEC [LET b=a+1 RETURN b EQ 2] LET c=1')
    expect(success).toBe(true)
    expect([...variables.keys()]).toEqual(['a', 'b'])
  })

  test('MAST runs the script of the witness with that address', () => {
    const scripts = [{ address: '0xAA', script: 'RETURN TRUE' }]
    expect(run('MAST 0xaa', { scripts }).success).toBe(true)
    expect(run('MAST 0xAB', { scripts }).fault?.code).toBe('not-found')
  })

  test('FUNCTION fills its places with the printed arguments, texts in brackets', () => {
    const sum = 'LET f=[LET returnvalue=$1+$2] LET n=FUNCTION(f 1 2) LET t=FUNCTION(f [a] [b])'
    const { variables } = run(sum)
    expect(variables.get('n')?.text).toBe('3')
    expect(variables.get('t')?.text).toBe('ab')
  })

  test('a text that does not parse is a fault of the run', () => {
    expect(run('EXEC [RETURN]')).toMatchObject({ verdict: 'fault', fault: { code: 'bad-expression' }, operations: 2 })
  })

  test('leaving a block early keeps its level of depth, as in the reference: 62 such calls pass and 63 do not', () => {
    const calls = (count: number): string =>
      `LET f=[RETURN TRUE LET z=1] LET a=${Array.from({ length: count }, () => 'FUNCTION(f)').join(' AND ')}`
    expect(run(calls(62)).success).toBe(true)
    expect(run(calls(63)).fault?.code).toBe('too-nested')
  })
})

describe('trace', () => {
  test('tells each step with the operations counted so far', () => {
    const { trace } = runScript('LET a=1+1 RETURN a EQ 2', EMPTY_ENVIRONMENT, { trace: true })
    expect(trace.slice(-6)).toEqual([
      'INST[1] - LET a = ( 1 + 1 )',
      'INST[4] - { a = 2, }',
      'INST[5] - RETURN ( variable:a EQ 2 )',
      'INST[8] - ( variable:a EQ 2 ) returns:TRUE',
      'INST[8] - Contract instructions : 8',
      'INST[8] - Contract finished     : true',
    ])
  })
})
