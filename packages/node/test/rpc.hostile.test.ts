import { afterAll, beforeAll, expect, test } from 'vitest'
import { Registry } from '../src/rpc/registry.ts'
import { type CommandedNode, startCommandedNode } from './commanded-node.ts'
import { createRandom } from './seeded-random.ts'

/** Stop the node, or work for seconds by design. */
const LEFT_OUT = new Set(['quit', 'restore', 'backup', 'vault', 'hashtest', 'txnlock', 'connect', 'ping'])
const SEED = 20_261_122
const CALLS = 1500
const hex = 'AB'.repeat(32)

const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '1',
  '1e9',
  '1e400',
  '0.00000000000000000000000000000000000000000000001',
  '9'.repeat(400),
  'NaN',
  'true',
  'false',
  'auto',
  'custom',
  'all',
  'list',
  'add',
  'create',
  'info',
  '0x',
  '0x0',
  '0xZZ',
  `0x${hex}`,
  `0x${hex}`.slice(0, 40),
  `0x${hex.repeat(40)}`,
  'Mx',
  'MxG08',
  `Mx${'Z'.repeat(61)}`,
  '{}',
  '[]',
  '{"0":"1"}',
  '{"256":"x"}',
  '{"a":{"b":[1,2]}}',
  '["0x00:1"]',
  '["a","b"]',
  '[1,null]',
  `[${'['.repeat(600)}`,
  '"quoted text"',
  '../../etc/passwd',
  'x'.repeat(5000),
  'RETURN TRUE',
  '"LET x = 1 WHILE TRUE DO LET x = INC(x) ENDWHILE"',
  '__proto__',
  'constructor',
  '\u0000',
  'a\u0000b',
  '💡',
]

let commanded: CommandedNode

beforeAll(async () => {
  commanded = await startCommandedNode({ blocks: 4 })
})
afterAll(() => commanded.stop())

test('whatever is asked, a command answers with JSON that says whether it was done', { timeout: 120_000 }, async () => {
  const dice = createRandom(SEED)
  const commands = (await new Registry().all()).filter(({ name }) => !LEFT_OUT.has(name))
  const any = <T>(list: readonly T[]): T => list[dice.below(list.length)]!
  for (let i = 0; i < CALLS; i++) {
    const command = commands[i % commands.length]!
    const given = command.parameters.filter(({ required }) => required === true || dice.below(3) === 0)
    const line = [command.name, ...given.map(({ name }) => `${name}:${any(VALUES)}`)].join(' ')
    const reply = (await commanded.run(line)) as unknown as Record<string, unknown>
    expect(reply, line).toHaveProperty('status')
    const isFailure = reply.status === false
    expect(isFailure && reply.error === undefined && reply.message === undefined, line).toBe(false)
  }
  expect(commanded.node.tip()!.number).toBeGreaterThanOrEqual(4)
})
