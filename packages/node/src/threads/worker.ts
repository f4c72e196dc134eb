import { parentPort } from 'node:worker_threads'
import type { FromThread, ToThread } from './messages.ts'
import { createTask, type Task, TaskMemory } from './tasks.ts'

/*
 * The thread beside the node: mines, makes keys, signs. It advances one task by one slice, then looks for messages, so a
 * signature never waits for a nonce and keys made in the background never delay a block.
 */
interface Running {
  readonly id: number
  readonly urgent: boolean
  readonly task: Task
}

const port = parentPort
const memory = new TaskMemory()
let queue: Running[] = []

const send = (message: FromThread): void => port?.postMessage(message)

function advance(): void {
  const running = queue.find(({ urgent }) => urgent) ?? queue[0]
  if (running === undefined) return
  queue = queue.filter((other) => other !== running)
  try {
    const step = running.task.next()
    if (step.done) send({ id: running.id, answer: step.value })
    else if (running.urgent) queue.unshift(running)
    else queue.push(running)
  } catch (error) {
    send({ id: running.id, error: error instanceof Error ? error.message : String(error) })
  }
  if (queue.length > 0) setImmediate(advance)
}

port?.on('message', (message: ToThread) => {
  if ('cancel' in message) {
    queue = queue.filter(({ id }) => id !== message.cancel)
    return
  }
  const { id, urgency, request } = message
  queue.push({ id, urgent: urgency === 'now', task: createTask(request, memory) })
  if (queue.length === 1) setImmediate(advance)
})
