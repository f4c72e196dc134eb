import {
  blockWeight,
  checkBasic,
  checkCoinProofs,
  checkRelayPolicy,
  checkScripts,
  checkSignatures,
  checkStateStore,
  decode,
  encode,
  factsOf,
  fromHex,
  isTransaction,
  TxPoW,
  toHex,
  txpowBurn,
} from '@minipolis/minima'
import { provedCoins } from '../mempool/index.ts'
import { compareBlock, expectWeight } from './compare-block.ts'
import { compareState } from './compare-state.ts'
import { expectSame, ReplayError } from './mismatch.ts'
import type { EventsRecording, RecordedBlock, RecordedChecks, RecordedEvent, Verdict } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import { ReplayNode } from './replay-node.ts'

/**
 * Every unit a recorded node received, in order, with its derived values, the verdicts on it, and the state after it. One case
 * per event; they build on each other and must be checked in order.
 */
export function* eventCases(recording: EventsRecording): Generator<ReplayCase> {
  const node = new ReplayNode(recording.header, recording.wallet)
  try {
    for (const [index, event] of recording.events.entries()) {
      yield { name: `event ${index} ${event.note ?? event.kind}`, check: () => checkEvent(node, event) }
    }
  } finally {
    node.close()
  }
}

function checkEvent(node: ReplayNode, event: RecordedEvent): void {
  const txpow = decode(TxPoW, fromHex(event.txpow))
  // Whatever is wrong with the event, the node has received it when the next one comes.
  const verdicts = event.checks && verdictsAtTip(node, txpow)
  node.makeTemplate(txpow)
  node.feed(txpow)

  compareDerived(txpow, event)
  if (event.checks !== undefined) compareVerdicts(verdicts!, event.checks)
  if (event.intree !== undefined)
    expectSame('in the tree', node.chain.tree.get(event.txpowid) !== undefined, event.intree)
  if (event.block !== undefined) compareInTree(node, event.txpowid, event.block)
  for (const { txpowid, block } of event.alsoadded ?? []) compareInTree(node, txpowid, block)
  if (event.state === undefined) return
  compareState(node, event.state)
  expectSame('mempool', node.pool.ids().sort(), event.state.mempool)
}

function compareDerived(txpow: TxPoW, event: RecordedEvent): void {
  const facts = factsOf(txpow)
  const derived = {
    txpowid: toHex(facts.id),
    txpow: toHex(encode(TxPoW, txpow)),
    isblock: facts.isBlock,
    istransaction: isTransaction(txpow),
    superlevel: facts.superLevel,
    size: facts.size,
    sizewithouttxns: facts.sizeForLimits,
    burn: txpowBurn(txpow).toString(),
  }
  for (const [name, value] of Object.entries(derived)) {
    const recorded = event[name as keyof typeof derived]
    if (recorded !== undefined) expectSame(name, value, recorded)
  }
  if (event.weight !== undefined) expectWeight('weight', blockWeight(facts.id, txpow.header), event.weight)
}

type Verdicts = { readonly [K in keyof RecordedChecks]: boolean }

/** Evaluated on the tip before the unit is stored. */
function verdictsAtTip({ chain, pool }: ReplayNode, txpow: TxPoW): Verdicts {
  const tip = chain.tip
  if (tip === undefined) throw new ReplayError('shape', 'verdicts are recorded before the chain begins')
  const scripts = checkScripts(txpow, tip.header)
  return {
    basic: checkBasic(txpow).ok,
    signatures: checkSignatures(txpow).ok,
    statestore: checkStateStore(txpow, tip.header.magic.currentMaxTxPoWSize.asLong()).ok,
    relaypolicy: checkRelayPolicy(txpow).ok,
    scriptsattip: scripts.ok,
    monotonic: scripts.monotonic,
    mmrattip: checkCoinProofs(txpow, tip.mmr).ok,
    mempoolcoins: provedCoins(txpow).some((coin) => pool.spends(coin)),
  }
}

function compareVerdicts(verdicts: Verdicts, recorded: RecordedChecks): void {
  const names = Object.keys(verdicts) as (keyof Verdicts)[]
  for (const name of names) expectSame(`verdict ${name}`, verdicts[name], isAccepted(recorded[name]))
}

const isAccepted = (verdict: Verdict): boolean => verdict === true

function compareInTree(node: ReplayNode, id: string, recorded: RecordedBlock): void {
  const { chain } = node
  const block = chain.tree.get(id)
  if (block === undefined) throw new ReplayError('mismatch', `block ${id} is not in the tree`)
  compareBlock(block, node.txblock(block), recorded, chain.parameters)
}
