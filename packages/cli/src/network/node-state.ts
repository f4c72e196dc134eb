import { asObject, responseOf } from './reply.ts'

/** What a look at a node shows. */
export interface NodeState {
  /** Absent before the first block. */
  readonly tip?: { readonly number: number; readonly id: string; readonly time: string }
  /** Of tree and cascade. */
  readonly weight: string
  /** Transactions that wait. */
  readonly mempool: number
  /** Connections. */
  readonly peers: number
}

/** Asks a node how it is. @throws CommandError `server` */
export async function readNodeState(run: (line: string) => Promise<string>): Promise<NodeState> {
  const { chain, weight, txpow, network } = asObject(responseOf(await run('status')))
  const { block, hash, time } = asObject(chain)
  const hasTip = typeof block === 'number' && typeof hash === 'string' && hash !== '0x00'
  return {
    ...(hasTip && { tip: { number: block, id: hash, time: String(time) } }),
    weight: String(weight),
    mempool: countOf(asObject(txpow).mempool),
    peers: countOf(asObject(network).connected),
  }
}

const countOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
