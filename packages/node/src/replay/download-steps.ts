import { type Coin, decode, fromHex, IBD, MiniNumber, type TxBlock } from '@minipolis/minima'
import { acceptDownload } from '../chain/index.ts'
import { expectWeight } from './compare-block.ts'
import { expectSame, ReplayError } from './mismatch.ts'
import type { RecordedHeader, RecordedIbds } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import { ReplayNode } from './replay-node.ts'

interface RecordedStep {
  readonly name: string
  readonly tip: string
  readonly tipblock?: string
  readonly rootblock?: string
  readonly headermmrroot?: string
  readonly rootweight?: string
  readonly cascade: string
  readonly cascadelength: number
}

export interface StepsRecording {
  readonly header: RecordedHeader
  readonly source: string
  readonly steps: readonly RecordedStep[]
}

/** What a step gives to the node, and when: time since the start, and age of the tip then. */
interface Given {
  readonly ibd: IBD
  readonly sinceStartMs?: number
  readonly tipAgeMs?: number
}

const MINUTE_MS = 60_000
const last = (ibd: IBD, from: number, to?: number): IBD => ({ cascade: null, blocks: ibd.blocks.slice(from, to) })

/** The rows of the recording by the words in their names. "Held back" blocks count from the end of the complete download. */
const inputs: readonly (readonly [words: RegExp, given: (complete: IBD) => Given])[] = [
  [/cascade without any block/, ({ cascade }) => ({ ibd: { cascade, blocks: [] } })],
  [/first block missing/, ({ cascade, blocks }) => ({ ibd: { cascade, blocks: blocks.slice(1) } })],
  [/without the last eight/, ({ cascade, blocks }) => ({ ibd: { cascade, blocks: blocks.slice(0, -8) } })],
  [/parent is unknown/, (complete) => ({ ibd: last(complete, -6, -4) })],
  [/the next two blocks/, (complete) => ({ ibd: last(complete, -8, -6) })],
  [/coin of one million/, (complete) => ({ ibd: { cascade: null, blocks: [forged(complete.blocks.at(-6)!)] } })],
  [/genuine version/, (complete) => ({ ibd: last(complete, -6, -3) })],
  [/but for the last two/, ({ cascade, blocks }) => ({ ibd: { cascade, blocks: blocks.slice(0, -2) } })],
  [
    /four minutes old/,
    (complete) => ({ ibd: last(complete, -2), sinceStartMs: 6 * MINUTE_MS, tipAgeMs: 4 * MINUTE_MS }),
  ],
  [
    /six minutes old/,
    (complete) => ({ ibd: last(complete, -2), sinceStartMs: 6 * MINUTE_MS, tipAgeMs: 6 * MINUTE_MS }),
  ],
]

/**
 * A fresh node is given a row of downloads. It ends each step where the reference ended, with one difference: the reference takes
 * a block with a forged coin unseen, this node refuses it and stays where it was.
 */
export function* downloadStepCases(
  recording: StepsRecording,
  source: { readonly ibd: RecordedIbds },
): Generator<ReplayCase> {
  const node = new ReplayNode(recording.header, undefined)
  const complete = decode(IBD, fromHex(source.ibd.complete.ibd!))
  try {
    let before: RecordedStep | undefined
    for (const step of recording.steps) {
      const expected = /coin of one million/.test(step.name) ? before! : step
      yield { name: step.name, check: () => checkStep(node, step.name, complete, expected) }
      before = step
    }
  } finally {
    node.close()
  }
}

function checkStep({ chain }: ReplayNode, name: string, complete: IBD, expected: RecordedStep): void {
  const input = inputs.find(([words]) => words.test(name))
  if (input === undefined) throw new ReplayError('shape', `no download is known for the step "${name}"`)
  const { ibd, sinceStartMs = 0, tipAgeMs = 0 } = input[1](complete)
  const tipMs = Number(chain.tip?.header.time.toBigInt() ?? 0n)
  acceptDownload(chain, ibd, { nowMs: tipMs + tipAgeMs, sinceStartMs })

  expectSame('tip', chain.tip?.hex ?? '', expected.tip)
  expectSame('cascade length', chain.cascade.blocks.length, expected.cascadelength)
  expectWeight('cascade', chain.cascade.weight, expected.cascade)
  if (expected.tipblock === undefined) return
  expectSame('tip number', String(chain.tip!.number), expected.tipblock)
  expectSame('root number', String(chain.tree.root!.number), expected.rootblock)
  expectWeight('weight of the root', chain.tree.root!.totalWeight, expected.rootweight!)
}

/** The block with a million more, as a liar would send it. */
const forged = (block: TxBlock): TxBlock => ({ ...block, newCoins: [...block.newCoins, forgedCoin] })

const forgedCoin: Coin = {
  coinId: new Uint8Array(32).fill(1),
  address: new Uint8Array(32).fill(2),
  amount: MiniNumber.of(1_000_000),
  tokenId: Uint8Array.of(0),
  storeState: false,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [],
  token: null,
}
