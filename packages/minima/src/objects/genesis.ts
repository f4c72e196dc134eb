import { utf8 } from '../codec/index.ts'
import { parentNode } from '../mmr/node-hash.ts'
import { MiniNumber } from '../number/index.ts'
import { COIN_ID_OUTPUT, type Coin, outputCoinId } from './coin.ts'
import { coinLeaf, spentCoinLeaf } from './coin-proof.ts'
import { DEFAULT_MAGIC } from './magic.ts'
import { SINGLE_PROOF, scriptAddress, singleScript } from './script-proof.ts'
import { CASCADE_LEVELS } from './super-parents.ts'
import { TOKEN_MINIMA } from './token.ts'
import { EMPTY_TRANSACTION, type Transaction, transactionId } from './transaction.ts'
import { bodyHash, type TxBody } from './tx-body.ts'
import type { TxPoW } from './txpow.ts'
import { EMPTY_WITNESS } from './witness.ts'

/** Anybody may spend what stands at its address. */
export const TRUE_SCRIPT = 'RETURN TRUE'
const TRUE_ADDRESS = scriptAddress(TRUE_SCRIPT)

/** The easiest difficulty: every id is below it but one. */
export const MAX_DIFFICULTY = new Uint8Array(32).fill(0xff)

const GENESIS_NONCE = MiniNumber.of(256)
const NONE = Uint8Array.of(0x00)

/**
 * The coin that all Minima comes from: a billion, written with scale -9, alone in the MMR of block 0.
 * Source: minima-global/Minima: src/org/minima/system/genesis/GenesisCoin.java
 */
export const GENESIS_COIN: Coin = {
  coinId: utf8('SPARTACUSLOVESMINIMA'),
  address: TRUE_ADDRESS,
  amount: MiniNumber.BILLION,
  tokenId: TOKEN_MINIMA,
  storeState: true,
  mmrEntry: 0n,
  spent: 0,
  created: MiniNumber.ZERO,
  state: [],
  token: null,
}

export interface GenesisOptions {
  /** Who gets the billion. */
  readonly address: Uint8Array
  /** Milliseconds since 1970. */
  readonly time: number
  /** 32 random bytes. */
  readonly prng: Uint8Array
}

/**
 * Block 1 of a new chain: it spends the genesis coin into one output. It is not mined and its ids differ with time, address
 * and random bytes. Source: minima-global/Minima: src/org/minima/system/genesis/GenesisTxPoW.java
 */
export function createGenesis({ address, time, prng }: GenesisOptions): TxPoW {
  const output: Coin = { ...GENESIS_COIN, coinId: COIN_ID_OUTPUT, address }
  const transaction: Transaction = { ...EMPTY_TRANSACTION, inputs: [GENESIS_COIN], outputs: [output] }
  const body: TxBody = {
    prng,
    transactionDifficulty: MAX_DIFFICULTY,
    transaction,
    witness: {
      signatures: [],
      coinProofs: [{ coin: GENESIS_COIN, proof: SINGLE_PROOF }],
      scripts: [singleScript(TRUE_SCRIPT)],
    },
    burnTransaction: EMPTY_TRANSACTION,
    burnWitness: EMPTY_WITNESS,
    txpowIds: [],
  }
  const root = parentNode(
    spentCoinLeaf(GENESIS_COIN),
    coinLeaf({
      ...output,
      coinId: outputCoinId(transactionId(transaction), 0),
      mmrEntry: 1n,
      created: MiniNumber.ONE,
    }),
  )
  return {
    header: {
      nonce: GENESIS_NONCE,
      chainId: NONE,
      time: MiniNumber.of(time),
      blockNumber: MiniNumber.ONE,
      blockDifficulty: MAX_DIFFICULTY,
      superParents: Array.from({ length: CASCADE_LEVELS }, () => NONE),
      mmrRoot: root.data,
      mmrTotal: root.value,
      magic: DEFAULT_MAGIC,
      customHash: NONE,
      bodyHash: bodyHash(body),
    },
    body,
  }
}
