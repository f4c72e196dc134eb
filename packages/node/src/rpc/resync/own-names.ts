import type { Wallet } from '../../wallet/index.ts'

/** What the coins of a wallet name: its watched addresses, and its keys. */
export interface OwnNames {
  readonly addresses: readonly Uint8Array[]
  readonly publicKeys: readonly Uint8Array[]
}

export const namesOf = ({ scripts, keys }: Wallet): OwnNames => ({
  addresses: scripts
    .all()
    .filter(({ track }) => track)
    .map(({ address }) => address),
  publicKeys: keys.all().map(({ publicKey }) => publicKey),
})
