import { type Coin, type CoinProof, type ScriptProof, singleScript, toHex } from '@minipolis/minima'
import { proveInputs } from '../../chain/index.ts'
import { RpcError } from '../rpc-error.ts'
import type { RpcNode } from '../rpc-node.ts'
import { MULTISIG_ADDRESS, MULTISIG_SCRIPT } from './multisig-contract.ts'

/** Proofs that all of these coins are unspent, made in one block. @throws RpcError `not-found` */
export function coinProofs({ chain, parameters }: RpcNode, coins: readonly Coin[]): CoinProof[] {
  if (coins.length === 0) return []
  const proofs = proveInputs(chain.tree, coins, parameters.proofHistoryBlocks)
  if (proofs === undefined) throw new RpcError('not-found', 'Not enough blocks in chain to make valid MMR Proofs..')
  return proofs
}

/** The scripts of the coins' addresses, each once, as far as they are known. */
export function knownScripts(node: RpcNode, coins: readonly Coin[]): ScriptProof[] {
  const addresses = new Set(coins.map(({ address }) => toHex(address)))
  return [...addresses].flatMap((address) => scriptAt(node, address) ?? []).map(singleScript)
}

/** Of the wallet, or the one that every node knows. */
const scriptAt = ({ wallet }: RpcNode, address: string): string | undefined =>
  wallet.scripts.get(address)?.text ?? (address === MULTISIG_ADDRESS ? MULTISIG_SCRIPT : undefined)

/** As `knownScripts`. @throws RpcError `not-found` when one is missing */
export function requiredScripts(node: RpcNode, coins: readonly Coin[]): ScriptProof[] {
  for (const { address } of coins) {
    if (scriptAt(node, toHex(address)) === undefined) {
      throw new RpcError('not-found', `SERIOUS ERROR script missing for simple address : ${toHex(address)}`)
    }
  }
  return knownScripts(node, coins)
}

/** Public keys of the coins' simple addresses, each once. */
export const simpleKeys = ({ wallet }: RpcNode, coins: readonly Coin[]): string[] => [
  ...new Set(coins.flatMap(({ address }) => wallet.scripts.get(toHex(address))?.publicKey ?? []).map(toHex)),
]
