import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { bytesToBigInt } from '@minipolis/minima/codec'
import type { Answers, Request, Urgency } from './messages.ts'
import { createTask, type TaskMemory } from './tasks.ts'

/** Attempts that a nonce may be expected to take: some 15 ms of slices. */
const ATTEMPTS_MAX = 30_000n
const HASHES = 1n << 256n
/** Signatures of one unit, 3 ms each: more are sent by somebody who wants to keep us busy. */
const CHECKS_MAX = 8
/** Between slices of what is in no hurry: it takes a quarter of the thread at most. */
const PAUSE_MS = 6

/**
 * Does the work cost less than a thread of its own, which takes 18 MB and 50 ms to begin? Keys are made once and signatures take
 * a few slices; a nonce is short work on an easy chain only.
 */
export function isShort(request: Request): boolean {
  if (request.kind === 'mine') return bytesToBigInt(request.target) * ATTEMPTS_MAX >= HASHES
  return request.kind !== 'verify' || request.checks.length <= CHECKS_MAX
}

export interface SliceParts {
  readonly memory: TaskMemory
  /** Called before each slice but the first: what it throws ends the work. */
  readonly proceed: () => void
}

/** Does the work on the calling thread, slice by slice: everybody else has a turn in between. */
export async function workInSlices<R extends Request>(
  request: R,
  urgency: Urgency,
  { memory, proceed }: SliceParts,
): Promise<Answers[R['kind']]> {
  const task = createTask(request, memory)
  for (;;) {
    const step = task.next()
    if (step.done) return step.value as Answers[R['kind']]
    await (urgency === 'no-hurry' ? delay(PAUSE_MS) : nextTurn())
    proceed()
  }
}
