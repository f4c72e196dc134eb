import {
  ancestor,
  type BlockContext,
  chainSpeed,
  createGenesis,
  fromHex,
  MiniNumber,
  medianBlock,
  minimumBlockTime,
  type NetworkParameters,
  nextBlockDifficulty,
} from '@minipolis/minima'
import { isChainRecording, parametersOf } from '../chain/recorded-chain.ts'
import { expectSame, hexOf, isRefused } from '../check-case.ts'
import { Recorded } from '../recorded.ts'
import type { VectorKind } from '../vector-kind.ts'

/** What the rule does not look at. */
const { header } = createGenesis({ address: new Uint8Array(32), time: 0, prng: new Uint8Array(32) })
const ID = Uint8Array.of(1)

/** A chain of the recorded times and difficulties; its first block is the root of the tree. */
const tipOf = (c: Recorded): BlockContext => {
  const first = c.number('firstblock')
  const difficulties = c.texts('difficulties')
  const chain = c.list('times').reduce<BlockContext | undefined>(
    (parent, time, i) => ({
      id: ID,
      superLevel: 0,
      parent,
      header: {
        ...header,
        blockNumber: MiniNumber.of(first + i),
        time: MiniNumber.parse(String(time)),
        blockDifficulty: fromHex(difficulties[i]!),
      },
    }),
    undefined,
  )
  return chain!
}

const check = (c: Recorded, parameters: NetworkParameters): void => {
  const parent = tipOf(c)
  const start = medianBlock(parent, parameters.medianBlocks)
  const end = medianBlock(ancestor(parent, parameters.speedWindowBlocks), parameters.medianBlocks)
  const speed = (): MiniNumber => chainSpeed(start, start.header.blockNumber.sub(end.header.blockNumber).asInt())
  expectSame('next', hexOf(nextBlockDifficulty(parent, parameters)), c.text('next'))
  expectSame('mintime', minimumBlockTime(parent, parameters).toString(), String(c.get('mintime')))
  expectSame('medianstart', start.header.blockNumber.toString(), String(c.get('medianstart')))
  expectSame('medianend', end.header.blockNumber.toString(), String(c.get('medianend')))
  if (c.get('speed') === 'error') expectSame('speed fails', isRefused(speed), true)
  else expectSame('speed', speed().toString(), String(c.get('speed')))
}

/** Block times and difficulties to the next difficulty. */
export const chainDifficultyKind: VectorKind = {
  name: 'chain difficulty',
  matches: (file) => isChainRecording(file) && 'mindifficulty' in file.content,
  cases(file) {
    const parameters = parametersOf(file)
    return new Recorded(file.content).records('cases').map((c) => ({
      name: c.text('name'),
      check: () => check(c, parameters),
    }))
  },
}
