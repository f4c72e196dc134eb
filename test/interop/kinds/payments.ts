import type { TransactionKind } from './kind.ts'

/** More than nodes pass on. */
const MANY_OUTPUTS = 25
/** The smallest unit. */
const DUST = `0.${'0'.repeat(43)}1`

/** Payments of Minima from and to plain addresses. */
export const payments: readonly TransactionKind[] = [
  {
    name: 'a payment with change',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      return (await maker.send(`send address:${address} amount:1.5`)).body.txn.transactionid
    },
  },
  {
    name: 'a payment split into ten coins',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      return (await maker.send(`send address:${address} amount:3 split:10`)).body.txn.transactionid
    },
  },
  {
    name: 'a payment to three receivers',
    make: async (maker) => {
      const owners = await maker.owners(3, maker.other)
      const parts = owners.map(({ address }, i) => `"${address}:${i + 1}"`)
      return (await maker.send(`send multi:[${parts.join(',')}]`)).body.txn.transactionid
    },
  },
  {
    name: 'a payment of the smallest unit',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      return (await maker.send(`send address:${address} amount:${DUST}`)).body.txn.transactionid
    },
  },
  {
    name: 'a payment with a burn transaction beside it',
    burn: 0.5,
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      return (await maker.send(`send address:${address} amount:2 burn:0.5`)).body.txn.transactionid
    },
  },
  {
    name: 'a payment that leaves a rest unpaid, which is burned',
    make: async (maker) => {
      const coin = await maker.plainCoin()
      const { address } = await maker.owner(maker.other)
      const lines = [`txninput coinid:${coin.coinid}`, `txnoutput address:${address} amount:1`]
      return (await maker.post(lines)).transactionid
    },
  },
  {
    name: 'inputs without outputs, all burned',
    make: async (maker) => (await maker.post([`txninput coinid:${(await maker.plainCoin()).coinid}`])).transactionid,
  },
  {
    name: 'two coins joined with the signatures of both owners',
    make: async (maker) => {
      const coins = [await maker.plainCoin(), await maker.plainCoin()]
      const { address } = await maker.owner()
      const sum = coins.reduce((total, { amount }) => total + Number(amount), 0)
      const inputs = coins.map(({ coinid }) => `txninput coinid:${coinid}`)
      return (await maker.post([...inputs, `txnoutput address:${address} amount:${Math.floor(sum)}`])).transactionid
    },
  },
  {
    name: 'coins consolidated by the wallet',
    make: async (maker) => (await maker.send('consolidate tokenid:0x00 maxcoins:4')).body.txn.transactionid,
  },
  {
    name: `${MANY_OUTPUTS} outputs, more than nodes pass on`,
    isNotRelayed: true,
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      const outputs = Array.from({ length: MANY_OUTPUTS }, () => ({ address, amount: '0.25' }))
      return (await maker.post(await maker.paid(outputs), { isRelayed: false })).transactionid
    },
  },
  {
    name: 'an output to an address of two bytes',
    make: async (maker) => (await maker.post(await maker.paid([{ address: '0xFFFF', amount: '1' }]))).transactionid,
  },
  {
    name: 'a payment signed apart from where it is posted',
    make: async (maker) => {
      const { address } = await maker.owner(maker.other)
      const unsigned = await maker.ask<{ txpow: string }>(`sendnosign address:${address} amount:4`)
      const signed = await maker.ask<{ txpow: string }>(`sendsign file:${unsigned.txpow.replace(/.*\//, '')}`)
      const file = signed.txpow.replace(/.*\//, '')
      return (await maker.send(`sendpost file:${file}`)).body.txn.transactionid
    },
  },
]
