import {
  Address,
  addressJson,
  decodeBase32,
  encode,
  encodeBase32,
  formatMxAddress,
  parseMxAddress,
  Reader,
  scriptAddress,
  toHex,
} from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'

/** Script to address, Mx text and back. */
export const addressesKind = caseKind('addresses', {
  fromscript: (c) => {
    const script = c.text('script')
    const address = scriptAddress(script)
    return {
      address,
      mx: formatMxAddress(address),
      hex: encode(Address, { address, script }),
      json: JSON.parse(addressJson({ address, script })),
    }
  },
  tomx: (c) => ({ mx: formatMxAddress(c.bytes('address')) }),
  frommx: (c) => ({ address: parseMxAddress(c.text('mx')) }),
  decode: (c) => {
    const value = Address.read(new Reader(c.bytes('hex')))
    return {
      address: toHex(value.address),
      mx: formatMxAddress(value.address),
      script: value.script,
      reencoded: encode(Address, value),
    }
  },
  'base32.encode': (c) => ({ mx: encodeBase32(c.bytes('data')) }),
  'base32.decode': (c) => ({ data: decodeBase32(c.text('mx')) }),
})
