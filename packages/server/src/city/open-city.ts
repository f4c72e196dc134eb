import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { City, openStore, type PublishedMark, SqlAnchorStore, type Store } from '@minipolis/city'
import type { MinimaNode } from '@minipolis/node'
import { nodeEd25519, nodeSha256 } from '../crypto/index.ts'
import { postgresEngine, sqliteEngine } from '../database/index.ts'
import { type DataFolder, filePublishedMark, openDataFolder } from '../folder/index.ts'
import { embeddedLedger } from '../ledger/index.ts'
import { CityError } from './city-error.ts'
import { type CityNetworkOptions, type CityNode, type CityNodeDoors, createCityNode } from './city-node.ts'

type NetworkName = ConstructorParameters<typeof MinimaNode>[0]['network']

export interface OpenCityOptions extends CityNetworkOptions {
  /** Data folder; made when it is missing. */
  readonly folder: string
  /** Minima network of a new folder, `dev` by default; an old folder keeps its own. */
  readonly network?: NetworkName
  /** Origin line of the log of a new folder. */
  readonly origin?: string
  /** PostgreSQL connection string; the rows live in the folder when it is absent. */
  readonly databaseUrl?: string
  /** Least time between two anchors; by default 10 s on `dev`, 15 min elsewhere. */
  readonly anchorEveryMs?: number
  /** Opens a city whose log does not add up too, to look at it: it takes nothing more. */
  readonly evenDamaged?: boolean
}

export interface OpenCityParts {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Cryptographic randomness. */
  readonly randomBytes: (size: number) => Uint8Array
  /** Told of faults that no caller waits for. */
  readonly onError: (error: unknown) => void
}

/** A city that runs in this process: its services, its node, and the folder they live in. */
export interface OpenCity {
  readonly city: City
  readonly node: MinimaNode
  /** What the node listens at for others. */
  readonly nodeDoors: CityNodeDoors
  readonly folder: DataFolder
  /** Newest published tree head, kept outside the rows. */
  readonly mark: PublishedMark
  /**
   * Signs a checkpoint and brings it on chain. A node that is alone on its network mines the blocks for it at once; elsewhere
   * the next anchor interval does it.
   *
   * @returns whether everything in the log is anchored
   */
  settle(): Promise<boolean>
  /** Finishes what was accepted, then lets go of node, rows and folder. Idempotent. */
  close(): Promise<void>
}

const ANCHOR_EVERY_MS = { dev: 10_000, shared: 15 * 60_000 } as const

const NETWORKS: readonly string[] = ['main', 'test', 'dev'] satisfies readonly NetworkName[]

const isNetworkName = (name: string): name is NetworkName => NETWORKS.includes(name)

/**
 * Opens a city with everything it stands on: folder, rows, node, services. Nothing is signed or anchored before `city.start`.
 *
 * @throws FolderError, StoreError, NodeError, LogError; CityError `network-unknown`, `chain-lost`
 */
export const openCity = async (options: OpenCityOptions, parts: OpenCityParts): Promise<OpenCity> => {
  const folder = openDataFolder({
    path: options.folder,
    randomBytes: parts.randomBytes,
    ...(options.network !== undefined && { network: options.network }),
    ...(options.origin !== undefined && { origin: options.origin }),
  })
  const opened: (() => Promise<void> | void)[] = [folder.close]
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close()
  }
  try {
    const { network, origin } = folder.identity
    if (!isNetworkName(network)) {
      throw new CityError('network-unknown', `there is no network ${network}: known are ${NETWORKS.join(', ')}`, {
        network,
      })
    }
    const store = await openRows(options, folder)
    opened.push(() => store.close())
    await assertChainThere(store, folder)
    const cityNode = createCityNode(
      { ...networkOptionsOf(options), network, folder: folder.path, file: folder.nodeDatabase },
      { now: parts.now, random: parts.randomBytes, failed: parts.onError },
    )
    opened.push(() => cityNode.stop())
    await cityNode.start()
    const { node } = cityNode
    const mark = filePublishedMark(folder.publishedMark)
    const city = await City.open(
      {
        origin,
        evenDamaged: options.evenDamaged ?? false,
        anchors: {
          everyMs: options.anchorEveryMs ?? (network === 'dev' ? ANCHOR_EVERY_MS.dev : ANCHOR_EVERY_MS.shared),
        },
      },
      { authority: folder.key('authority'), log: folder.key('log'), gateway: folder.key('gateway') },
      {
        store,
        ledger: embeddedLedger(node),
        mark,
        ed25519: nodeEd25519,
        sha256: nodeSha256,
        now: parts.now,
        onError: parts.onError,
      },
    )
    opened.push(() => city.stop())
    const nodeDoors = cityNode.doors()
    return { city, node, nodeDoors, folder, mark, settle: () => settle(city, cityNode), close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Blocks that an anchor needs at most: one for the founding coin, one for the anchor, and what makes each of them firm. */
const SETTLE_BLOCKS_MAX = 40

const settle = async (city: City, { node, isAlone }: CityNode): Promise<boolean> => {
  await city.log.checkpoint()
  const alone = isAlone && node.status().automine === 'solo'
  for (let blocks = 0; ; blocks++) {
    await city.anchor()
    if (((await city.reach()).anchored ?? 0) >= city.log.size) return true
    if (!alone || blocks === SETTLE_BLOCKS_MAX) return false
    await node.mineBlock()
  }
}

const networkOptionsOf = ({ connect, p2pPort, rpcPort, rpcPassword }: OpenCityOptions): CityNetworkOptions => ({
  ...(connect !== undefined && { connect }),
  ...(p2pPort !== undefined && { p2pPort }),
  ...(rpcPort !== undefined && { rpcPort }),
  ...(rpcPassword !== undefined && { rpcPassword }),
})

/** A new chain beside old anchors would look well and never anchor again: its wallet has not the key of the live anchor coin. */
const assertChainThere = async (store: Store, { nodeDatabase, path }: DataFolder): Promise<void> => {
  if (existsSync(nodeDatabase) || (await new SqlAnchorStore(store).list(1)).length === 0) return
  throw new CityError(
    'chain-lost',
    `${path} holds anchors but no chain: restore ${basename(nodeDatabase)} from a backup, it holds the wallet that signs the next anchor`,
    { folder: path },
  )
}

const openRows = (options: OpenCityOptions, folder: DataFolder): Promise<Store> => {
  const engine =
    options.databaseUrl === undefined ? sqliteEngine(folder.cityDatabase) : postgresEngine(options.databaseUrl)
  return openStore(engine, folder.identity)
}
