import type { Maker } from './maker.ts'

/** One kind of transaction, as the recorded chains have them. */
export interface TransactionKind {
  readonly name: string
  /** Makes the coins that it needs, then the transaction. @returns its id, not yet in a block */
  readonly make: (maker: Maker) => Promise<string>
  /** What it burns, in Minima; not looked at when absent. */
  readonly burn?: number
  /** Nobody passes it on before it is in a block, so the maker makes the block. */
  readonly isNotRelayed?: boolean
}
