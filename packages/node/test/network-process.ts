import { MiniNumber, MinipolisError, toHex } from '@minipolis/minima'
import { PeerNode } from './peer-node.ts'

/** What the parent may ask of a node in its own process. */
export type Order =
  | { readonly order: 'begin' | 'address' | 'status' | 'stop' }
  | { readonly order: 'connect' | 'disconnect'; readonly port: number }
  | { readonly order: 'mine'; readonly timeMs: number }
  | { readonly order: 'send'; readonly to: string; readonly amount: string; readonly timeMs: number }

export interface ProcessStatus {
  readonly port: number
  readonly tip: string
  readonly height: number
  /** Raw Minima at the tip. */
  readonly supply: string
  /** Raw Minima of this node's wallet. */
  readonly balance: string
  readonly waiting: number
  readonly peers: number
}

export interface ProcessOptions {
  readonly file: string
  readonly port: number
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions
let timeMs = Date.now()
const node = new PeerNode({
  file: options.file,
  network: 'dev',
  blockTime: () => timeMs,
  peers: { port: options.port, reconnectMs: 200 },
})

function status(): ProcessStatus {
  const tip = node.core.chain.tip
  const balance = node.core.chain.relevantCoins().reduce((sum, { amount }) => sum.add(amount), MiniNumber.ZERO)
  return {
    port: node.peers.network.port,
    tip: tip === undefined ? '' : toHex(tip.id),
    height: tip?.number ?? -1,
    supply: tip?.header.mmrTotal.toString() ?? '0',
    balance: balance.toString(),
    waiting: node.core.pool.size,
    peers: node.peers.network.peers().filter(({ isGreeted }) => isGreeted).length,
  }
}

async function obey(order: Order): Promise<unknown> {
  switch (order.order) {
    case 'begin':
      await node.begin()
      return status()
    case 'address':
      return node.core.wallet.address()
    case 'status':
      return status()
    case 'connect':
      node.peers.network.connect({ host: '127.0.0.1', port: order.port })
      return true
    case 'disconnect':
      node.peers.network.disconnect({ host: '127.0.0.1', port: order.port })
      return true
    case 'mine':
      timeMs = order.timeMs
      await node.mine()
      return status()
    case 'send':
      timeMs = order.timeMs
      return node.send({ outputs: [{ address: order.to, amount: MiniNumber.parse(order.amount) }], fund: true })
    case 'stop':
      await node.stop()
      return true
  }
}

process.on('message', ({ number, order }: { number: number; order: Order }) => {
  obey(order).then(
    (answer) => process.send?.({ number, answer }),
    (error: unknown) => process.send?.({ number, error: error instanceof MinipolisError ? error.code : String(error) }),
  )
})
process.on('disconnect', () => process.exit())
await node.start()
process.send?.({ number: 0, answer: status() })
