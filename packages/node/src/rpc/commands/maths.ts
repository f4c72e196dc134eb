import { EMPTY_ENVIRONMENT, jsonObject, jsonString, runScript, scriptLimits } from '@minipolis/minima'
import { type Command, flagParameter, REQUIRED, respond, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

export const maths: Command = {
  name: 'maths',
  summary: 'Calculate with the numbers of the script language',
  access: 'read',
  parameters: [
    textParameter('calculate', 'an expression of KISS VM', REQUIRED),
    flagParameter('logs', 'accepted and not used'),
  ],
  examples: ['maths calculate:"( 5 + 6 ) * 2"'],
  run({ arguments: args }) {
    const expression = args.text('calculate')
    const result = runScript(`LET x = (${expression})`, EMPTY_ENVIRONMENT, {
      operationsMax: scriptLimits.OPERATIONS_DEFAULT,
    })
    const value = result.variables.get('x')
    if (result.fault !== null || value === undefined) {
      throw new RpcError('refused', `cannot calculate ${expression} : ${result.fault?.message ?? 'no result'}`)
    }
    return respond(jsonObject([['result', jsonString(value.text)]]))
  },
}
