import {
  applyTxBlock,
  bodyHash,
  type ChainContext,
  type CheckResult,
  checkBasic,
  checkBlock,
  checkSignatures,
  checkTransactionInBlock,
  createTxBlock,
  encode,
  factsOf,
  fromHex,
  isTransaction,
  MinipolisError,
  Reader,
  TxPoW,
} from '@minipolis/minima'
import { chainAfter, type RecordedChain } from '../chain/chain-after.ts'
import { isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { tipVerdicts, verdict } from '../chain/tip-verdicts.ts'
import { type Computed, checkCase, expectSame, hexOf, isRefused } from '../check-case.ts'
import { Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorFile, VectorKind } from '../vector-kind.ts'

/** The state that the cases of a file are judged on. */
interface Scene {
  readonly chain: RecordedChain
  readonly context: ChainContext
  /** A valid empty block on the tip. */
  readonly template: TxPoW
}

const unit = (hex: string): TxPoW => TxPoW.read(new Reader(fromHex(hex)))

/** The chain that ends where the file says; it is recorded in another file of the same directory. */
function sceneOf(file: VectorFile): Scene {
  const recorded = new Recorded(file.content)
  const tip = recorded.record('header').text('tip')
  for (const { content } of file.neighbours()) {
    const other = new Recorded(content)
    if (!Array.isArray(other.get('events'))) continue
    const last = other.records('events').findLast((event) => event.has('state'))
    if (last?.record('state').text('tip') !== tip) continue
    const chain = chainAfter(other)
    const context = { parameters: parametersOf(file), cascade: chain.cascade }
    return { chain, context, template: unit(recorded.text('template')) }
  }
  throw new VectorError('shape', `no recording beside ${file.path} ends at the block ${tip}`, { tip })
}

const encodingCase = (c: Recorded): Computed => {
  const txpow = unit(c.text('bytes'))
  const written = hexOf(encode(TxPoW, txpow))
  return {
    parses: true,
    txpowid: factsOf(txpow).id,
    size: factsOf(txpow).size,
    sameaftercoding: written === c.text('bytes'),
    recoded: written,
  }
}

/** The verdict on the template that lists this one unit, root and total made to fit where that can be computed. */
const checkListed = (listed: TxPoW, { chain, context, template }: Scene): CheckResult => {
  const body = { ...template.body!, txpowIds: [factsOf(listed).id] }
  const block: TxPoW = { header: { ...template.header, bodyHash: bodyHash(body) }, body }
  let root = { data: block.header.mmrRoot, value: block.header.mmrTotal }
  try {
    root = applyTxBlock(createTxBlock(chain.tip.mmr, block, [listed])).mmr.root() ?? root
  } catch (error) {
    if (!(error instanceof MinipolisError)) throw error
  }
  const header = { ...block.header, mmrRoot: root.data, mmrTotal: root.value }
  return checkBlock({ header, body }, [listed], chain.tip, context)
}

const transactionCase = (c: Recorded, scene: Scene): Computed => {
  const txpow = unit(c.text('txpow'))
  const { chain, template } = scene
  return {
    parses: true,
    txpowid: factsOf(txpow).id,
    isblock: factsOf(txpow).isBlock,
    istransaction: isTransaction(txpow),
    checks: tipVerdicts(c.record('checks'), txpow, chain.tip, (coin) => chain.coinsInMemory.has(coin)),
    simple: verdict(checkTransactionInBlock(txpow, template.header, chain.tip.mmr), c.get('simple')),
    asblocktxn: verdict(checkListed(txpow, scene), c.get('asblocktxn')),
  }
}

const blockCase = (c: Recorded, { chain, context }: Scene): Computed => {
  const txpow = unit(c.text('txpow'))
  return {
    parses: true,
    txpowid: factsOf(txpow).id,
    isblock: factsOf(txpow).isBlock,
    istransaction: isTransaction(txpow),
    parent: chain.tip.id,
    basic: verdict(checkBasic(txpow), c.get('basic')),
    signatures: verdict(checkSignatures(txpow), c.get('signatures')),
    block: verdict(checkBlock(txpow, c.texts('txns').map(unit), chain.tip, context), c.get('block')),
  }
}

const compute = (c: Recorded, scene: Scene): Computed => {
  switch (c.text('kind')) {
    case 'encoding':
      return encodingCase(c)
    case 'txn':
      return transactionCase(c, scene)
    case 'block':
      return blockCase(c, scene)
    default:
      throw new VectorError('unchecked', `cases of the kind ${c.text('kind')} are not known`)
  }
}

const INFORMATIVE = ['why', 'mineit', 'bytes', 'txpow', 'txns']

const check = (c: Recorded, scene: Scene): void => {
  for (const field of INFORMATIVE) c.get(field)
  // `exception` and false both say that the bytes are refused.
  if (c.get('parses') !== true)
    expectSame(
      'refused',
      isRefused(() => compute(c, scene)),
      true,
    )
  else checkCase(c, () => compute(c, scene), { all: [], byName: () => c })
}

/** Altered units, each judged on its own on the tip of a recorded chain. */
export const chainCasesKind: VectorKind = {
  name: 'chain cases',
  matches: (file) => isChainRecording(file) && 'template' in file.content,
  cases(file) {
    let scene: Scene | undefined
    return new Recorded(file.content).records('cases').map((c) => ({
      name: c.text('name'),
      check() {
        scene ??= sceneOf(file)
        check(c, scene)
      },
    }))
  },
}
