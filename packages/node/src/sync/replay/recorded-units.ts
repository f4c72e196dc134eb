import { decode, MinipolisError, TxPoW, toHex, txpowId } from '@minipolis/minima'
import { type Frame, MaxTxPoW, messageName } from '../../wire/index.ts'
import { assertConnection, type NetworkRecording, timedFrames } from './network-recording.ts'

/** Units of a recording by id, hex. */
export type RecordedUnits = ReadonlyMap<string, TxPoW>

/**
 * Every unit that went over any connection of a recording, in whichever direction: a node that tells of a unit may have it from
 * elsewhere. Units that carried messages count, because some are blocks by luck.
 */
export function unitsOf({ connections }: NetworkRecording): RecordedUnits {
  const units = new Map<string, TxPoW>()
  for (const connection of connections) {
    assertConnection(connection)
    for (const { frame } of timedFrames(connection)) {
      const unit = unitIn(frame)
      if (unit !== undefined) units.set(toHex(txpowId(unit)), unit)
    }
  }
  return units
}

/** Undefined for frames without a unit, and for those that cannot be read: the check of the stream tells of them. */
function unitIn({ type, payload }: Frame): TxPoW | undefined {
  try {
    switch (messageName(type)) {
      case 'txpow':
        return decode(TxPoW, payload)
      case 'maximaTxPoW':
        return decode(MaxTxPoW, payload).txpow
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof MinipolisError) return undefined
    throw error
  }
}
