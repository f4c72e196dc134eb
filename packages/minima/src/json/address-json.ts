import { toHex } from '../codec/index.ts'
import type { Address } from '../objects/address.ts'
import { formatMxAddress } from '../objects/mx-address.ts'
import { type JsonText, jsonObject, jsonString } from './json-text.ts'

export const addressJson = ({ address, script }: Address): JsonText =>
  jsonObject([
    ['script', jsonString(script)],
    ['hexaddress', jsonString(toHex(address))],
    ['miniaddress', jsonString(formatMxAddress(address))],
  ])
