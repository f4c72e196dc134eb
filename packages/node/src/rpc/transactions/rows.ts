import {
  Coin,
  EMPTY_TRANSACTION,
  EMPTY_WITNESS,
  encode,
  type JsonText,
  jsonArray,
  jsonObject,
  jsonString,
  struct,
  Transaction,
  type TypeOf,
  text,
  toHex,
  transactionJson,
  Witness,
  withOutputCoinIds,
  witnessJson,
} from '@minipolis/minima'
import { RpcError } from '../rpc-error.ts'

/** Transactions that one node keeps at a time for its callers. */
export const ROWS_MAX = 1000
/** Bytes of all of them together, in wire form. A transaction that the network takes has at most 64 KB. */
export const ROWS_BYTES_MAX = 32 * 1024 * 1024

/** A transaction under construction, under a name its maker chose; also the form of `txnexport`. */
export const TransactionRow = struct({ id: text, transaction: Transaction, witness: Witness })
export type TransactionRow = TypeOf<typeof TransactionRow>

export const rowJson = ({ id, transaction, witness }: TransactionRow): JsonText =>
  jsonObject([
    ['id', jsonString(id)],
    ['transaction', transactionJson(transaction)],
    ['witness', witnessJson(witness)],
    ['outputcoindata', jsonArray(transaction.outputs.map((coin) => jsonString(toHex(encode(Coin, coin)))))],
  ])

/** The row without what proves it. */
export const rowTransactionJson = ({ id, transaction }: TransactionRow): JsonText =>
  jsonObject([
    ['id', jsonString(id)],
    ['transaction', transactionJson(transaction)],
  ])

/** The transactions under construction. */
export class TransactionRows {
  readonly #rows = new Map<string, { readonly row: TransactionRow; readonly size: number }>()
  readonly #bytesMax: number
  /** Bytes of all rows. */
  #size = 0

  constructor(bytesMax = ROWS_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  all(): TransactionRow[] {
    return Array.from(this.#rows.values(), ({ row }) => row)
  }

  /** @throws RpcError `not-found` */
  get(id: string): TransactionRow {
    const found = this.#rows.get(id)
    if (found === undefined) throw new RpcError('not-found', `Transaction not found : ${id}`)
    return found.row
  }

  /** @throws RpcError `refused`, `too-much` */
  create(id: string): TransactionRow {
    if (this.#rows.has(id)) throw new RpcError('refused', `Txn with this ID already exists : ${id}`)
    return this.set({ id, transaction: EMPTY_TRANSACTION, witness: EMPTY_WITNESS })
  }

  /** Keeps the row under its id, outputs with the ids they will have. @throws RpcError `too-much` */
  set(row: TransactionRow): TransactionRow {
    const present = this.#rows.get(row.id)
    if (present === undefined && this.#rows.size >= ROWS_MAX) {
      throw new RpcError('too-much', `${ROWS_MAX} transactions are kept; delete some with txndelete`)
    }
    const complete = { ...row, transaction: withOutputCoinIds(row.transaction) }
    const size = encode(TransactionRow, complete).length
    const grown = this.#size - (present?.size ?? 0) + size
    if (grown > this.#bytesMax) {
      throw new RpcError(
        'too-much',
        `all transactions have at most ${this.#bytesMax} bytes; delete some with txndelete`,
      )
    }
    this.#rows.set(row.id, { row: complete, size })
    this.#size = grown
    return complete
  }

  /** @returns whether it was there */
  delete(id: string): boolean {
    this.#size -= this.#rows.get(id)?.size ?? 0
    return this.#rows.delete(id)
  }

  clear(): void {
    this.#rows.clear()
    this.#size = 0
  }
}
