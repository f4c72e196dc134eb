import { join } from 'node:path'
import {
  City,
  type Ledger,
  openStore,
  PackArchive,
  type PublishedHead,
  SqlAnchorStore,
  StreamRegister,
  signingKey,
} from '@minipolis/city'
import { nodeEd25519, nodeSha256, sqliteEngine } from '@minipolis/server'
import { LocalCity } from '../src/commands/local-city.ts'

const ORIGIN = 'test.local/city'

/** Opens the city of a folder over a given chain, as often as a command asks for it. */
export async function openLocal(folder: string, ledger: Ledger, marks: Map<string, PublishedHead>): Promise<LocalCity> {
  const store = await openStore(sqliteEngine(join(folder, 'city.sqlite')), { network: 'dev', origin: ORIGIN })
  const key = (fill: number) => signingKey(new Uint8Array(32).fill(fill), nodeEd25519)
  const errors: unknown[] = []
  const mark = {
    read: async () => marks.get(folder),
    write: async (head: PublishedHead) => void marks.set(folder, head),
  }
  const city = await City.open(
    { origin: ORIGIN, anchors: { everyMs: 1, buryBlocks: 4 } },
    { authority: key(1), log: key(2), gateway: key(3) },
    {
      store,
      anchors: new SqlAnchorStore(store),
      evidenceSource: new PackArchive(store, new StreamRegister(store, Date.now)),
      mark,
      ledger,
      ed25519: nodeEd25519,
      sha256: nodeSha256,
      now: Date.now,
      onError: (error) => errors.push(error),
    },
  )
  return new LocalCity({
    city,
    mark,
    place: folder,
    async close() {
      await city.stop()
      await store.close()
      if (errors.length > 0) throw errors[0]
    },
  })
}
