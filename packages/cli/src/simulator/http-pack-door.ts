import { type Pack, wirePack } from '@minipolis/city'
import type { ServerClient } from '../remote/server-client.ts'
import type { PackDoor } from './pack-door.ts'

/** The HTTP door: `POST /v1/packs`. */
export const httpPackDoor = (client: ServerClient): PackDoor => ({
  async send(pack: Pack) {
    await client.post('v1/packs', wirePack(pack))
  },
  async close() {},
})
