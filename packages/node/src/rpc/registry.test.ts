import { expect, test } from 'vitest'
import { respondText } from './command.ts'
import { loadersOf, Registry } from './registry.ts'

test('every command is found by the name it has itself', async () => {
  const registry = new Registry()
  const all = await registry.all()
  expect(all.length).toBeGreaterThan(100)
  for (const command of all) expect(await registry.get(command.name)).toBe(command)
  expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).sort())
})

test('what is no command is none, whatever JavaScript calls so', async () => {
  for (const name of ['', 'fly', 'constructor', '__proto__', 'toString']) {
    expect(await new Registry().get(name)).toBeUndefined()
  }
})

test('a command that is given replaces the built-in one of its name', async () => {
  const own = {
    ...(await new Registry().get('random'))!,
    run: () => respondText('4'),
  }
  expect(await new Registry(loadersOf([own])).get('random')).toBe(own)
})
