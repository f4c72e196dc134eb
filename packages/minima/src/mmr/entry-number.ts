import { bytesToSigned, type Codec, CodecError, data, miniNumber, signedToBytes } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { MMR_ENTRIES_MAX } from './position.ts'

/**
 * The number of an entry in its row. Trees number their entries with whole numbers; foreign bytes may hold any decimal, and
 * because ids cover bytes such a number is kept as it came.
 */
export type EntryNumber = bigint | ScaledEntryNumber

/** An entry number written with a scale: value = unscaled · 10^-scale, scale not 0. No tree makes one. */
export interface ScaledEntryNumber {
  readonly unscaled: bigint
  /** 32-bit signed integer. */
  readonly scale: number
}

/**
 * Longest integer an entry number may have here. A tree of 2^52 entries needs 7 bytes; the reference knows no limit, and an
 * input of a valid transaction may name any number, within the 64 kB that a transaction has unless miners vote for more.
 */
export const ENTRY_NUMBER_SIZE_MAX = 256 * 1024

/**
 * Scale as MiniNumber, then the unscaled two's complement as MiniData, written in shortest form.
 * Source: minima-global/Minima: src/org/minima/database/mmr/MMREntryNumber.java
 */
export const EntryNumber: Codec<EntryNumber> = {
  read: (r) => {
    const scale = miniNumber.read(r).asInt()
    const at = r.offset
    const bytes = data.read(r)
    if (bytes.length === 0 || bytes.length > ENTRY_NUMBER_SIZE_MAX)
      throw new CodecError(
        'length',
        `entry number of ${bytes.length} bytes, expected 1 to ${ENTRY_NUMBER_SIZE_MAX}`,
        at,
      )
    const unscaled = bytesToSigned(bytes)
    return scale === 0 ? unscaled : { unscaled, scale }
  },
  write: (w, value) => {
    const { unscaled, scale } = typeof value === 'bigint' ? { unscaled: value, scale: 0 } : value
    miniNumber.write(w, MiniNumber.of(scale))
    data.write(w, signedToBytes(unscaled))
  },
}

/** The place in a row that an entry number names, or `undefined` where no tree can have one. */
export function entryIndex(entry: EntryNumber): number | undefined {
  const whole = typeof entry === 'bigint' ? entry : wholeOf(entry)
  return whole !== undefined && whole >= 0n && whole < MMR_ENTRIES_MAX ? Number(whole) : undefined
}

/** Powers of ten that are tried to make a whole number of a scaled one: entry numbers have 16 digits at most. */
const WHOLE_SCALE_MAX = 64

/** The reference compares entry numbers by value, so that 5.00 names the same place as 5. */
function wholeOf({ unscaled, scale }: ScaledEntryNumber): bigint | undefined {
  if (unscaled === 0n) return 0n
  if (Math.abs(scale) > WHOLE_SCALE_MAX) return undefined
  if (scale < 0) return unscaled * 10n ** BigInt(-scale)
  const divisor = 10n ** BigInt(scale)
  return unscaled % divisor === 0n ? unscaled / divisor : undefined
}

/** Zeros that plain decimal text may add to the digits; beyond that the exponent is printed. */
const PLAIN_ZEROS_MAX = 1024

/**
 * Plain decimal text without trailing decimals of zero; a number that would need more than 1,024 further zeros is printed with
 * an exponent, as 5E-2147483648. A number of the longest form takes a quarter of a second.
 */
export function formatEntryNumber(entry: EntryNumber): string {
  if (typeof entry === 'bigint') return entry.toString()
  const { unscaled, scale } = entry
  if (unscaled === 0n) return '0'
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (-scale > PLAIN_ZEROS_MAX || scale - digits.length > PLAIN_ZEROS_MAX) return `${sign}${digits}E${-scale}`
  if (scale <= 0) return sign + digits + '0'.repeat(-scale)
  const padded = digits.padStart(scale + 1, '0')
  const point = padded.length - scale
  let end = padded.length
  while (end > point && padded[end - 1] === '0') end--
  const decimals = end > point ? `.${padded.slice(point, end)}` : ''
  return sign + padded.slice(0, point) + decimals
}
