import { bytesEqual, scriptProofAddress, type TxBody, toHex } from '@minipolis/minima'
import { type AnchorStatement, addressOf, anchorCoinId, anchorScript } from '../anchor/index.ts'
import { broken } from './check-packs.ts'

/** Anchors up to this serial have the ids of the whole line recomputed; later ones rest on the contract from coin to coin. */
const LINE_MAX = 2_000

/**
 * The anchor is one of the log's single line: it spends the founding coin that its address is made of, or an anchor coin of the
 * same address with the id that follows from that founding coin. A second line, by which a log could tell two stories,
 * has another address.
 *
 * @returns the address of the line
 */
export function checkLineage({ transaction, witness }: TxBody, { serial }: AnchorStatement): string {
  const [input] = transaction.inputs
  const [output] = transaction.outputs
  if (!input || !output) throw broken('it is no anchor of a line: it spends or makes no coin')
  const address = toHex(output.address)
  const inputId = toHex(input.coinId)
  if (addressOf(anchorScript(inputId)) === address) {
    if (serial !== 1) throw broken(`it begins a line with the serial ${serial}`)
    return address
  }
  const script = witness.scripts.find((proof) => bytesEqual(scriptProofAddress(proof), output.address))?.script
  const [, founding] = /^LET founding=(0x(?:[0-9A-F]{2}){1,64}) /.exec(script ?? '') ?? []
  if (!bytesEqual(input.address, output.address) || founding === undefined || anchorScript(founding) !== script) {
    throw broken('it is not in a line of anchors: it spends another coin than the anchor before')
  }
  if (serial < 2 || (serial <= LINE_MAX && anchorCoinId(founding, serial - 1) !== inputId)) {
    throw broken(`it spends a coin that is not anchor ${serial - 1} of the line`)
  }
  return address
}
