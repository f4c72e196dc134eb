/*
 * A Minima node inside a program: a chain of its own, a payment with a note on it, and the proof of the coin it made.
 *
 *   node examples/embed-a-node.ts [DATABASE]
 */
import { randomBytes } from 'node:crypto'
import { MiniNumber, toHex } from '@minipolis/minima'
import { MinimaNode } from '@minipolis/node'

const node = new MinimaNode(
  { network: 'dev', file: process.argv[2] ?? ':memory:' },
  { now: Date.now, random: (size) => new Uint8Array(randomBytes(size)), failed: (error) => console.error(error) },
)
await node.start()
const stop = node.watch((event) => {
  if (event.kind === 'block') console.log(`block ${event.block.number} ${event.block.id}`)
})

// A coin may be spent when it is so many blocks deep, the very first one too.
for (let depth = 0; depth <= node.parameters.confirmDepthBlocks; depth++) await node.mineBlock()

// Everything in this chain belongs to the wallet, so it can pay itself. State variables stay with the coin.
const { txpowId, txpow } = await node.submit({
  outputs: [{ address: await node.address(), amount: MiniNumber.of('1.25'), storeState: true }],
  state: [{ port: 0, type: 4, value: '[street lamp 12 repaired]' }],
  fund: true,
})
while (node.inclusion(txpowId) === undefined) await node.mineBlock()

const coin = node
  .coins({})
  .find(({ state, amount }) => state.length > 0 && amount.equals(txpow.body!.transaction.outputs[0]!.amount))
if (coin === undefined) throw new TypeError('the payment made no coin')
const proof = node.coinProof(toHex(coin.coinId))
console.log(`coin ${toHex(coin.coinId)} says ${coin.state[0]?.value}`)
console.log(`proven to block ${proof?.proof.blockTime} in ${proof?.proof.chunks.length} steps`)

stop()
await node.stop()
