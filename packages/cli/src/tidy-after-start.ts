import { collectGarbage } from '@minipolis/node'

/** By then a new wallet has its first keys, and what a start needs once lies about. */
const SETTLED_MS = 12_000

/** Gives back the memory that only the start of a long run needed, some 4 MB, when it is over. */
export const tidyAfterStart = (): void => void setTimeout(collectGarbage, SETTLED_MS).unref()
