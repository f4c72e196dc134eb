import type { Store } from '../store/index.ts'

/** How much the city knows. */
export interface Census {
  readonly devices: number
  readonly streams: number
  /** Refused messages in quarantine. */
  readonly quarantined: number
}

/** Counts rows; a few milliseconds for a hundred thousand of them. */
export async function takeCensus({ db }: Store): Promise<Census> {
  const count = async (table: 'device' | 'stream' | 'quarantine'): Promise<number> => {
    const { rows } = await db
      .selectFrom(table)
      .select((c) => c.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    return Number(rows)
  }
  return { devices: await count('device'), streams: await count('stream'), quarantined: await count('quarantine') }
}
