import { type JsonText, jsonObject, jsonString, SCRIPT_LANGUAGE } from '@minipolis/minima'
import { type Command, respond, respondText, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

/** Made from the commands themselves. */
export function createHelp(commands: () => Promise<readonly Command[]>): Command {
  return {
    name: 'help',
    summary: 'The commands, or one of them in full',
    access: 'read',
    parameters: [textParameter('command', 'show this command in full')],
    async run({ arguments: args }) {
      const all = await commands()
      if (!args.has('command')) {
        return respond(jsonObject(all.map((command) => [command.name, jsonString(oneLine(command))] as const)))
      }
      const name = args.text('command').toLowerCase()
      const found = all.find((command) => command.name === name)
      if (found === undefined) throw new RpcError('unknown-command', `Command not found : ${args.text('command')}`)
      return respond(fullJson(found))
    },
  }
}

const oneLine = ({ parameters, summary }: Command): string =>
  [...parameters.map(({ name, required }) => (required ? `[${name}:]` : `(${name}:)`)), '-', summary].join(' ')

const fullJson = (command: Command): JsonText =>
  jsonObject([
    ['command', jsonString(command.name)],
    ['help', jsonString(oneLine(command))],
    ['fullhelp', jsonString(fullText(command))],
  ])

/** Everything that is known of a command, for people. */
function fullText({ name, summary, access, parameters, examples = [] }: Command): string {
  const described = parameters.map(
    (parameter) =>
      `${parameter.name}: (${[parameter.type, parameter.required ? 'required' : 'optional'].join(', ')})\n    ${parameter.help}`,
  )
  const shown = examples.length === 0 ? [] : [`Examples:\n${examples.join('\n')}`]
  return [`\n${name}`, `${summary}. It needs ${access} access.`, ...described, ...shown].join('\n\n')
}

export const tutorial: Command = {
  name: 'tutorial',
  summary: 'Words of the script language',
  access: 'read',
  parameters: [],
  run: () => respondText(JSON.stringify(SCRIPT_LANGUAGE, null, 1)),
}
