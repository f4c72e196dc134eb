import { loadMaximaCommands } from './maxima/index.ts'
import { Registry } from './rpc/index.ts'

/** Loads what a node loads when it first needs it: for who wants that time to be now. */
export const loadLater = (): Promise<unknown> =>
  Promise.all([new Registry().all(), loadMaximaCommands(), import('./threads/worker.ts')])
