import { formatJavaDate, jsonNumber, jsonObject, jsonString, MiniNumber } from '@minipolis/minima'
import { type Command, numberParameter, respond } from '../command.ts'

const MINUTE_MS = MiniNumber.of(60_000)
const HOUR_MS = MiniNumber.of(3_600_000)

export const timemilli: Command = {
  name: 'timemilli',
  summary: 'The time of this machine in milliseconds',
  access: 'read',
  parameters: [
    numberParameter('minutesback', 'this many minutes ago'),
    numberParameter('hoursback', 'this many hours ago'),
  ],
  run({ node, arguments: args }) {
    const back = args
      .number('minutesback', MiniNumber.ZERO)
      .mult(MINUTE_MS)
      .add(args.number('hoursback', MiniNumber.ZERO).mult(HOUR_MS))
    const time = MiniNumber.of(node.now()).sub(back).floor()
    return respond(
      jsonObject([
        ['timemilli', jsonNumber(time)],
        ['date', jsonString(formatJavaDate(time.asLong()))],
      ]),
    )
  },
}
