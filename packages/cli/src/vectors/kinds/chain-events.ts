import {
  blockWeight,
  encode,
  factsOf,
  isTransaction,
  type NetworkParameters,
  Reader,
  TxPoW,
  txpowBurn,
} from '@minipolis/minima'
import { ChainReplay } from '../chain/chain-replay.ts'
import { compareBlock } from '../chain/compare-block.ts'
import { compareChain } from '../chain/compare-state.ts'
import { expectWeight, isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { relevantUnspent, type Wallet, walletFrom } from '../chain/relevant-coins.ts'
import { tipVerdicts } from '../chain/tip-verdicts.ts'
import { WaitingUnits } from '../chain/waiting-units.ts'
import { type Computed, checkCase, expectSame, hexOf } from '../check-case.ts'
import { Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorKind } from '../vector-kind.ts'

/** A recorded node: its chain, its memory, its wallet. */
interface Scene {
  readonly chain: ChainReplay
  readonly waiting: WaitingUnits
  readonly wallet: Wallet
}

const unitOf = (event: Recorded): TxPoW => TxPoW.read(new Reader(event.bytes('txpow')))

const derived = (event: Recorded, txpow: TxPoW): Computed => {
  const facts = factsOf(txpow)
  if (event.has('weight')) expectWeight('weight', blockWeight(facts.id, txpow.header), event.text('weight'))
  return {
    txpowid: facts.id,
    txpow: hexOf(encode(TxPoW, txpow)),
    isblock: facts.isBlock,
    istransaction: isTransaction(txpow),
    superlevel: facts.superLevel,
    size: facts.size,
    sizewithouttxns: facts.sizeForLimits,
    burn: () => txpowBurn(txpow).toString(),
  }
}

const compareInTree = ({ chain }: Scene, id: string, recorded: Recorded): void => {
  const block = chain.blocks.get(id)
  if (block === undefined) throw new VectorError('mismatch', `the block ${id} did not enter the tree`, { id })
  compareBlock(block, recorded, chain.parameters)
}

const compareAfter = (event: Recorded, scene: Scene): void => {
  const { chain, waiting, wallet } = scene
  if (event.has('block')) compareInTree(scene, event.text('txpowid'), event.record('block'))
  if (event.has('alsoadded')) {
    for (const added of event.records('alsoadded')) compareInTree(scene, added.text('txpowid'), added.record('block'))
  }
  if (!event.has('state')) return
  const state = event.record('state')
  compareChain(chain, state)
  expectSame('mempool', waiting.ids(), state.texts('mempool'))
  expectSame('relevantunspent', relevantUnspent(chain.tip, wallet), state.texts('relevantunspent'))
}

/** What the node says of the unit before it takes it, then the state with it. */
const feed = (event: Recorded, scene: Scene | undefined, begin: (genesis: TxPoW) => Scene): Computed => {
  event.get('kind')
  const txpow = unitOf(event)
  if (scene === undefined) {
    compareAfter(event, begin(txpow))
    return derived(event, txpow)
  }
  const { chain, waiting } = scene
  const coins = waiting.coins()
  const checks = event.has('checks')
    ? tipVerdicts(event.record('checks'), txpow, chain.tip, (coin) => coins.has(coin))
    : undefined
  waiting.template(txpow)
  waiting.arrive(event.text('txpowid'))
  chain.receive(txpow)
  compareAfter(event, scene)
  return { ...derived(event, txpow), checks, intree: chain.blocks.has(event.text('txpowid')) }
}

const sceneOf = (genesis: TxPoW, parameters: NetworkParameters, wallet: Wallet): Scene => {
  const chain = new ChainReplay(genesis, parameters)
  return { chain, waiting: new WaitingUnits(chain), wallet }
}

/** Every unit that a recorded node received, with the state after each. Cases build on those before them. */
export const chainEventsKind: VectorKind = {
  name: 'chain events',
  matches: (file) => isChainRecording(file) && Array.isArray(file.content.events),
  cases(file) {
    const recorded = new Recorded(file.content)
    const parameters = parametersOf(file)
    const wallet = walletFrom(recorded.record('wallet'))
    let scene: Scene | undefined
    const begin = (genesis: TxPoW): Scene => {
      scene = sceneOf(genesis, parameters, wallet)
      return scene
    }
    return recorded.records('events').map((event, i) => ({
      name: `event ${i} ${event.has('note') ? event.text('note') : event.text('kind')}`,
      check: () => checkCase(event, () => feed(event, scene, begin), { all: [], byName: () => event }),
    }))
  },
}
