import { type BlockStore, createBlockStore } from './block-store.ts'
import { Database, type DatabaseOptions } from './database.ts'
import { createImportedCoinStore, type ImportedCoinStore } from './imported-coin-store.ts'
import { createRootStore, type RootStore } from './root-store.ts'
import { createSettingStore, type SettingStore } from './setting-store.ts'
import { createTxPoWStore, type TxPoWStore } from './txpow-store.ts'
import { createWalletStore, type WalletStore } from './wallet-store.ts'

/** Everything a node keeps: one file, one transaction at a time. */
export interface Store {
  /** For parts that keep tables of their own beside these. */
  readonly database: Database
  /** Name of the network that it belongs to. */
  readonly network: string
  readonly blocks: BlockStore
  readonly txpows: TxPoWStore
  readonly roots: RootStore
  readonly importedCoins: ImportedCoinStore
  readonly wallet: WalletStore
  readonly settings: SettingStore
  /** All writes of `work` become durable together, or none when it throws. */
  transact<T>(work: () => T): T
  /** As `transact`, for secrets: what `work` overwrites or deletes does not stay in the files. */
  erase<T>(work: () => T): T
  /** Writes a complete copy of the database, which must not exist yet, to `path`. */
  snapshot(path: string): void
  close(): void
}

/** @throws NodeError `wrong-network`, `wrong-version`, `store-locked`, `store-damaged`, `disk-full`, `store-failed` */
export function openStore(options: DatabaseOptions): Store {
  const database = new Database(options)
  return {
    database,
    network: options.network,
    blocks: createBlockStore(database),
    txpows: createTxPoWStore(database),
    roots: createRootStore(database),
    importedCoins: createImportedCoinStore(database),
    wallet: createWalletStore(database),
    settings: createSettingStore(database),
    transact: (work) => database.transact(work),
    erase: (work) => database.erase(work),
    snapshot: (path) => {
      database.run('VACUUM INTO ?', path)
    },
    close: () => database.close(),
  }
}
