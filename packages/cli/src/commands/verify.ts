import { readFileSync, statSync } from 'node:fs'
import { EVIDENCE_LENGTH_MAX, type EvidenceVerdict, verifyEvidence } from '@minipolis/city'
import { nodeEd25519 } from '@minipolis/server/crypto'
import type { Command } from 'commander'
import type { CommandContext } from '../access/context.ts'
import { CommandError } from '../terminal/command-error.ts'
import { facts } from '../terminal/table.ts'
import { collect, example, type JsonOption, jsonOption } from './options.ts'

interface Options extends JsonOption {
  readonly logKey?: readonly string[]
  readonly authority?: readonly string[]
}

/** `minipolis verify`: judges an evidence file, offline. */
export function addVerify(program: Command, context: CommandContext): void {
  const command = program
    .command('verify')
    .summary('judge an evidence file, offline')
    .description(
      'Judges an evidence file from the file alone, offline: is it intact, is it complete, and since when does it stand. ' +
        'Exit code 0 only when it is intact.',
    )
    .argument('<file>', 'evidence file')
    .option('--log-key <key>', 'verifier key of a log that counts (name+id+base64); repeatable', collect)
    .option('--authority <hex>', 'public key of an authority that counts; repeatable', collect)
    .addOption(jsonOption())
  example(command, 'minipolis verify reading.json --json')
  command.action((file: string, options: Options) => {
    const { terminal } = context
    const verdict = verifyEvidence(readText(file), {
      trust: {
        ...(options.logKey && { logKeys: options.logKey }),
        ...(options.authority && { authorityKeys: options.authority.map((key) => key.toLowerCase()) }),
      },
      nowMs: context.now(),
      ed25519: nodeEd25519,
    })
    terminal.out(options.json ? `${JSON.stringify(verdict)}\n` : describe(verdict))
    if (verdict.intact) return
    const broken = verdict.links.find((link) => !link.ok)
    throw new CommandError(
      'not-intact',
      `${file} does not hold: ${broken ? `${broken.name}: ${broken.detail}` : 'no link holds'}`,
    )
  })
}

function readText(path: string): string {
  try {
    // The verifier refuses what is longer; there is no need to read it first. One character has at most four bytes.
    const { size } = statSync(path)
    if (size > EVIDENCE_LENGTH_MAX * 4) throw new CommandError('file', `${path} is too large to be evidence`, { size })
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw cause instanceof CommandError
      ? cause
      : new CommandError('file', `${path} cannot be read`, { path }, { cause })
  }
}

function describe(verdict: EvidenceVerdict): string {
  const { intact, complete, gaps, readings, block, time, depth, asOf } = verdict
  const [first] = readings
  const missing = gaps.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ')
  const pairs: (readonly [string, string])[] = [
    ['intact', intact ? 'yes' : 'NO'],
    ['complete', complete ? 'yes' : missing === '' ? 'no' : `no, missing: ${missing}`],
  ]
  if (first) {
    pairs.push([
      'reading',
      `${first.stream}@${first.sequence}${readings.length > 1 ? ` and ${readings.length - 1} more` : ''}`,
    ])
    pairs.push(['measured', `${first.time}, ${JSON.stringify(first.value)} ${first.unit}`.trimEnd()])
  }
  pairs.push(['block', block ? `${block.number}, ${depth ?? 0} blocks below the end of the path` : 'not anchored yet'])
  if (time.notAfter !== undefined) pairs.push(['recorded by', time.notAfter])
  if (asOf) pairs.push(['as of', `block ${asOf.number}, ${asOf.time}`])
  const links = verdict.links.map(({ name, ok, detail }) => `${ok ? '  ok ' : 'FAIL '} ${name}: ${detail}\n`).join('')
  return facts(pairs) + links
}
