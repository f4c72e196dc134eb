import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { MiniNumber, toHex } from '@minipolis/minima'
import { MinimaNode, WalletError } from '../src/index.ts'

/*
 * A dev node that mines and spends as fast as it can, until somebody kills it. It says on standard output what it knows to be
 * durable, one JSON line each.
 */
export interface Said {
  readonly kind: 'ready' | 'signed' | 'confirmed'
  /** `signed`: public keys of the one-time keys used. */
  readonly oneTimeKeys?: readonly string[]
  /** `confirmed`: a transaction that a block of the main branch includes. */
  readonly txpowId?: string
}

const file = process.argv[2]!
const say = (said: Said): void => void writeSync(1, `${JSON.stringify(said)}\n`)

let nowMs = Date.UTC(2026, 0, 1)
const node = new MinimaNode(
  { network: 'dev', file, automine: 'off' },
  { now: () => nowMs, random: (size) => randomBytes(size) },
)
await node.start()
nowMs = Number(node.tip()!.timeMs)
say({ kind: 'ready' })

const address = await node.address()
const posted: string[] = []
for (let round = 0; ; round++) {
  nowMs += node.blockTimeMs
  await node.mineBlock()
  const confirmed = posted.filter((id) => node.inclusion(id) !== undefined)
  for (const txpowId of confirmed) {
    say({ kind: 'confirmed', txpowId })
    posted.splice(posted.indexOf(txpowId), 1)
  }
  try {
    const amount = MiniNumber.of(round + 1)
    const burn = MiniNumber.of(round % 3)
    const { txpowId, txpow } = await node.submit({ outputs: [{ address, amount }], burn, fund: true })
    const oneTimeKeys = txpow.body!.witness.signatures.map(({ proofs }) => toHex(proofs.at(-1)!.publicKey))
    say({ kind: 'signed', oneTimeKeys })
    posted.push(txpowId)
    if (round % 8 === 0) await node.keyFor(`round ${round}`)
  } catch (error) {
    if (!(error instanceof WalletError && error.code === 'coins-busy')) throw error
  }
}
