import { setImmediate as nextTurn } from 'node:timers/promises'

/** How often others have a turn while something is done. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isDone = false
  const settled = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await nextTurn()
    turns++
  }
  await settled
  return turns
}
