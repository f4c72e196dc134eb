import { readFileSync } from 'node:fs'
import { IdentityError, StoreError } from '@minipolis/city'
import { describe, expect, test } from 'vitest'
import { LedgerError } from '../ledger/index.ts'
import { problemOfError, STATUS } from './problem.ts'

const SECRET = '10.0.0.7:5432'

describe('an error becomes a problem', () => {
  test('that says what is wrong with the request, and what to do', () => {
    const facts = { hint: 'give it a name' }
    expect(problemOfError(new IdentityError('device-id', 'a device has no name', facts))).toMatchObject({
      status: 400,
      code: 'device-id',
      detail: 'a device has no name',
      hint: 'give it a name',
    })
  })

  test.each([
    ['a full disk', new StoreError('disk-full', SECRET), 507],
    ['a store that is away', new StoreError('store-unreachable', SECRET), 503],
    ['a node that is away', new LedgerError('unavailable', SECRET), 503],
    ['a fault of the store', new StoreError('store-damaged', SECRET), 500],
    ['a fault of the node', new LedgerError('failed', SECRET), 500],
    ['a fault of ours', new TypeError(SECRET), 500],
  ])('that keeps the words of %s to itself, and is no fault of who asked', (_, error, status) => {
    const problem = problemOfError(error)
    expect(problem.status).toBe(status)
    expect(JSON.stringify(problem)).not.toContain(SECRET)
  })
})

test('the page on the doors names every code in the row of its status', () => {
  const page = readFileSync(new URL('../../../../docs/http-and-mqtt.md', import.meta.url), 'utf8')
  const rows = page.split('\n').filter((line) => /^\| \d{3}/.test(line))
  const missing = Object.entries(STATUS).filter(
    ([code, status]) => !rows.some((row) => row.split('|')[1]!.includes(`${status}`) && row.includes(`\`${code}\``)),
  )
  expect(missing).toEqual([])
})
