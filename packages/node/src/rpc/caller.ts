import { RpcError } from './rpc-error.ts'

/** `write` may do everything, `read` only what changes neither money nor the node. */
export type AccessMode = 'read' | 'write'

/** Who runs a command. */
export interface Caller {
  /** As `checkmode` shows it. */
  readonly name: string
  readonly mode: AccessMode
}

/** The owner of the node. */
export const OWNER: Caller = { name: 'MINIMA', mode: 'write' }

/** @param what the caller asks for. @throws RpcError `forbidden` */
export function insistWriter({ mode }: Caller, what: string): void {
  if (mode !== 'write') throw new RpcError('forbidden', `${what} needs write access; this user may only read`)
}
