import { decode, EMPTY_WITNESS, encode, jsonArray, jsonObject, jsonString, toHex } from '@minipolis/minima'
import {
  type Command,
  flagParameter,
  hexParameter,
  REQUIRED,
  respond,
  respondText,
  textParameter,
} from '../../command.ts'
import { fileSize, readFolderFile, writeFolderFile } from '../../folder-files.ts'
import { formatSize } from '../../java-size.ts'
import { RpcError } from '../../rpc-error.ts'
import { rowJson, rowTransactionJson, TransactionRow } from '../../transactions/rows.ts'

/** The parameter that names a row. */
export const idParameter = textParameter('id', 'name of the transaction', REQUIRED)

/** Longest file that is imported. Bytes. */
const FILE_SIZE_MAX = 1024 * 1024

export const txncreate: Command = {
  name: 'txncreate',
  summary: 'Begin a transaction',
  access: 'read',
  parameters: [idParameter],
  run: ({ state, arguments: args }) => respond(rowJson(state.rows.create(args.text('id')))),
}

export const txndelete: Command = {
  name: 'txndelete',
  summary: 'Delete a transaction, or all of them',
  access: 'read',
  parameters: [textParameter('id', 'name of the transaction, or all', REQUIRED)],
  run({ state, arguments: args }) {
    const id = args.text('id')
    if (id === 'all') {
      state.rows.clear()
      return respondText('Deleted')
    }
    return respondText(state.rows.delete(id) ? 'Deleted' : 'Not found')
  },
}

export const txnlist: Command = {
  name: 'txnlist',
  summary: 'List the transactions, or show one',
  access: 'read',
  parameters: [
    textParameter('id', 'show only this one'),
    flagParameter('transactiononly', 'leave out proofs and signatures'),
  ],
  run({ state, arguments: args }) {
    const print = args.flag('transactiononly', false) ? rowTransactionJson : rowJson
    return respond(
      args.has('id') ? print(state.rows.get(args.text('id'))) : jsonArray(state.rows.all().map((row) => print(row))),
    )
  },
}

export const txnclear: Command = {
  name: 'txnclear',
  summary: 'Drop proofs, scripts and signatures of a transaction',
  access: 'read',
  parameters: [idParameter],
  run({ state, arguments: args }) {
    const row = state.rows.get(args.text('id'))
    return respond(rowJson(state.rows.set({ ...row, witness: EMPTY_WITNESS })))
  },
}

export const txnexport: Command = {
  name: 'txnexport',
  summary: 'Write a transaction as hex or into a file',
  access: 'read',
  parameters: [
    idParameter,
    textParameter('file', 'a file in the folder "files"'),
    flagParameter('showtxn', 'without file: add the transaction to the reply'),
  ],
  async run({ node, state, arguments: args }) {
    const row = state.rows.get(args.text('id'))
    const bytes = encode(TransactionRow, row)
    if (!args.has('file')) {
      const shown = args.flag('showtxn', false) ? [['txn', rowJson(row)] as const] : []
      return respond(jsonObject([...shown, ['data', jsonString(toHex(bytes))]]))
    }
    const path = await writeFolderFile(node, args.text('file'), bytes)
    return respond(
      jsonObject([
        ['file', jsonString(path)],
        ['size', jsonString(formatSize(await fileSize(path)))],
      ]),
    )
  },
}

export const txnimport: Command = {
  name: 'txnimport',
  summary: 'Read a transaction from hex or from a file',
  access: 'read',
  parameters: [
    textParameter('id', 'its new name; an existing one is replaced'),
    hexParameter('data', 'what txnexport gave'),
    textParameter('file', 'a file in the folder "files"'),
  ],
  async run({ node, state, arguments: args }) {
    const row = decode(TransactionRow, await importedBytes())
    return respond(rowJson(state.rows.set(args.has('id') ? { ...row, id: args.text('id') } : row)))

    async function importedBytes(): Promise<Uint8Array> {
      if (args.has('file')) return readFolderFile(node, args.text('file'), FILE_SIZE_MAX)
      if (args.has('data')) return args.bytes('data')
      throw new RpcError('bad-parameter', 'Must specify file or data')
    }
  },
}
