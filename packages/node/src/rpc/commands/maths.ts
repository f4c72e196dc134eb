import { EMPTY_ENVIRONMENT, jsonObject, jsonString, runScript, scriptLimits } from '@minipolis/minima'
import { type Command, flagParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'
import { traceText } from './script-trace.ts'

/** The variable that holds the result. */
const RESULT = 'returnvalue'

export const maths: Command = {
  name: 'maths',
  summary: 'Calculate with the numbers of the script language',
  access: 'read',
  parameters: [
    textParameter('calculate', 'an expression of KISS VM', REQUIRED),
    flagParameter('logs', 'add the log of the script machine'),
  ],
  examples: ['maths calculate:"( 5 + 6 ) * 2"'],
  run({ arguments: args }) {
    const expression = args.text('calculate')
    const logs = args.flag('logs', false)
    const result = runScript(`LET ${RESULT} = ${expression}`, EMPTY_ENVIRONMENT, {
      operationsMax: scriptLimits.OPERATIONS_DEFAULT,
      trace: logs,
    })
    const value = result.variables.get(RESULT)
    if (result.fault !== null || value === undefined) {
      throw new RpcError('refused', `cannot calculate ${expression} : ${result.fault?.message ?? 'no result'}`)
    }
    const log = logs ? [['logs', jsonString(traceText(result.trace))] as const] : []
    return respond(jsonObject([...log, ['result', jsonString(value.text)]]))
  },
}
