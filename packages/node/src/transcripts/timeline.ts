import { type Recorded, type Transcript, valueAt } from './transcript.ts'

/** Commands whose reply shows a unit that was built on the tip of the moment. */
const BUILDERS = new Set(['send', 'tokencreate', 'consolidate', 'txnpost', 'txnsign', 'multisig'])

/** Number of the newest block when the reply was made, where the reply tells. */
export function recordedTip({ response }: Transcript): number | undefined {
  const command = valueAt(response, 'command')
  const at = (path: string): Recorded | undefined => valueAt(response, path)
  switch (command) {
    case 'block':
      return numberOf(at('response/block'))
    case 'status':
      return numberOf(at('response/chain/block'))
    case 'healthcheck':
      return numberOf(at('response/chain/tip'))
    case 'scanchain':
      return numberOf(at('response/blocks/0/block'))
    case 'coins':
      return sumOf(at('response/0/created'), at('response/0/age'))
    case 'txpow':
      return numberOf(at('response/tip'))
  }
  if (typeof command !== 'string' || !BUILDERS.has(command)) return undefined
  const built = ['response', 'response/send', 'response/txpow'].map((path) => numberOf(at(`${path}/header/block`)))
  const block = built.find((number) => number !== undefined)
  return block === undefined ? undefined : block - 1
}

const numberOf = (value: Recorded | undefined): number | undefined =>
  (typeof value === 'string' && /^\d+$/.test(value)) || typeof value === 'number' ? Number(value) : undefined

function sumOf(a: Recorded | undefined, b: Recorded | undefined): number | undefined {
  const [left, right] = [numberOf(a), numberOf(b)]
  return left === undefined || right === undefined ? undefined : left + right
}
