import { type Recorded, type Transcript, valueAt } from './transcript.ts'

/**
 * What the recorded wallet drew at random while it made this reply, in order: addresses of default keys, or a public key. The
 * chain that follows depends on it, so the replay draws the same.
 */
export function recordedDraws({ response }: Transcript, next: Transcript | undefined): string[] {
  const texts = (...paths: string[]): string[] =>
    paths.map((path) => valueAt(response, path)).filter((value): value is string => typeof value === 'string')
  switch (valueAt(response, 'command')) {
    case 'getaddress':
      return texts('response/address')
    case 'multisig':
      return [...texts('response/publickey'), ...changeOf(valueAt(response, 'response/send/body/txn'))]
    case 'tokencreate':
      return texts('response/body/txn/outputs/0/address', 'response/body/txn/outputs/1/address')
    case 'consolidate':
      return texts('response/body/txn/outputs/0/address')
    case 'txnauto':
      return changeOf(valueAt(response, 'response/transaction'))
    case 'send':
      return [...changeOf(valueAt(response, 'response/body/txn')), ...texts('response/body/burntxn/outputs/0/address')]
    case 'sendnosign':
      // What it wrote is shown by the call that follows.
      return next === undefined ? [] : changeOf(valueAt(next.response, 'response/txpow/body/txn'))
    default:
      return []
  }
}

/** Change is the last output, and keeps no state. */
function changeOf(transaction: Recorded | undefined): string[] {
  const outputs = transaction === undefined ? undefined : valueAt(transaction, 'outputs')
  if (!Array.isArray(outputs) || outputs.length < 2) return []
  const last: Recorded = outputs.at(-1)
  const address = valueAt(last, 'address')
  return valueAt(last, 'storestate') === false && typeof address === 'string' ? [address] : []
}
