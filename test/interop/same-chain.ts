import { expect } from 'vitest'
import { type ChainNode, coinTreeOf, haveOneTip, type Json, type JsonObject, waitFor } from './chain-node.ts'

/** Deeper than a tree of the test network. */
const TREE_DEPTH_MAX = 64
/** A line of `printtree` in the tree: indent, number, super level, id, transactions, own weight and that of the subtree, time. */
const BLOCK_LINE = /(\d+) \[0\/(\d+)\] (0x[0-9A-F]+) txns:(\d+) +weight:([\d.]+)\//

interface Status {
  readonly minima: string
  readonly coins: string
  readonly chain: JsonObject & { readonly cascade: { readonly start: number; readonly length: number } }
}

interface Block {
  readonly number: number
  readonly id: string
  readonly superLevel: number
  readonly transactions: number
  readonly weight: string
}

interface VisibleCoin extends JsonObject {
  readonly coinid: string
  readonly created: string
}

/** What a node shows of its chain. Side branches are left out: those that nobody builds on are not passed on to new nodes. */
export interface Picture {
  /** Number of the oldest block of the tree. */
  readonly root: number
  /** Newest block, money and coins in all, coin tree. */
  readonly tip: Json
  /** Blocks that the cascade kept with their levels and weights, as text, and their sum. */
  readonly cascade: Json
  readonly cascadeLength: number
  /** The tree from the root on. */
  readonly blocks: readonly Block[]
  /** Unspent coins that were made above the root, all that is said of each: older ones only their owners see. */
  readonly coins: readonly VisibleCoin[]
}

export async function pictureOf(node: ChainNode): Promise<Picture> {
  const { minima, coins, chain } = await node.ask<Status>('status')
  const { block, hash, time, difficulty, speed, cascade } = chain
  const tree = await node.ask<{ chain: string; cascade: string }>(`printtree cascade:true depth:${TREE_DEPTH_MAX}`)
  const root = cascade.start + 1
  return {
    root,
    tip: { minima, coins, block, hash, time, difficulty, speed, coinTree: await coinTreeOf(node) } as JsonObject,
    cascade: { ...cascade, nodes: tree.cascade } as JsonObject,
    cascadeLength: cascade.length,
    blocks: await mainBlocksOf(node, tree.chain),
    coins: await coinsAbove(node, root),
  }
}

async function mainBlocksOf(node: ChainNode, tree: string): Promise<Block[]> {
  const all = new Map(
    tree.split('\n').flatMap((line): [string, Block][] => {
      const [, number, superLevel, id, transactions, weight] = BLOCK_LINE.exec(line) ?? []
      if (id === undefined) return []
      const block = { number: Number(number), id, superLevel: Number(superLevel), transactions: Number(transactions) }
      return [[id, { ...block, weight: weight! }]]
    }),
  )
  const { blocks } = await node.ask<{ blocks: { txpowid: string }[] }>(`scanchain depth:${TREE_DEPTH_MAX}`)
  return blocks.flatMap(({ txpowid }) => all.get(txpowid) ?? []).reverse()
}

async function coinsAbove(node: ChainNode, root: number): Promise<VisibleCoin[]> {
  const tokens = await node.ask<readonly { readonly tokenid: string }[]>('tokens')
  const coins = await Promise.all(
    tokens.map(({ tokenid }) => node.ask<readonly VisibleCoin[]>(`coins tokenid:${tokenid}`)),
  )
  return coins
    .flat()
    .filter(({ created }) => Number(created) > root)
    .sort((a, b) => (a.coinid < b.coinid ? -1 : 1))
}

/** The same question answered by all nodes while they have one tip. */
export async function askAll<T>(
  nodes: readonly ChainNode[],
  ask: (node: ChainNode) => Promise<T>,
  ms: number,
): Promise<readonly T[]> {
  let answers: readonly T[] = []
  await waitFor(
    'answers on one tip',
    async () => {
      const wasOne = await haveOneTip(nodes)
      answers = await Promise.all(nodes.map(ask))
      return wasOne && (await haveOneTip(nodes))
    },
    ms,
  )
  return answers
}

/**
 * The nodes show the same chain: tip, coin tree, every block of the tree with its weight, every coin. Nodes need not have handed
 * the same number of blocks to their cascades, as that depends on how blocks arrived; what all still have in the tree is compared.
 *
 * @param isFresh one of them took its chain from another just now: then the cascades are the same, node for node
 */
export async function expectSameChain(
  nodes: readonly ChainNode[],
  { isFresh, ms }: { readonly isFresh: boolean; readonly ms: number },
): Promise<Picture> {
  const [first, ...others] = (await askAll(nodes, pictureOf, ms)) as [Picture, ...Picture[]]
  for (const other of others) {
    const root = Math.max(first.root, other.root)
    expect(other.tip).toEqual(first.tip)
    expect(above(root, other)).toEqual(above(root, first))
    expect(above(root, first).blocks.length).toBeGreaterThan(0)
    if (!isFresh) continue
    expect(other.root).toBe(first.root)
    expect(other.cascade).toEqual(first.cascade)
  }
  return first
}

const above = (root: number, { blocks, coins }: Picture): Pick<Picture, 'blocks' | 'coins'> => ({
  blocks: blocks.filter(({ number }) => number >= root),
  coins: coins.filter(({ created }) => Number(created) > root),
})
