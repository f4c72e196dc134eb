import { toHex } from '../codec/index.ts'
import type { Magic } from '../objects/magic.ts'
import { type JsonText, jsonObject, jsonString } from './json-text.ts'

export const magicJson = (magic: Magic): JsonText =>
  jsonObject([
    ['currentmaxtxpowsize', jsonString(magic.currentMaxTxPoWSize.toString())],
    ['currentmaxkissvmops', jsonString(magic.currentMaxKissVmOps.toString())],
    ['currentmaxtxn', jsonString(magic.currentMaxTransactions.toString())],
    ['currentmintxpowwork', jsonString(toHex(magic.currentMinTxPoWWork))],
    ['desiredmaxtxpowsize', jsonString(magic.desiredMaxTxPoWSize.toString())],
    ['desiredmaxkissvmops', jsonString(magic.desiredMaxKissVmOps.toString())],
    ['desiredmaxtxn', jsonString(magic.desiredMaxTransactions.toString())],
    ['desiredmintxpowwork', jsonString(toHex(magic.desiredMinTxPoWWork))],
  ])
