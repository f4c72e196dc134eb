import { jsonBoolean, jsonObject, MiniNumber } from '@minipolis/minima'
import { type Command, numberParameter, respond, textParameter } from '../../command.ts'
import { LOCK_WAIT_MAX_MS } from '../../transactions/lock.ts'

const TIMEOUT_MS = 20_000

export const txncoinlock: Command = {
  name: 'txncoinlock',
  summary: 'While on, txnauto and txnaddamount never choose the same coin twice',
  access: 'read',
  parameters: [textParameter('action', 'lock or unlock')],
  run({ state, arguments: args }) {
    const action = args.text('action', '')
    if (action === 'lock') state.lock.setCoinLock(true)
    else if (action === 'unlock') state.lock.setCoinLock(false)
    return respond(jsonObject([['coinslocked', jsonBoolean(state.lock.locksCoins)]]))
  },
}

export const txnlock: Command = {
  name: 'txnlock',
  summary: 'A lock for scripts of one owner that build transactions side by side',
  access: 'read',
  parameters: [
    textParameter('action', 'lock, unlock or list; without one only whether it is locked'),
    numberParameter('timeout', `milliseconds to wait for the lock, ${TIMEOUT_MS} when absent`),
    numberParameter('unlockdelay', 'milliseconds to wait before unlocking'),
  ],
  async run({ state, arguments: args }) {
    const action = args.text('action', 'list')
    let success = true
    if (action === 'lock') success = await state.lock.lock(args.count('timeout', TIMEOUT_MS, LOCK_WAIT_MAX_MS))
    else if (action === 'unlock') {
      const delayMs = args.number('unlockdelay', MiniNumber.ZERO)
      if (delayMs.isZero()) state.lock.unlock()
      else setTimeout(() => state.lock.unlock(), args.count('unlockdelay', 0, LOCK_WAIT_MAX_MS)).unref()
    } else return respond(jsonObject([['locked', jsonBoolean(state.lock.isLocked)]]))
    return respond(
      jsonObject([
        ['success', jsonBoolean(success)],
        ['locked', jsonBoolean(state.lock.isLocked)],
      ]),
    )
  },
}
