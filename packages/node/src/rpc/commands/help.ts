import { type JsonText, jsonArray, jsonBoolean, jsonObject, jsonString, SCRIPT_LANGUAGE } from '@minipolis/minima'
import { type Command, respond, respondText, textParameter } from '../command.ts'
import { RpcError } from '../rpc-error.ts'

/** Made from the commands themselves. */
export function createHelp(commands: () => Iterable<Command>): Command {
  return {
    name: 'help',
    summary: 'The commands, or one of them in full',
    access: 'read',
    parameters: [textParameter('command', 'show this command in full')],
    run({ arguments: args }) {
      const all = [...commands()]
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

const fullJson = ({ name, summary, access, parameters, examples = [] }: Command): JsonText =>
  jsonObject([
    ['command', jsonString(name)],
    ['help', jsonString(summary)],
    ['access', jsonString(access)],
    [
      'params',
      jsonArray(
        parameters.map((parameter) =>
          jsonObject([
            ['name', jsonString(parameter.name)],
            ['type', jsonString(parameter.type)],
            ['required', jsonBoolean(parameter.required ?? false)],
            ['help', jsonString(parameter.help)],
          ]),
        ),
      ),
    ],
    ['examples', jsonArray(examples.map(jsonString))],
  ])

export const tutorial: Command = {
  name: 'tutorial',
  summary: 'Words of the script language',
  access: 'read',
  parameters: [],
  run: () => respondText(JSON.stringify(SCRIPT_LANGUAGE, null, 1)),
}
