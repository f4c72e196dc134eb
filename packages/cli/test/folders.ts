import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdminDoor } from '../src/admin/admin-door.ts'
import { RemoteCity } from '../src/admin/remote-city.ts'
import type { OpenCityAccess } from '../src/commands/city-access.ts'
import { createFindCity } from '../src/commands/find-city.ts'

/** Opens a folder in this process, as commands do when no server runs. */
export const openFolder: OpenCityAccess = createFindCity({
  now: Date.now,
  randomBytes,
  onError: (error) => {
    throw error
  },
  databaseUrl: undefined,
})

/** Opens a folder in a server that lasts for one command, and asks it through its administration door. */
export const openServer: OpenCityAccess = async (folder, purpose) => {
  const city = await openFolder(folder, purpose)
  const door = createAdminDoor(city, 'secret')
  const server = createServer((request, response) => void door(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const remote = new RemoteCity({ url: `http://127.0.0.1:${port}`, token: 'secret' })
  remote.close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await city.close()
  }
  return remote
}
