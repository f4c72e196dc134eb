import type { Pack } from '@minipolis/city'

/** A way into the city for signed packs, as a device has it. */
export interface PackDoor {
  /** Resolves when the city has the pack durably; rejects when it did not take it or does not answer. */
  send(pack: Pack): Promise<void>
  close(): Promise<void>
}
