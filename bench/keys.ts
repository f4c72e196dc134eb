import {
  createKeyNode,
  seedOfPhrase,
  signWinternitz,
  TreeKey,
  verifyTreeSignature,
  verifyWinternitz,
  winternitzPublicKey,
} from '@minipolis/minima'
import { comparer, type Recorded } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'Winternitz and tree keys: making, signing, verifying'

const reference = (perSecond: number, goal: number): Recorded[] => [
  { name: 'reference (Java), one thread', perSecond, source: 'recorded on a machine of this kind', goal },
]

/** The values in turn, for ever: what a signature costs depends on the message. */
function inTurn<T>(values: readonly T[]): () => T {
  let next = 0
  return () => values[next++ % values.length]!
}

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const compare = comparer(report, options)
  const seed = seedOfPhrase('a benchmark')
  const messages = Array.from({ length: 32 }, (_, index) => seedOfPhrase(`transaction ${index}`))
  const nextMessage = inTurn(messages)

  await compare({
    title: 'Winternitz sign',
    unit: 'signatures',
    rivals: [{ name: 'signWinternitz', call: () => signWinternitz(seed, nextMessage()) }],
    recorded: reference(420, 2),
  })
  const publicKey = winternitzPublicKey(seed)
  const nextClaim = inTurn(
    messages.map((message) => ({ publicKey, message, signature: signWinternitz(seed, message) })),
  )
  await compare({
    title: 'Winternitz verify, and make a public key',
    unit: 'calls',
    rivals: [
      { name: 'verifyWinternitz', call: () => verifyWinternitz(nextClaim()) },
      { name: 'winternitzPublicKey', call: () => winternitzPublicKey(seed) },
    ],
  })
  const key = new TreeKey(seed)
  const nextSigned = inTurn(messages.map((message, use) => ({ message, signature: key.signAt(use, message) })))
  await compare({
    title: 'Tree key of 64 × 3, verify',
    unit: 'signatures',
    rivals: [
      {
        name: 'verifyTreeSignature',
        call: () => {
          const { message, signature } = nextSigned()
          return verifyTreeSignature(key.publicKey, message, signature)
        },
      },
    ],
    recorded: reference(129, 2),
  })
  await compare({
    title: 'Tree key of 64 × 3, sign with its nodes at hand',
    unit: 'signatures',
    rivals: [{ name: 'TreeKey.signAt', call: () => key.signAt(31, nextMessage()) }],
  })
  await compare({
    title: 'Tree key of 64 × 3, make: one node of 64 one-time keys',
    unit: 'nodes',
    rivals: [{ name: 'createKeyNode', call: () => createKeyNode(seed, 64) }],
  })
  const stored = key.encodeNode([])
  await compare({
    title: 'Tree key of 64 × 3, take a stored node',
    unit: 'nodes',
    rivals: [{ name: 'TreeKey.addNode', call: () => new TreeKey(seed).addNode([], stored) }],
  })
}
