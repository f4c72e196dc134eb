import type { TransactionKind } from './kind.ts'

/** Hex digits of one long value; two outputs that keep it would be too much for a node. */
const LONG_DIGITS = 60_000

/** What transactions say, and which coins keep it. */
export const state: readonly TransactionKind[] = [
  {
    name: 'state of every type, kept by one output and not by another',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      const values = ['0xC0FFEE', '12.5', '-3', '[lamp 17 is out]', 'TRUE', 'FALSE', '0x']
      const outputs = [
        { address, amount: '1', storestate: true },
        { address, amount: '1', storestate: false },
      ]
      return (await maker.post(await maker.paid(outputs, values.slice(0, 6)))).transactionid
    },
  },
  {
    name: 'a payment with state by the wallet',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      const line = `send address:${address} amount:2 state:{"0":"0xFF","1":"42","255":"[a word]"}`
      return (await maker.send(line)).body.txn.transactionid
    },
  },
  {
    name: 'thirty thousand bytes, kept by one output',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      const lines = await maker.paid([{ address, amount: '1' }], [`0x${'AB'.repeat(LONG_DIGITS / 2)}`])
      return (await maker.post(lines)).transactionid
    },
  },
]
