import { ScriptFault } from '../script-fault.ts'
import { StringValue } from '../values/index.ts'
import { replaceAll, replaceFirst } from './replace.ts'
import type { ScriptFunction } from './script-function.ts'

const substring: ScriptFunction = {
  name: 'SUBSTR',
  parameters: ['start NUMBER', 'end NUMBER', 'text STRING'],
  returns: 'STRING',
  about: 'the UTF-16 units from start up to, not including, end',
  run(call, run) {
    const start = call.number(0, run).toInt()
    const end = call.number(1, run).toInt()
    // The reference subtracts in 32 bits, which decides whether the third argument is evaluated before the fault.
    if (((end - start) | 0) < 0) throw new ScriptFault('out-of-range', `SUBSTR cannot go from ${start} to ${end}`)
    const { text } = call.string(2, run)
    if (start < 0 || end < start || end > text.length) {
      throw new ScriptFault('out-of-range', `SUBSTR from ${start} to ${end} leaves the ${text.length} characters`)
    }
    return new StringValue(text.slice(start, end))
  },
}

const replacing = (
  name: string,
  about: string,
  replace: (text: string, find: string, by: string) => string,
): ScriptFunction => ({
  name,
  parameters: ['text STRING', 'find STRING', 'by STRING'],
  returns: 'STRING',
  about,
  run(call, run) {
    const { text } = call.string(0, run)
    const find = call.string(1, run).text
    return new StringValue(replace(text, find, call.string(2, run).text))
  },
})

export const textFunctions: readonly ScriptFunction[] = [
  substring,
  replacing('REPLACE', 'the text with every `find` replaced; in `by` a $0 is what was found and \\ quotes', replaceAll),
  replacing('REPLACEFIRST', 'the text with the first `find` replaced', replaceFirst),
]
