export { collectGarbage } from './collect-garbage.ts'
export type { NodeBytes, Urgency } from './messages.ts'
export { NONCE_BYTES } from './tasks.ts'
export { REQUESTS_MAX, WorkThread } from './work-thread.ts'
