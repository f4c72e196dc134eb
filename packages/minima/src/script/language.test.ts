import { expect, test } from 'vitest'
import { EMPTY_ENVIRONMENT } from './environment.ts'
import { SCRIPT_LANGUAGE } from './language.ts'
import { runScript } from './run/run-script.ts'

test('the language has 53 functions, 13 commands and 12 globals', () => {
  expect(SCRIPT_LANGUAGE.functions).toHaveLength(53)
  expect(new Set(SCRIPT_LANGUAGE.functions.map(({ name }) => name)).size).toBe(53)
  expect(SCRIPT_LANGUAGE.commands).toHaveLength(13)
  expect(SCRIPT_LANGUAGE.globals).toHaveLength(12)
})

test.each(SCRIPT_LANGUAGE.functions)(
  '$name parses with the listed arguments and not with one less',
  ({ name, parameters, argumentsMin }) => {
    const call = (count: number): string => `RETURN ${name}(${'(1) '.repeat(count)})`
    const count = argumentsMin ?? parameters.length
    expect(runScript(call(count), EMPTY_ENVIRONMENT).verdict).not.toBe('unparsed')
    expect(runScript(call(count - 1), EMPTY_ENVIRONMENT).fault?.code).toBe('bad-argument-count')
  },
)
