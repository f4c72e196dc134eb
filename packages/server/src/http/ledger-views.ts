import {
  type BlockRef,
  formatInstant,
  fromBase64,
  parseCheckpoint,
  readAnchor,
  type StoredAnchor,
  toLowerHex,
} from '@minipolis/city'
import { decode, TxHeader } from '@minipolis/minima'
import Type, { type Static } from 'typebox'

export const BlockView = Type.Object(
  {
    number: Type.Integer(),
    id: Type.String({ description: 'TxPoW id' }),
    time: Type.String({ description: 'UTC instant' }),
  },
  { description: 'a block of the main branch' },
)
export type BlockView = Static<typeof BlockView>

export const blockView = ({ number, id, timeMs }: BlockRef): BlockView => ({
  number: Number(number),
  id,
  time: formatInstant(Number(timeMs)),
})

export const AnchorView = Type.Object(
  {
    serial: Type.Integer({ description: 'counted from 1' }),
    state: Type.Enum(['intended', 'posted', 'confirmed', 'buried', 'sealed']),
    size: Type.Integer({ description: 'leaves of the log that it anchors' }),
    root: Type.String({ description: 'root of the log at that size, hex' }),
    block: Type.Union([Type.Integer(), Type.Null()], { description: 'block that confirmed it' }),
    blockId: Type.Union([Type.String(), Type.Null()]),
    transaction: Type.Union([Type.String(), Type.Null()], { description: 'transaction id, once posted' }),
    coin: Type.String({ description: 'id of the anchor coin' }),
    time: Type.String({ description: 'of the block; of the posting while it waits' }),
  },
  { description: 'an anchor of the log on the chain' },
)
export type AnchorView = Static<typeof AnchorView>

/** @throws AnchorError `anchor-record` when the stored record is damaged */
export function anchorView(stored: StoredAnchor): AnchorView {
  const record = readAnchor(stored)
  const { proof, posted } = record
  const header = proof?.headers[0]
  const timeMs = header === undefined ? record.madeMs : Number(decode(TxHeader, fromBase64(header)).time.asLong())
  return {
    serial: record.serial,
    state: record.state,
    size: record.size,
    root: rootOf(record.checkpoint),
    block: proof?.block.number ?? null,
    blockId: proof?.block.id ?? null,
    transaction: posted?.transactionId ?? null,
    coin: record.coinId,
    time: formatInstant(timeMs),
  }
}

/** Root in hex of a checkpoint in the form of a signed note, whose text ends before the first empty line. */
const rootOf = (note: string): string => toLowerHex(parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1)).root)
