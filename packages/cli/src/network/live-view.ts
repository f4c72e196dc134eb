import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { LocalNetwork } from './local-network.ts'
import type { LocalNode } from './local-node.ts'

const ID_SHOWN = 14

/** Draws a network anew over what it drew before. */
export class LiveView {
  readonly #terminal: Terminal
  #lines = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  draw(network: LocalNetwork): void {
    const text = describeNetwork(network)
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A\u001b[J`
    this.#lines = text.split('\n').length - 1
    this.#terminal.err(up + text)
  }
}

export function describeNetwork(network: LocalNetwork): string {
  const rows = table(
    ['NODE', 'BLOCK', 'ID', 'PEERS', 'MEMPOOL', 'RPC'],
    network.nodes.map((node) => {
      const { state } = node
      if (state === undefined) return [String(node.number), '', node.exit ?? 'no answer', '', '', node.url]
      const { tip, peers, mempool } = state
      return [
        String(node.number),
        tip === undefined ? '' : String(tip.number),
        tip === undefined ? 'no block yet' : tip.id.slice(0, ID_SHOWN),
        String(peers),
        String(mempool),
        node.url,
      ]
    }),
    'rrlrrl',
  )
  return `${rows}${network.isOfOneMind ? 'all have the same newest block' : 'the newest blocks differ'}\n`
}

/** One line for programs. */
export function nodeLine({ number, state, exit }: LocalNode): string {
  const { tip, peers, mempool } = state ?? {}
  return JSON.stringify({
    node: number,
    ...(tip && { block: tip.number, id: tip.id }),
    ...(state && { peers, mempool }),
    ...(state === undefined && { state: exit ?? 'no answer' }),
  })
}
