import {
  CoinProof,
  coinJson,
  coinLeaf,
  coinProofJson,
  decode,
  encode,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  toHex,
} from '@minipolis/minima'
import { exportCoin, isRelevantCoin } from '../../chain/index.ts'
import { spelledId } from '../coins.ts'
import {
  addressParameter,
  type Command,
  flagParameter,
  hexParameter,
  REQUIRED,
  respond,
  respondText,
  textParameter,
} from '../command.ts'
import type { Arguments } from '../line/arguments.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { requireTip } from '../tip.ts'

/** Addresses that events are told of, and the characters of one: what is longer is at no coin. */
const NOTIFIED_MAX = 100_000
const ADDRESS_LENGTH_MAX = 130

export const coinexport: Command = {
  name: 'coinexport',
  summary: 'Prove that a coin is unspent',
  access: 'read',
  parameters: [hexParameter('coinid', 'id of the coin', REQUIRED)],
  run({ node, arguments: args }) {
    const id = args.text('coinid')
    const coin = node.chain.coin(spelledId(id))
    const proof = coin && exportCoin(node.chain.tree, coin, node.parameters.proofHistoryBlocks)
    if (proof === undefined) throw new RpcError('not-found', `Coin not found coinid : ${id}`)
    return respond(
      jsonObject([
        ['coinproof', coinProofJson(proof)],
        ['data', jsonString(toHex(encode(CoinProof, proof)))],
      ]),
    )
  },
}

const proofParameter = hexParameter('data', 'what coinexport gave', REQUIRED)

/** @throws CodecError for what is no coin proof; RpcError `refused` for a coin that says itself that it is spent */
function givenProof(args: Arguments, verb: string): CoinProof {
  const proof = decode(CoinProof, args.bytes('data'))
  if (proof.coin.spent !== 0) throw new RpcError('refused', `Coin is spent. Can only ${verb} UNSPENT coins.`)
  return proof
}

export const coincheck: Command = {
  name: 'coincheck',
  summary: 'Check the proof of a coin',
  access: 'read',
  parameters: [proofParameter],
  run({ node, arguments: args }) {
    const { coin, proof } = givenProof(args, 'check')
    const tip = requireTip(node)
    return respond(
      jsonObject([
        ['proofblock', jsonNumber(proof.blockTime)],
        ['coin', coinJson(coin)],
        ['valid', jsonBoolean(tip.mmr.checkTimeValid(coin.mmrEntry, coinLeaf(coin), proof))],
      ]),
    )
  },
}

export const coinimport: Command = {
  name: 'coinimport',
  summary: 'Take in the coin of a proof, and watch it',
  access: 'read',
  parameters: [
    proofParameter,
    flagParameter('track', 'false: only until the tree has moved past it; true when absent'),
  ],
  run({ node, arguments: args }) {
    const given = givenProof(args, 'import')
    const { coin } = given
    requireTip(node)
    const { scripts } = node.wallet
    const known = node.chain.coins.get(toHex(coin.coinId))
    if (known !== undefined && isRelevantCoin(known, scripts))
      throw new RpcError('refused', 'Attempting to add relevant coin we already have')
    if (known === undefined) takeIn(node, given)
    if (args.flag('track', true)) scripts.watchCoin(coin.coinId, true)
    return respond(coinProofJson(given))
  },
}

/** @throws RpcError `refused` */
function takeIn(node: RpcNode, proof: CoinProof): void {
  const verdict = node.chain.importCoin(proof)
  if (verdict.kind === 'unspent') return
  if (verdict.kind === 'full') throw new RpcError('too-much', verdict.detail)
  throw new RpcError('refused', `Invalid MMR Proof: ${verdict.detail}`)
}

export const cointrack: Command = {
  name: 'cointrack',
  summary: 'Watch one coin, or stop to',
  access: 'write',
  parameters: [flagParameter('enable', 'true or false', REQUIRED), hexParameter('coinid', 'id of the coin', REQUIRED)],
  run({ node, arguments: args }) {
    const id = args.text('coinid')
    const track = args.flag('enable')
    const coin = node.chain.coin(spelledId(id))
    if (coin === undefined) throw new RpcError('not-found', `Coin not found coinid : ${id}`)
    const { scripts } = node.wallet
    const known = node.chain.coins.get(toHex(coin.coinId))
    if (track && known !== undefined && isRelevantCoin(known, scripts)) return respondText('Coin already tracked')
    if (track && known === undefined) {
      // Older than the tree: found because this node keeps all coins, which lets it prove the coin to itself.
      const proof = exportCoin(node.chain.tree, coin, node.parameters.proofHistoryBlocks)
      if (proof !== undefined) takeIn(node, proof)
    }
    scripts.watchCoin(coin.coinId, track)
    return respondText(track ? 'Coin added to track list' : 'Coin removed from track list')
  },
}

export const coinnotify: Command = {
  name: 'coinnotify',
  summary: 'Tell webhooks of coins at an address; forgotten when the node stops',
  access: 'read',
  parameters: [
    textParameter('action', 'add, remove or check', REQUIRED),
    addressParameter('address', 'the address', REQUIRED),
  ],
  run({ state, arguments: args }) {
    const action = args.text('action')
    const address = args.address('address')
    const found = state.notified.has(address)
    if (action === 'add') {
      if (address.length > ADDRESS_LENGTH_MAX)
        throw new RpcError('bad-parameter', `an address has at most ${ADDRESS_LENGTH_MAX} characters`)
      if (state.notified.size >= NOTIFIED_MAX)
        throw new RpcError('too-much', `${NOTIFIED_MAX} addresses are registered already`)
      state.notified.add(address)
      return respond(jsonObject([['address', jsonString(address)]]))
    }
    if (action === 'remove') state.notified.delete(address)
    else if (action !== 'check') throw new RpcError('bad-parameter', `Invalid action : ${action}`)
    return respond(
      jsonObject([
        ['address', jsonString(address)],
        ['found', jsonBoolean(found)],
      ]),
    )
  },
}
