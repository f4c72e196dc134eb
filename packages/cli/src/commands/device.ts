import { existsSync, readFileSync } from 'node:fs'
import { formatKeyFile, parseKeyFile, type SigningKey, signingKey, toLowerHex } from '@minipolis/city'
import { nodeEd25519 } from '@minipolis/server/crypto'
import type { Command } from 'commander'
import { type CommandContext, withCity } from '../access/context.ts'
import { writeWhole } from '../source/write-file.ts'
import { CommandError } from '../terminal/command-error.ts'
import { facts } from '../terminal/table.ts'
import { collect, type DataOption, dataOption, example, type JsonOption, jsonOption } from './options.ts'
import { instantOption } from './time-option.ts'

/** `minipolis device keygen` and `minipolis device enroll`. */
export function addDevice(program: Command, context: CommandContext): void {
  const device = program.command('device').description('Devices and their keys.')
  addKeygen(device, context)
  addEnroll(device, context)
}

function addKeygen(device: Command, context: CommandContext): void {
  const command = device
    .command('keygen')
    .summary('make a key for a device')
    .description(
      'Makes an Ed25519 key for a device. The file holds the secret: it stays with the device, readable for its owner only.',
    )
    .requiredOption('-o, --output <file>', 'where to write the key; never over a file that is there')
    .addOption(jsonOption())
  example(command, 'minipolis device keygen -o lamp-17.key.json')
  command.action(({ output, json }: { readonly output: string } & JsonOption) => {
    if (existsSync(output)) {
      throw new CommandError('file', `${output} is there already`, {
        hint: 'give another name: a key that is gone cannot be made again',
      })
    }
    const key = signingKey(context.randomBytes(32), nodeEd25519)
    writeWhole(output, formatKeyFile(key), 0o600)
    const shown = { key: key.id, publicKey: toLowerHex(key.publicKey), file: output }
    context.terminal.out(
      json
        ? `${JSON.stringify(shown)}\n`
        : facts([
            ['key', shown.key],
            ['public', shown.publicKey],
            ['file', shown.file],
          ]),
    )
  })
}

interface EnrollOptions extends DataOption, JsonOption {
  readonly keyFile?: string
  readonly publicKey?: string
  readonly notBefore?: string
  readonly notAfter?: string
  readonly label?: string
  readonly stream?: readonly string[]
  readonly output?: string
}

function addEnroll(device: Command, context: CommandContext): void {
  const command = device
    .command('enroll')
    .summary('certify a key and register the streams it signs')
    .description(
      'Certifies whose key a key is, and registers the streams that the device will sign. The city takes its packs from then on.',
    )
    .argument('<device>', 'device id: 1 to 128 characters of A-Z a-z 0-9 . _ ~ : / -')
    .option('-k, --key-file <file>', 'key file of minipolis device keygen; only its public half is used')
    .option('--public-key <hex>', 'the public key itself, 64 hex digits')
    .option('--stream <id[:unit]>', 'stream the device will sign, with its UCUM unit; repeatable', collect)
    .option('--not-before <time>', 'the key counts for readings from this instant on; default now')
    .option('--not-after <time>', 'and before this one; default: no end')
    .option('--label <text>', 'what people call the device')
    .option('-o, --output <file>', 'write the credential here')
    .addOption(dataOption())
    .addOption(jsonOption())
  example(command, 'minipolis device enroll lamp-17 --key-file lamp-17.key.json --stream light/lamp-17/power:W')
  command.action(async (id: string, options: EnrollOptions) => {
    const { terminal } = context
    const request = {
      device: id,
      publicKey: publicKeyOf(options),
      notBeforeMs:
        options.notBefore === undefined ? context.now() : instantOption('--not-before', options.notBefore, undefined),
      ...(options.notAfter !== undefined && { notAfterMs: instantOption('--not-after', options.notAfter, undefined) }),
      ...(options.label !== undefined && { label: options.label }),
      streams: (options.stream ?? []).map(streamOf),
    }
    const enrolment = await withCity(context, options.data, 'make', (city) => city.enrol(request))
    if (options.output !== undefined) writeWhole(options.output, `${enrolment.credential}\n`)
    if (options.json) terminal.out(`${JSON.stringify(enrolment)}\n`)
    else {
      terminal.out(`the key ${enrolment.key} is certified for ${enrolment.device}\n`)
      for (const stream of enrolment.streams) terminal.out(`it signs the stream ${stream}\n`)
    }
  })
}

function publicKeyOf({ keyFile, publicKey }: EnrollOptions): string {
  if ((keyFile === undefined) === (publicKey === undefined)) {
    throw new CommandError('usage', 'which key? give --key-file or --public-key', {
      hint: 'make one with: minipolis device keygen -o FILE',
    })
  }
  if (publicKey !== undefined) {
    const hex = publicKey.toLowerCase()
    if (/^[0-9a-f]{64}$/.test(hex)) return hex
    throw new CommandError('usage', 'a public key has 64 hex digits')
  }
  return toLowerHex(readKey(keyFile!).publicKey)
}

function readKey(path: string): SigningKey {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CommandError('file', `${path} cannot be read`, { path }, { cause })
  }
  return parseKeyFile(text, nodeEd25519)
}

/** `ID`, or `ID:UNIT`: ids may hold colons too, so the last one counts. */
function streamOf(text: string): { readonly id: string; readonly unit: string } {
  const colon = text.lastIndexOf(':')
  return colon < 1 ? { id: text, unit: '1' } : { id: text.slice(0, colon), unit: text.slice(colon + 1) }
}
