import {
  type Coin,
  fromHex,
  inputGlobals,
  MiniNumber,
  parseScript,
  runScript,
  type ScriptEnvironment,
  StateType,
  type StateVariable,
  sha3_256,
  toHex,
  utf8,
} from '@minipolis/minima'
import { comparer } from './measure.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report.ts'

export const about = 'KISS VM: parse and run known contracts, each time from their text'

const digest = (text: string): string => toHex(sha3_256(utf8(text)))
const KEYS = ['owner', 'buyer', 'inspector'].map(digest)
const SECRET = digest('secret')
const PAY_TO = digest('the address that must be paid')
const OPERATIONS_MAX = 4096

interface Contract {
  readonly name: string
  readonly script: string
  /** What the reference reaches per second in one thread on a machine of this kind. */
  readonly reference: number
}

const CONTRACTS: readonly Contract[] = [
  { name: 'signed by one key', script: `RETURN SIGNEDBY(${KEYS[1]})`, reference: 22_800 },
  { name: '2 of 3 signatures', script: `RETURN MULTISIG(2 ${KEYS.join(' ')})`, reference: 14_100 },
  {
    name: 'hash and time lock',
    script: `IF @BLOCK GT 1000000 AND SIGNEDBY(${KEYS[0]}) THEN RETURN TRUE ENDIF RETURN (SIGNEDBY(${KEYS[1]}) AND SHA3(STATE(1)) EQ ${toHex(sha3_256(fromHex(SECRET)))})`,
    reference: 9_300,
  },
  {
    name: 'exchange with VERIFYOUT',
    script:
      'IF SIGNEDBY(PREVSTATE(0)) THEN RETURN TRUE ENDIF ASSERT VERIFYOUT(@INPUT PREVSTATE(1) PREVSTATE(2) PREVSTATE(3) TRUE) RETURN TRUE',
    reference: 10_700,
  },
  {
    name: 'loop of 200 rounds',
    script: 'LET a=0 WHILE a LT 200 DO LET a=INC(a) ENDWHILE RETURN TRUE',
    reference: 130,
  },
]

const GOAL = 5

const coin = (address: string, state: readonly StateVariable[]): Coin => ({
  coinId: sha3_256(utf8(address)),
  address: fromHex(address),
  amount: MiniNumber.of('12.5'),
  tokenId: Uint8Array.of(0),
  storeState: true,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.of(1000),
  state,
  token: null,
})

/** One input, one output, the buyer and the inspector have signed. */
const environment = (script: string): ScriptEnvironment => {
  const previousState: readonly StateVariable[] = [
    { port: 0, type: StateType.hex, value: KEYS[0]! },
    { port: 1, type: StateType.hex, value: PAY_TO },
    { port: 2, type: StateType.number, value: '12.5' },
    { port: 3, type: StateType.hex, value: '0x00' },
  ]
  const spent = coin(digest('contract'), previousState)
  const transaction = {
    inputs: [spent],
    outputs: [coin(PAY_TO, [])],
    state: [{ port: 1, type: StateType.hex, value: SECRET }],
  }
  const block = { number: MiniNumber.of(1500), timeMilli: MiniNumber.of(1_700_000_000_000) }
  return {
    transaction,
    previousState,
    coinProofs: [{ coin: spent }],
    scripts: [],
    signers: new Set(KEYS.slice(1)),
    globals: inputGlobals({ transaction, block }, 0, spent.created, script),
  }
}

export async function run(report: Report, options: BenchOptions): Promise<void> {
  const compare = comparer(report, options)
  for (const { name, script, reference } of CONTRACTS) {
    const world = environment(script)
    const result = runScript(script, world, { operationsMax: OPERATIONS_MAX })
    const parsed = parseScript(script)
    await compare({
      title: `${name}: ${result.verdict} after ${result.operations} operations`,
      unit: 'scripts',
      rivals: [
        { name: 'parse and run', call: () => runScript(script, world, { operationsMax: OPERATIONS_MAX }) },
        { name: 'run, already parsed', call: () => runScript(parsed, world, { operationsMax: OPERATIONS_MAX }) },
      ],
      recorded: [
        {
          name: 'reference (Java), one thread',
          perSecond: reference,
          source: 'recorded on a machine of this kind',
          goal: GOAL,
        },
      ],
    })
  }
}
