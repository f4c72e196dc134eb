import { readFileSync } from 'node:fs'
import { builtInNetwork, isNetworkName, type NetworkDefinition, parseNetworkFile } from '@minipolis/node'
import { CommandError } from '../terminal/command-error.ts'

/** What `--network` names: one of Minima's networks, or a file that describes one. @throws CommandError `usage`, FullNodeError `network-file` */
export function chooseNetwork(choice: string): NetworkDefinition {
  if (isNetworkName(choice)) return builtInNetwork(choice)
  let text: string
  try {
    text = readFileSync(choice, 'utf8')
  } catch (cause) {
    throw new CommandError(
      'usage',
      `there is no network ${choice}, and no file of that name can be read`,
      { hint: 'give main, test, dev, or a file: { "name": "harbour", "base": "test", "parameters": {} }' },
      { cause },
    )
  }
  return parseNetworkFile(text, choice)
}
