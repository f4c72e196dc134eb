import { afterAll, describe, expect, test } from 'vitest'
import { PeerNode, until } from '../../packages/node/test/peer-node.ts'
import { ReferenceNode, referenceJar } from './reference-node.ts'

const GONE_MS = 60_000

const ours: PeerNode[] = []
let reference: ReferenceNode | undefined

describe.skipIf(referenceJar === undefined)('a reference node', { timeout: 240_000 }, () => {
  afterAll(async () => {
    await Promise.all(ours.map((node) => node.stop()))
    await reference?.stop()
  })

  test('gives its chain again to a node that lost its own, within the half hour in which it remembers it', async () => {
    reference = await ReferenceNode.start({ genesis: true })
    const connect = [{ host: '127.0.0.1', port: reference.port }]
    const first = await new PeerNode({ peers: { connect } }).start()
    ours.push(first)
    const { port } = first.peers.network
    await until(() => first.height >= 1, 'the chain is there', 30_000)
    await first.stop()

    const again = await new PeerNode({ peers: { connect, port } }).start()
    ours.splice(0, 1, again)
    await until(() => again.height >= 1, 'the chain is there again', GONE_MS)
    expect(again.peers.network.port).toBe(port)
  })
})
