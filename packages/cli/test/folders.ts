import { randomBytes } from 'node:crypto'
import { openCity } from '@minipolis/server'
import { pino } from 'pino'
import { createHttpDoor } from '../../server/src/http/index.ts'
import { createMetrics } from '../../server/src/metrics/index.ts'
import type { OpenCityAccess } from '../src/access/city-access.ts'
import { createFindCity } from '../src/commands/find-city.ts'
import { RemoteCity } from '../src/remote/remote-city.ts'

const parts = {
  now: Date.now,
  randomBytes: (size: number): Uint8Array => randomBytes(size),
  onError: (error: unknown) => {
    throw error
  },
}

/** Opens a folder in this process, as commands do when no server runs. */
export const openFolder: OpenCityAccess = createFindCity({ ...parts, databaseUrl: undefined })

/** Opens a folder in a server that lasts for one command, and asks it over HTTP. */
export const openServer: OpenCityAccess = async (folder, purpose) => {
  if (purpose !== 'make') await (await openFolder(folder, purpose)).close()
  const open = await openCity({ folder }, parts)
  open.city.start()
  const door = await createHttpDoor(
    { adminToken: 'secret', version: '0.0.0' },
    {
      city: open.city,
      metrics: createMetrics(open.city),
      log: pino({ level: 'silent' }, { write: () => {} }),
      now: Date.now,
    },
  )
  const { url } = await door.listen({ host: '127.0.0.1', port: 0 })
  const remote = new RemoteCity({ url, token: 'secret' })
  remote.close = async () => {
    await door.close()
    await open.close()
  }
  return remote
}
