import { formatEvidence, verifyEvidence } from '@minipolis/city'
import { nodeEd25519 } from '@minipolis/server'
import { drawsAt } from '../../packages/cli/src/simulator/random.ts'
import { STREAM_PREFIX } from '../../test/durability/detector-week.ts'
import { withWeekCity } from '../load/week-city.ts'
import { type Cost, ownCpuMs } from './cost.ts'

const WARM_UP = 200

/** Evidence of random readings, made and verified, in this process. */
export async function energyOfEvidence(tell: (cost: Cost) => void, isQuick: boolean): Promise<void> {
  const count = isQuick ? 50 : 500
  await withWeekCity(async ({ city }, { detectors, rows }) => {
    const draw = drawsAt('energy', 0)
    const make = async (): Promise<string> => {
      const stream = `${STREAM_PREFIX}${detectors[draw(detectors.length)]}`
      return formatEvidence(await city.evidence({ stream, first: 1 + draw(rows.length) }))
    }
    const texts: string[] = []
    for (let at = 0; at < WARM_UP; at++) verifyEvidence(await make(), { ed25519: nodeEd25519 })
    const makeMs = await ownCpuMs(async () => {
      for (let at = 0; at < count; at++) texts.push(await make())
    })
    tell({ what: 'evidence, made', cpuMs: makeMs / count })
    const verifyMs = await ownCpuMs(async () => {
      for (const text of texts) verifyEvidence(text, { ed25519: nodeEd25519 })
    })
    tell({ what: 'evidence, verified', cpuMs: verifyMs / count })
  })
}
