import { CoinProof, decode, encode, fromHex, MiniNumber, scriptAddress, toHex } from '@minipolis/minima'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportCoin } from '../../packages/node/src/chain/index.ts'
import { PeerNode, until } from '../../packages/node/test/peer-node.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

if (referenceJar === undefined) {
  console.log('MINIMA_JAR does not name the program of the reference: the tests with coin proofs of it are skipped')
}

const PORT = 24_100 + (process.pid % 400) * 2
/** Slower than the network aims at, so that the difficulty stays the easiest. */
const BLOCK_MS = 40_000
const SPREAD_MS = 60_000
/** More than the tree holds. */
const BLOCKS = 45
const PROOF_HISTORY = 8

const OPEN_SCRIPT = 'RETURN TRUE'
const OPEN = toHex(scriptAddress(OPEN_SCRIPT))
const CLOSED = toHex(scriptAddress('RETURN FALSE'))
/** Another one that anybody may spend. */
const OTHER_SCRIPT = 'LET x = 1 RETURN x EQ 1'
const OTHER = toHex(scriptAddress(OTHER_SCRIPT))

let blockMs = Date.now() - 400 * BLOCK_MS
const ours: PeerNode[] = []
/** Makes the blocks, and watches one of the addresses. */
let keeper: PeerNode
/** Watches nothing. */
let other: PeerNode
/** Of the reference: watches the other address. */
let reference: ReferenceNode

const create = async (connect: readonly PeerNode[] = []): Promise<PeerNode> => {
  const peers = { connect: connect.map(({ address }) => address), reconnectMs: 1_000 }
  const node = await new PeerNode({ blockTime: () => blockMs, peers }).start()
  ours.push(node)
  return node
}

const together = async (): Promise<void> => {
  await until(() => other.tip === keeper.tip, 'our nodes have one tip', SPREAD_MS)
  await reference.until(async () => (await reference.status()).hash === keeper.tip, SPREAD_MS)
}

async function mine(blocks: number): Promise<void> {
  for (let i = 0; i < blocks; i++) {
    blockMs += BLOCK_MS
    await keeper.mine()
  }
  await together()
}

const exportOurs = (node: PeerNode, id: string): string =>
  toHex(encode(CoinProof, exportCoin(node.core.chain.tree, node.core.chain.coin(id)!, PROOF_HISTORY)!))

interface Exported {
  readonly data: string
}

describe.skipIf(referenceJar === undefined)('coin proofs, with the reference', { timeout: 400_000 }, () => {
  let openCoin: string
  let otherCoin: string

  beforeAll(async () => {
    keeper = await create()
    await keeper.begin()
    keeper.core.wallet.scripts.add(OPEN_SCRIPT, true)
    other = await create([keeper])
    reference = await ReferenceNode.start({
      port: PORT,
      connect: [`127.0.0.1:${keeper.address.port}`],
      more: ['-allowallip'],
    })
    await mine(4)
    await reference.ask(`newscript trackall:true script:"${OTHER_SCRIPT}"`)
    await keeper.send({ outputs: [{ address: OPEN, amount: MiniNumber.of(7) }], fund: true })
    await mine(4)
    await keeper.send({ outputs: [{ address: OTHER, amount: MiniNumber.of(9) }], fund: true })
    await mine(BLOCKS)
    openCoin = toHex(keeper.core.chain.coins.find({ address: OPEN })[0]!.coinId)
    const [coin] = await reference.ask<{ coinid: string }[]>(`coins address:${OTHER}`)
    otherCoin = coin!.coinid
  }, 300_000)

  afterAll(async () => {
    await Promise.all([...ours.map((node) => node.stop()), reference?.stop()])
  })

  test('the reference takes in an old coin that ours proves, keeps it, and proves it to another of ours', async () => {
    expect(await reference.ask(`coins coinid:${openCoin}`)).toEqual([])
    const data = exportOurs(keeper, openCoin)
    expect(await reference.ask(`coincheck data:${data}`)).toMatchObject({ valid: true })
    await reference.ask(`coinimport track:true data:${data}`)
    expect(await reference.ask(`coins coinid:${openCoin}`)).toMatchObject([{ coinid: openCoin, amount: '7' }])
    await mine(40)
    const { data: fresh } = await reference.ask<Exported>(`coinexport coinid:${openCoin}`)
    expect(fresh).not.toBe(data)
    const proof = decode(CoinProof, fromHex(fresh))
    expect(other.core.chain.importCoin({ ...proof, coin: { ...proof.coin, amount: MiniNumber.of(8) } }).kind).toBe(
      'false',
    )
    expect(other.core.chain.importCoin(proof).kind).toBe('unspent')
    other.core.wallet.scripts.watchCoin(proof.coin.coinId, true)
  })

  test('ours takes in an old coin that the reference proves, keeps it, proves it to the reference and spends it', async () => {
    expect(other.core.chain.coin(otherCoin)).toBeUndefined()
    const { data } = await reference.ask<Exported>(`coinexport coinid:${otherCoin}`)
    const proof = decode(CoinProof, fromHex(data))
    expect(other.core.chain.importCoin(proof).kind).toBe('unspent')
    other.core.wallet.scripts.watchCoin(proof.coin.coinId, true)
    await mine(40)
    expect(other.core.chain.coin(otherCoin)).toBeDefined()
    expect(await reference.ask(`coincheck data:${exportOurs(other, otherCoin)}`)).toMatchObject({ valid: true })

    const spend = (coin: string, amount: number, script: string): Promise<string> =>
      other.send({
        inputs: [coin],
        outputs: [{ address: CLOSED, amount: MiniNumber.of(amount) }],
        scripts: [script],
      })
    blockMs += BLOCK_MS
    await spend(otherCoin, 9, OTHER_SCRIPT)
    await until(() => keeper.core.pool.size > 0 || keeper.tip === other.tip, 'the transaction arrives', SPREAD_MS)
    await mine(2)
    blockMs += BLOCK_MS
    await spend(openCoin, 7, OPEN_SCRIPT)
    await until(() => keeper.core.pool.size > 0 || keeper.tip === other.tip, 'the transaction arrives', SPREAD_MS)
    await mine(2)
    expect(await reference.ask(`coins address:${OTHER}`)).toEqual([])
    expect(await reference.ask(`coins coinid:${openCoin}`)).toEqual([])
    const stale = await reference.reply(`coinimport data:${data}`)
    expect(stale.status).toBe(false)
    expect(other.core.chain.importCoin(proof).kind).toBe('stale')
  })
})
