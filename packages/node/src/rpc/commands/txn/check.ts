import {
  type CheckResult,
  checkBasic,
  checkCoinProofs,
  checkScripts,
  checkSignatures,
  isAmountValid,
  type JsonText,
  jsonArray,
  jsonBoolean,
  jsonNumber,
  jsonObject,
  jsonString,
  MiniNumber,
  MinipolisError,
  sumAmounts,
  TOKEN_CREATE,
  type Transaction,
  toHex,
} from '@minipolis/minima'
import { MINIMA_ID } from '../../coins.ts'
import { type Command, respond } from '../../command.ts'
import { requireTip } from '../../tip.ts'
import { idParameter } from './row-commands.ts'

export const txncheck: Command = {
  name: 'txncheck',
  summary: 'Show sums of a transaction, and whether its parts are valid at the tip',
  access: 'read',
  parameters: [idParameter],
  run({ node, state, arguments: args }) {
    const { transaction, witness } = state.rows.get(args.text('id'))
    const tip = requireTip(node)
    const candidate = node.template({ transaction, witness })
    const coins = sumsByToken(transaction)
    return respond(
      jsonObject([
        ['coins', jsonArray(coins)],
        ['tokens', jsonNumber(coins.length)],
        ['inputs', jsonNumber(transaction.inputs.length)],
        ['outputs', jsonNumber(transaction.outputs.length)],
        ['burn', jsonString(sumAmounts(transaction.inputs).sub(sumAmounts(transaction.outputs)).toString())],
        ['validamounts', jsonBoolean(isAmountValid(transaction))],
        ['signatures', jsonNumber(witness.signatures.length)],
        [
          'valid',
          jsonObject([
            ['basic', verdict(() => checkBasic(candidate))],
            ['signatures', verdict(() => checkSignatures(candidate))],
            ['mmrproofs', verdict(() => checkCoinProofs(candidate, tip.mmr))],
            ['scripts', verdict(() => checkScripts(candidate, tip.header))],
          ]),
        ],
      ]),
    )
  },
}

/** What cannot even be judged is not valid. */
function verdict(check: () => CheckResult): JsonText {
  try {
    return jsonBoolean(check().ok)
  } catch (error) {
    if (error instanceof MinipolisError) return jsonBoolean(false)
    throw error
  }
}

/** Tokens in the order they appear, in raw Minima; new tokens are made of Minima. */
function sumsByToken({ inputs, outputs }: Transaction): JsonText[] {
  const sums = new Map<string, { input: MiniNumber; output: MiniNumber }>()
  const all = [
    ...inputs.map((coin) => ({ coin, side: 'input' as const })),
    ...outputs.map((coin) => ({ coin, side: 'output' as const })),
  ]
  for (const { coin, side } of all) {
    const id = toHex(coin.tokenId)
    const isMinima = id === MINIMA_ID || id === toHex(TOKEN_CREATE)
    const key = isMinima ? MINIMA_ID : id
    const sum = sums.get(key) ?? { input: MiniNumber.ZERO, output: MiniNumber.ZERO }
    sums.set(key, sum)
    sum[side] = sum[side].add(coin.amount)
  }
  return Array.from(sums, ([id, { input, output }]) =>
    jsonObject([
      ['tokenid', jsonString(id)],
      ['input', jsonString(input.toString())],
      ['output', jsonString(output.toString())],
      ['difference', jsonString(input.sub(output).toString())],
    ]),
  )
}
