import { formatAddress, KNOWN_PEERS_MAX, type PeerAddress, type PeerMemory, readAddresses } from '../peers/index.ts'
import type { SettingStore } from '../store/index.ts'

const SETTING = 'known-peers'

/** Known peers in the node's store: one text, written in one step, so that a crash leaves the old list or the new one. */
export const peerMemory = (settings: SettingStore): PeerMemory => ({
  load: () => readAddresses(settings.get(SETTING) ?? '').good.slice(0, KNOWN_PEERS_MAX),
  save: (peers: readonly PeerAddress[]) => settings.set(SETTING, peers.map(formatAddress).join(',')),
})
