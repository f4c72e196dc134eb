import { decode, fromHex, IBD, toHex } from '@minipolis/minima'
import { acceptDownload } from '../chain/index.ts'
import { expectWeight } from './compare-block.ts'
import { compareCascade } from './compare-state.ts'
import { expectSame, ReplayError } from './mismatch.ts'
import type { RecordedCascade, RecordedHeader, RecordedIbd } from './recording.ts'
import type { ReplayCase } from './replay-case.ts'
import { ReplayNode } from './replay-node.ts'

/** Number, id, time, difficulty, super level, weight, entries of the coin tree. */
type BriefBlock = readonly [string, string, string, string, number, string, string]

export interface BriefRecording {
  readonly header: RecordedHeader
  readonly blocks: readonly BriefBlock[]
  readonly cascades: readonly {
    readonly afterblock: string
    readonly root: string
    readonly cascade: RecordedCascade
  }[]
  readonly ibd: RecordedIbd
  readonly rootweight: string
}

/** A long chain of which only a complete download was recorded in full: a fresh node takes it and ends in the same state. */
export function* downloadCases(recording: BriefRecording): Generator<ReplayCase> {
  const node = new ReplayNode(recording.header, undefined)
  try {
    yield { name: 'a fresh node takes the download', check: () => takeDownload(node, recording) }
    yield { name: 'blocks of the tree', check: () => compareBlocks(node, recording.blocks) }
    yield { name: 'cascade', check: () => compareCascade(node.chain.cascade, recording.cascades.at(-1)!.cascade) }
    yield {
      name: 'weight',
      check: () => expectWeight('weight of the root', node.chain.tree.root!.totalWeight, recording.rootweight),
    }
  } finally {
    node.close()
  }
}

function takeDownload(node: ReplayNode, { ibd }: BriefRecording): void {
  const result = acceptDownload(node.chain, decode(IBD, fromHex(ibd.ibd!)), { nowMs: 0, sinceStartMs: 0 })
  if (result.kind !== 'taken' || result.stopped !== undefined) {
    throw new ReplayError(
      'mismatch',
      `the download is not taken: ${JSON.stringify(result, undefined, 1).slice(0, 300)}`,
    )
  }
  expectSame('blocks taken', result.added, ibd.blocks.length)
  expectSame('tip', node.chain.tip!.hex, ibd.blocks.at(-1))
}

function compareBlocks({ chain }: ReplayNode, blocks: readonly BriefBlock[]): void {
  const brief = new Map(blocks.map((block) => [block[1], block]))
  for (const node of chain.tree.mainFrom(0)) {
    const [number, id, time, difficulty, superLevel, weight, entries] = brief.get(node.hex) ?? []
    const { header, mmr } = node
    const found = [
      String(node.number),
      node.hex,
      header.time.toString(),
      toHex(header.blockDifficulty),
      node.superLevel,
      String(mmr.entryNumber),
    ]
    expectSame(`block ${node.number}`, found, [number, id, time, difficulty, superLevel, entries])
    expectWeight(`weight of block ${number}`, node.weight, weight!)
  }
}
