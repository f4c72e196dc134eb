import {
  fromHex,
  MiniNumber,
  outputCoinId,
  type StateVariable,
  scriptAddress,
  signedByScript,
  toHex,
  utf8,
} from '@minipolis/minima'
import { sha256 } from '../crypto/index.ts'
import type { Hex } from '../ledger/ledger.ts'
import { LOG_SIZE_MAX } from '../log/index.ts'

/**
 * The anchor contract: one live coin per log, spent into its successor each time.
 *
 * | port | type | meaning |
 * |---|---|---|
 * | 0 | STRING | schema, `[minipolis-anchor/1]` |
 * | 1 | HEX | log id: SHA-256 of the origin line |
 * | 2 | NUMBER | tree size, leaves |
 * | 3 | HEX | root hash of the tree, 32 bytes |
 * | 4 | HEX | SHA-256 of the checkpoint's note text, 32 bytes |
 * | 5 | NUMBER | serial: 1 for a log's first anchor, then one more each time |
 * | 6 | HEX | Minima public key that must sign the successor |
 *
 * A coin is a log's anchor when its address is that of the script with the log's founding coin, and its id is
 * `anchorCoinId(founding, serial)`: ids of coins follow from the coin they spend, so there is at most one live coin in this
 * line, and a coin that somebody else sends to the address can never be in it. The script text is `anchor.kiss` with each
 * line break as a blank.
 */
export interface AnchorStatement {
  /** 32 bytes, as all hashes here. */
  readonly logId: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly checkpointHash: Uint8Array
  readonly serial: number
  /** 32 bytes. */
  readonly nextKey: Uint8Array
}

export const ANCHOR_SCHEMA = '[minipolis-anchor/1]'

/** Anchors that one key signs before the next key takes over, well below the 262,144 that it could. */
export const ANCHORS_PER_KEY = 200_000

/** What an anchor coin holds: enough to exist, nothing to steal. */
export const ANCHOR_AMOUNT = MiniNumber.parse('0.000000001')

/** Script of the anchor coins of the log that starts from this coin. */
export function anchorScript(founding: Hex): string {
  return [
    `LET founding=${founding}`,
    'ASSERT @TOTIN EQ 1 AND @TOTOUT EQ 1',
    'ASSERT SIGNEDBY(PREVSTATE(6))',
    'ASSERT SAMESTATE(0 1)',
    'ASSERT STATE(2) GTE PREVSTATE(2)',
    'IF STATE(2) EQ PREVSTATE(2) THEN ASSERT STATE(3) EQ PREVSTATE(3) ENDIF',
    'ASSERT STATE(5) EQ INC(PREVSTATE(5))',
    'ASSERT LEN(STATE(3)) EQ 32 AND LEN(STATE(4)) EQ 32 AND LEN(STATE(6)) EQ 32',
    'RETURN VERIFYOUT(@INPUT @ADDRESS @AMOUNT @TOKENID TRUE)',
  ].join(' ')
}

/** Address of a script, as the chain prints it. */
export const addressOf = (script: string): Hex => toHex(scriptAddress(script))

/** Script of the founding coin: whoever holds the log's first key. */
export const foundingScript = (publicKey: Hex): string => signedByScript(fromHex(publicKey))

/** Names the log on the chain. */
export const logId = (origin: string): Uint8Array => sha256(utf8(origin))

/** What port 4 says of a checkpoint: the hash of its note text, so that cosignatures may be added later. */
export const checkpointHash = (noteText: string): Uint8Array => sha256(utf8(noteText))

/** The wallet's name for the key that signs the successor of anchor `serial` (0: the first anchor). */
export const anchorKeyPurpose = (origin: string, serial: number): string =>
  `anchor ${origin} ${Math.floor(serial / ANCHORS_PER_KEY)}`

/** Id of a log's anchor coin; `serial` hashes. */
export function anchorCoinId(founding: Hex, serial: number): Hex {
  let id = fromHex(founding)
  for (let i = 0; i < serial; i++) id = outputCoinId(id, 0)
  return toHex(id)
}

/** Id of the coin that succeeds an anchor coin. */
export const successorCoinId = (coinId: Hex): Hex => anchorCoinId(coinId, 1)

export function anchorState(statement: AnchorStatement): StateVariable[] {
  return [
    { port: 0, type: 4, value: ANCHOR_SCHEMA },
    { port: 1, type: 1, value: toHex(statement.logId) },
    { port: 2, type: 2, value: String(statement.size) },
    { port: 3, type: 1, value: toHex(statement.root) },
    { port: 4, type: 1, value: toHex(statement.checkpointHash) },
    { port: 5, type: 2, value: String(statement.serial) },
    { port: 6, type: 1, value: toHex(statement.nextKey) },
  ]
}

/** What a coin or transaction says, or `undefined` when its state is not exactly that of an anchor. */
export function readAnchorState(state: readonly StateVariable[]): AnchorStatement | undefined {
  const [schema, log, size, root, checkpoint, serial, nextKey] = state
  if (!(schema && log && size && root && checkpoint && serial && nextKey) || state.length !== 7) return undefined
  const types = [4, 1, 2, 1, 1, 2, 1]
  if (state.some((variable, port) => variable.port !== port || variable.type !== types[port])) return undefined
  const hashes = [log, root, checkpoint, nextKey].map((variable) => fromHex(variable.value))
  const counts = [size, serial].map((variable) => Number(variable.value))
  if (schema.value !== ANCHOR_SCHEMA || hashes.some((bytes) => bytes.length !== 32)) return undefined
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0 || count > LOG_SIZE_MAX)) return undefined
  const [logIdBytes, rootBytes, checkpointBytes, keyBytes] = hashes
  return {
    logId: logIdBytes!,
    size: counts[0]!,
    root: rootBytes!,
    checkpointHash: checkpointBytes!,
    serial: counts[1]!,
    nextKey: keyBytes!,
  }
}
