import { formatMxAddress, fromHex, type TxPoW } from '@minipolis/minima'
import type { Chain } from '../chain/index.ts'
import { NodeError } from '../errors/index.ts'
import type { WorkThread } from '../threads/index.ts'
import type { Wallet } from '../wallet/index.ts'
import type { MaximaChain, MaximaParts } from './parts.ts'
import { createMaximaWork } from './work.ts'

/** What messaging takes from a running node. */
export interface MaximaNode {
  readonly chain: Chain
  readonly wallet: Wallet
  readonly thread: WorkThread
  /** A candidate on the tip. */
  template(own: undefined): TxPoW
  /** Judges a unit and takes it into the chain. */
  receive(txpow: TxPoW): unknown
  /** Takes a unit that was made here and tells the network of it. @throws NodeError `transaction-invalid` */
  post(txpow: TxPoW): void
}

/** The message goes out even if its work came too late to be a block. */
function postFound(node: MaximaNode, txpow: TxPoW): void {
  try {
    node.post(txpow)
  } catch (error) {
    if (!(error instanceof NodeError && error.code === 'transaction-invalid')) throw error
  }
}

/** Messaging over this node's chain, wallet and work thread. */
export function maximaPartsOf(node: MaximaNode): Pick<MaximaParts, 'chain' | 'work' | 'foundBlock' | 'walletAddress'> {
  const chain = maximaChainOf(() => node.chain)
  return {
    chain,
    work: createMaximaWork({
      minimumWork: () => chain.tip()?.minimumWork,
      template: () => node.template(undefined),
      thread: node.thread,
    }),
    foundBlock(txpow, by) {
      if (by === 'us') postFound(node, txpow)
      else node.receive(txpow)
    },
    walletAddress: async () => formatMxAddress(fromHex(await node.wallet.address())),
  }
}

const maximaChainOf = (chain: () => Chain): MaximaChain => ({
  tip() {
    const { tip } = chain()
    return tip && { number: tip.number, minimumWork: tip.header.magic.currentMinTxPoWWork }
  },
  below(depth) {
    const { tree } = chain()
    const tip = tree.tip
    const block = tip && (tree.mainAt(tip.number - depth) ?? tree.root)
    return block && { number: block.number, id: block.hex }
  },
  blockId: (number) => chain().tree.mainAt(number)?.hex,
})
