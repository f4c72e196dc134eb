import { bodyHash, headerId, TxBody, TxHeader, TxPoW, txBodyJson, txHeaderJson, txpowJson } from '@minipolis/minima'
import { caseKind } from '../case-kind.ts'
import { decoded, jsonFacts } from '../decoded.ts'
import { recordedTxPoWFacts } from '../txpow-recorded.ts'

/** TxHeader, TxBody, TxPoW and what follows from them. */
export const txpowKind = caseKind('txpow', {
  'txheader decode': (c) => {
    const { value, facts } = decoded(TxHeader, c)
    return { ...facts, hash: headerId(value), ...jsonFacts(c, () => txHeaderJson(value)) }
  },
  'txbody decode': (c) => {
    const { value, facts } = decoded(TxBody, c)
    return { ...facts, hash: bodyHash(value), ...jsonFacts(c, () => txBodyJson(value)) }
  },
  'txpow decode': (c) => {
    const { value, facts } = decoded(TxPoW, c)
    return { ...facts, ...recordedTxPoWFacts(value), ...jsonFacts(c, () => txpowJson(value)) }
  },
})
