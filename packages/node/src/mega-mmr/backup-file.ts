import { closeSync, fstatSync, openSync } from 'node:fs'
import {
  type Codec,
  Coin,
  decode,
  EntryNumber,
  encode,
  entryIndex,
  keyPosition,
  MiniNumber,
  MMRData,
  MMREntry,
  miniNumber,
  positionKey,
  readCount,
} from '@minipolis/minima'
import { FileWindow } from './file-window.ts'
import { MegaMMRError } from './mega-mmr-error.ts'
import type { MegaMMRStore } from './mega-mmr-store.ts'

/*
 * The file that nodes with all coins give each other: version, then version, tree and unspent coins, then the chain from there
 * on as an IBD. Source: minima-global/Minima: src/org/minima/system/commands/backup/mmrsync/MegaMMRBackup.java, spec 03 section 10
 */

const VERSION = encode(miniNumber, MiniNumber.ONE)
const PAGE_ROWS = 2_000
/** Bytes of the chain in a file. */
const IBD_BYTES_MAX = 256 * 1024 * 1024

const count: Codec<number> = { read: readCount, write: (w, value) => miniNumber.write(w, MiniNumber.of(value)) }
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Writes such a file, with turns for others in between.
 *
 * @param ibd the complete chain in wire form, asked for at the end
 * @throws MegaMMRError `moved-on` when the coins followed the chain meanwhile: what was written is of no use then
 */
export async function writeBackup(
  mega: MegaMMRStore,
  ibd: () => Uint8Array,
  write: (bytes: Uint8Array) => Promise<unknown>,
): Promise<void> {
  const { number } = mega
  const page = async (bytes: readonly Uint8Array[]): Promise<void> => {
    await write(Buffer.concat(bytes))
    await nextTurn()
    if (mega.number !== number)
      throw new MegaMMRError('moved-on', 'the coins moved on while they were written; try again')
  }
  const entries = encode(EntryNumber, BigInt(mega.entryNumber))
  await page([VERSION, VERSION, encode(miniNumber, mega.blockTime), entries, encode(count, mega.nodeCount())])
  for (
    let rows = mega.nodePage(0, PAGE_ROWS);
    rows.length > 0;
    rows = mega.nodePage(rows.at(-1)!.position, PAGE_ROWS)
  ) {
    await page(rows.map(({ position, node }) => entryBytes(position, node)))
  }
  await page([encode(count, mega.coinCount)])
  const { coins } = mega
  for (
    let rows = coins.pageBytes(-1, PAGE_ROWS);
    rows.length > 0;
    rows = coins.pageBytes(rows.at(-1)!.entry, PAGE_ROWS)
  ) {
    await page(rows.map(({ coin }) => coin))
  }
  await write(ibd())
}

function entryBytes(position: number, node: Uint8Array): Uint8Array {
  const { row, entry } = keyPosition(position)
  return encode(MMREntry, { row, entry: BigInt(entry), data: decode(MMRData, node) })
}

/**
 * Fills an empty store with the coins of such a file; nothing of it is checked but its form.
 *
 * @param transact runs each part of the work as one transaction
 * @returns the chain in wire form @throws MegaMMRError `file-damaged`
 */
export async function readBackup(
  path: string,
  mega: MegaMMRStore,
  transact: (work: () => void) => void,
): Promise<Uint8Array> {
  const descriptor = openSync(path, 'r')
  try {
    const file = new FileWindow(descriptor, fstatSync(descriptor).size)
    file.read(miniNumber)
    file.read(miniNumber)
    const number = wholeNumber(file.read(miniNumber).toString(), 'block')
    const entries = wholeNumber(String(file.read(EntryNumber)), 'entry')
    transact(() => mega.beginFilling(number, entries))
    await eachPage(file.read(count), (rows) => {
      transact(() => {
        for (let i = 0; i < rows; i++) setEntry(mega, file.read(MMREntry))
      })
    })
    await eachPage(file.read(count), (rows) => {
      transact(() => mega.fill(Array.from({ length: rows }, () => file.read(Coin))))
    })
    return file.rest(IBD_BYTES_MAX)
  } finally {
    closeSync(descriptor)
  }
}

async function eachPage(rows: number, work: (rows: number) => void): Promise<void> {
  for (let left = rows; left > 0; left -= PAGE_ROWS) {
    work(Math.min(left, PAGE_ROWS))
    await nextTurn()
  }
}

function setEntry(mega: MegaMMRStore, { row, entry, data }: MMREntry): void {
  const index = entryIndex(entry)
  const isInTree = index !== undefined && row >= 0 && (index + 1) * 2 ** row <= mega.entryNumber
  if (!isInTree)
    throw new MegaMMRError('file-damaged', `the file has a node ${row}:${String(index)} outside of its tree`)
  mega.setNode(positionKey(row, index), data)
}

function wholeNumber(text: string, what: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new MegaMMRError('file-damaged', `the file says ${text} where the number of an ${what} should stand`)
}
