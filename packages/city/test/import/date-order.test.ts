import { describe, expect, test } from 'vitest'
import { type Options, series, take } from './memory-city.ts'

const source = (cells: readonly string[]): string => `time,v\n${cells.map((cell, i) => `${cell},${i}`).join('\n')}\n`
const utc: Options = { ...series, zone: 'UTC' }

const times = async (cells: readonly string[]) => {
  const { city, report } = await take(source(cells), utc)
  const found = [...(city.streams.get('s')?.values() ?? [])].map(({ timeMs }) => new Date(timeMs).toISOString())
  return { report, times: found, damages: city.damages }
}

describe('dates with two numbers before the year', () => {
  test('a day above 12 tells the order for the whole source, also for the rows before it', async () => {
    const { times: found, report } = await times(['03/04/2005 09:45', '01/12/2005 10:00', '13/01/2006 7:05:30'])
    expect(found).toEqual(['2005-04-03T09:45:00.000Z', '2005-12-01T10:00:00.000Z', '2006-01-13T07:05:30.000Z'])
    expect(report.oddities).toMatchObject({ 'date-order': 1 })
  })

  test('a month that comes first is told in the same way', async () => {
    const { times: found } = await times(['3-4-2005', '12-31-2005', '1-1-2006'])
    expect(found).toEqual(['2005-03-04T00:00:00.000Z', '2005-12-31T00:00:00.000Z', '2006-01-01T00:00:00.000Z'])
  })

  test('when no number tells, nothing is taken and the order is asked for', async () => {
    await expect(take(source(['03/04/2005', '05/06/2005']), utc)).rejects.toMatchObject({
      code: 'time-format',
      facts: { hint: expect.stringContaining('DD/MM/YYYY') },
    })
  })

  test('a row that contradicts what was told goes to quarantine; damaged lines keep their place', async () => {
    const { report, damages } = await times(['01/02/2005', 'half', '25/02/2005', '02/25/2005'])
    expect(report).toMatchObject({ read: 4, accepted: 2, quarantined: 2 })
    expect(damages.map(({ line }) => line)).toEqual([3, 5])
  })

  test('more rows than may be held back without a sign are refused, not piled up', async () => {
    const many = Array.from({ length: 10_002 }, (_, i) => `${(i % 12) + 1}/01/2005`)
    await expect(take(source(many), utc)).rejects.toMatchObject({ code: 'time-format' })
  })
})
