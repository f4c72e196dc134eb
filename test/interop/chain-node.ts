import { setTimeout as delay } from 'node:timers/promises'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** A node that is driven by commands: one of the reference or one of ours. */
export interface ChainNode {
  readonly kind: 'ours' | 'reference'
  /** The response of a command. Fails when the command is refused. */
  ask<T>(line: string): Promise<T>
  /** The whole reply of a command, refusals too. */
  reply(line: string): Promise<JsonObject>
  /** Makes a block with what waits in the memory of this node. */
  mine(): Promise<void>
}

/** Where a transaction stands on a node's main branch. */
export interface Place {
  readonly block: number
  readonly blockId: string
  readonly txpowId: string
}

interface ScannedBlock {
  readonly block: number
  readonly txpowid: string
  readonly transactions: readonly {
    readonly txpowid: string
    readonly transaction?: { readonly transactionid: string }
    readonly burntransaction?: { readonly transactionid: string }
  }[]
}

/** Blocks that are searched for a transaction. */
const SEARCH_DEPTH = 16
const POLL_MS = 40
/** How long nodes may differ before one more block is made. */
const UNDECIDED_MS = 3_000

/** Finds a transaction in the newest blocks, by its id. */
export async function placeOf(node: ChainNode, transactionId: string): Promise<Place | undefined> {
  const { blocks } = await node.ask<{ blocks: readonly ScannedBlock[] }>(`scanchain depth:${SEARCH_DEPTH}`)
  for (const { block, txpowid: blockId, transactions } of blocks) {
    for (const { txpowid, transaction, burntransaction } of transactions) {
      const ids = [transaction?.transactionid, burntransaction?.transactionid]
      if (ids.includes(transactionId)) return { block: Number(block), blockId, txpowId: txpowid }
    }
  }
  return undefined
}

interface Waiting {
  readonly txpow: readonly { readonly txpowid: string; readonly transaction: boolean }[]
}

/** Whether a node has a transaction, waiting or in one of the newest blocks. `looked` keeps ids of units that are others. */
export async function hasTransaction(node: ChainNode, transactionId: string, looked: Set<string>): Promise<boolean> {
  if ((await placeOf(node, transactionId)) !== undefined) return true
  const { txpow } = await node.ask<Waiting>('mempool')
  for (const { txpowid, transaction } of txpow) {
    if (!transaction || looked.has(txpowid)) continue
    const { response } = await node.reply(`txpow txpowid:${txpowid}`)
    if (JSON.stringify(response ?? '').includes(`"transactionid":"${transactionId}"`)) return true
    looked.add(txpowid)
  }
  return false
}

/** Empty while there is none. */
export async function tipOf(node: ChainNode): Promise<string> {
  const { response } = await node.reply('block')
  return response !== null && typeof response === 'object' && 'hash' in response ? String(response.hash) : ''
}

/** Whether all nodes have the same newest block. */
export const haveOneTip = async (nodes: readonly ChainNode[]): Promise<boolean> =>
  new Set(await Promise.all(nodes.map(tipOf))).size === 1

/** Root, total and number of entries of the coin tree at the tip. */
export async function coinTreeOf(node: ChainNode): Promise<Json> {
  const { block, entrynumber, root } = await node.ask<JsonObject>('printmmr')
  return { block, entrynumber, root } as JsonObject
}

/** Waits until something holds. Fails after `ms` with what was waited for. */
export async function waitFor(what: string, holds: () => Promise<boolean>, ms: number): Promise<void> {
  const endMs = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await delay(POLL_MS)
  }
}

/**
 * Waits until nodes have one tip. Where they do not agree soon, a block more decides: of two forks of the same weight, and over
 * a block whose transactions came after it, which the reference looks at again only then.
 */
export async function agree(nodes: readonly ChainNode[], mine: () => Promise<void>, ms: number): Promise<void> {
  const endMs = Date.now() + ms
  while (!(await holdsWithin(() => haveOneTip(nodes), UNDECIDED_MS))) {
    if (Date.now() > endMs) throw new Error(`not within ${ms} ms: one tip of ${nodes.length} nodes`)
    await mine()
  }
}

async function holdsWithin(holds: () => Promise<boolean>, ms: number): Promise<boolean> {
  for (const endMs = Date.now() + ms; Date.now() <= endMs; await delay(POLL_MS)) if (await holds()) return true
  return false
}

/** Insists that a reply is a success. */
export function responseOf<T>(line: string, reply: JsonObject): T {
  if (reply.status === true && 'response' in reply) return reply.response as T
  throw new Error(`${line.slice(0, 200)}: ${JSON.stringify(reply).slice(0, 600)}`)
}
