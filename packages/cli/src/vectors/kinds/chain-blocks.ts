import { fromHex, Reader, TxPoW } from '@minipolis/minima'
import { ChainReplay } from '../chain/chain-replay.ts'
import { compareBlock } from '../chain/compare-block.ts'
import { compareChain } from '../chain/compare-state.ts'
import { isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { relevantUnspent, walletFrom } from '../chain/relevant-coins.ts'
import { expectSame } from '../check-case.ts'
import { type Json, Recorded } from '../recorded.ts'
import { VectorError } from '../vector-error.ts'
import type { VectorCase, VectorFile, VectorKind } from '../vector-kind.ts'
import { downloadCases } from './chain-download.ts'

const unit = (hex: string): TxPoW => TxPoW.read(new Reader(fromHex(hex)))

/** Listed units are recorded as hex, or as objects with their hex. */
const listedUnit = (recorded: Json): TxPoW =>
  unit(typeof recorded === 'string' ? recorded : new Recorded(recorded as { [key: string]: Json }).text('txpow'))

/** The blocks of a node that mined by itself, in the order they were seen. States were read later than their block. */
function* blockCases(file: VectorFile): Generator<VectorCase> {
  const recorded = new Recorded(file.content)
  const wallet = walletFrom(recorded.record('wallet'))
  const blocks = recorded.records('blocks')
  let chain: ChainReplay | undefined
  for (const [i, block] of blocks.entries()) {
    yield {
      name: `block ${i} number ${block.record('block').text('number')}`,
      check() {
        const txpow = unit(block.text('txpow'))
        if (chain === undefined) chain = new ChainReplay(txpow, parametersOf(file))
        else for (const listed of block.list('txns')) chain.receive(listedUnit(listed))
        chain.receive(txpow)
        const added = chain.blocks.get(block.text('txpowid'))
        if (added === undefined) throw new VectorError('mismatch', 'the block did not enter the tree')
        compareBlock(added, block.record('block'), chain.parameters)
      },
    }
  }
  const state = blocks.at(-1)?.record('state')
  if (state !== undefined) {
    yield {
      name: 'state at the end',
      check() {
        if (chain === undefined) throw new VectorError('mismatch', 'there is no chain')
        compareChain(chain, state)
        expectSame('relevantunspent', relevantUnspent(chain.tip, wallet), state.texts('relevantunspent'))
      },
    }
  }
  if (recorded.has('ibd')) yield* downloadCases(file)
}

/** The chain of an untouched node. */
export const chainBlocksKind: VectorKind = {
  name: 'chain blocks',
  matches: (file) => isChainRecording(file) && 'wallet' in file.content && Array.isArray(file.content.blocks),
  cases: blockCases,
}
