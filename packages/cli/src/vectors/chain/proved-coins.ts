import { type TxPoW, toHex } from '@minipolis/minima'

/** Ids of the coins that a unit spends, those of its proofs, as hex. */
export const provedCoinIds = ({ body }: TxPoW): readonly string[] =>
  body === null
    ? []
    : [...body.witness.coinProofs, ...body.burnWitness.coinProofs].map(({ coin }) => toHex(coin.coinId))
