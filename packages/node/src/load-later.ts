/** Loads what a node loads when it first needs it: for who wants that time to be now. */
export const loadLater = (): Promise<unknown> => import('./threads/worker.ts')
