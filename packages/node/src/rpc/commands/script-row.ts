import { formatMxAddress, fromHex, type JsonText, jsonBoolean, jsonObject, jsonString, toHex } from '@minipolis/minima'
import type { StoredScript } from '../../store/index.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'

const NO_KEY = '0x00'
/** Scripts that one wallet keeps for callers of this interface, those of its keys among them. */
const SCRIPTS_MAX = 100_000

/** @throws RpcError `too-much` */
export function insistRoomForScript({ wallet }: RpcNode): void {
  if (wallet.scripts.size < SCRIPTS_MAX) return
  throw new RpcError('too-much', `the wallet keeps ${SCRIPTS_MAX} scripts; remove some with removescript`)
}

/** A script of the wallet, by address. @throws RpcError `not-found` */
export function scriptRowJson(node: RpcNode, address: string): JsonText {
  const script = node.wallet.scripts.get(address)
  if (script === undefined) throw new RpcError('not-found', 'Script with that address not found')
  return storedScriptJson(node, script)
}

export function storedScriptJson(node: RpcNode, { text, address, publicKey, track }: StoredScript): JsonText {
  const key = publicKey && toHex(publicKey)
  return jsonObject([
    ['script', jsonString(text)],
    ['address', jsonString(toHex(address))],
    ['miniaddress', jsonString(formatMxAddress(address))],
    ['simple', jsonBoolean(key !== undefined)],
    ['default', jsonBoolean(key !== undefined && node.wallet.keys.isDefault(key))],
    ['publickey', jsonString(key ?? NO_KEY)],
    ['track', jsonBoolean(track)],
  ])
}

export const customScriptJson = (text: string, address: string, track: boolean): JsonText =>
  jsonObject([
    ['script', jsonString(text)],
    ['address', jsonString(address)],
    ['miniaddress', jsonString(formatMxAddress(fromHex(address)))],
    ['simple', jsonBoolean(false)],
    ['default', jsonBoolean(false)],
    ['publickey', jsonString(NO_KEY)],
    ['track', jsonBoolean(track)],
  ])
