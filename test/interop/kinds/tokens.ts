import type { TransactionKind } from './kind.ts'
import type { CoinJson, Maker } from './maker.ts'

/** Makes a token, in a block of both nodes. @returns its coin */
async function created(maker: Maker, parameters: string): Promise<CoinJson> {
  const { body } = await maker.send(`tokencreate ${parameters}`)
  const { txpowId } = await maker.confirmed(body.txn.transactionid)
  const { outputs } = (await maker.ask<{ body: { txn: { outputs: readonly CoinJson[] } } }>(`txpow txpowid:${txpowId}`))
    .body.txn
  const [coin] = await maker.ask<readonly CoinJson[]>(`coins coinid:${outputs[0]!.coinid}`)
  return coin!
}

const creation = (name: string, parameters: (maker: Maker) => Promise<string>): TransactionKind => ({
  name,
  make: async (maker) => (await maker.send(`tokencreate ${await parameters(maker)}`)).body.txn.transactionid,
})

/** Tokens made and sent. */
export const tokens: readonly TransactionKind[] = [
  creation('a token', async () => 'name:sand amount:1000'),
  creation('a token with two decimals, and a burn', async () => 'name:lamp amount:500 decimals:2 burn:0.5'),
  creation('a token that exists once', async () => 'name:deed amount:1 decimals:0'),
  creation(
    'a token with a description and a state',
    async () => 'name:{"name":"permit","ticker":"PRM","description":"park here"} amount:20 state:{"0":"0xFF","1":"42"}',
  ),
  creation('a token signed by its maker, with a page to look at', async (maker) => {
    const { publickey } = await maker.owner()
    return `name:badge amount:30 signtoken:${publickey} webvalidate:https://example.org/badge.txt`
  }),
  creation('a token with a script', async () => 'name:pass amount:40 script:"RETURN @TOTIN GT 0"'),
  {
    name: 'a token sent, with change',
    make: async (maker) => {
      const { tokenid } = await created(maker, 'name:brick amount:100 decimals:2')
      await maker.pass(3)
      const { address } = await maker.owner(maker.other)
      return (await maker.send(`send address:${address} amount:12.25 tokenid:${tokenid}`)).body.txn.transactionid
    },
  },
  {
    name: 'a token sent, with a burn transaction beside it',
    burn: 0.25,
    make: async (maker) => {
      const { tokenid } = await created(maker, 'name:tile amount:100')
      await maker.pass(3)
      const { address } = await maker.owner(maker.other)
      const line = `send address:${address} amount:5 tokenid:${tokenid} burn:0.25`
      return (await maker.send(line)).body.txn.transactionid
    },
  },
  {
    name: 'a token whose script wants a signature, signed by owner and issuer',
    make: async (maker) => {
      const { publickey } = await maker.owner()
      const coin = await created(maker, `name:ration amount:60 decimals:0 script:"RETURN SIGNEDBY(${publickey})"`)
      const { address } = await maker.owner(maker.other)
      const lines = [`txninput coinid:${coin.coinid}`, `txnoutput address:${address} amount:60 tokenid:${coin.tokenid}`]
      return (await maker.post(lines, { signedBy: ['auto', publickey] })).transactionid
    },
  },
  {
    name: 'tokens and Minima in one transaction',
    make: async (maker) => {
      const coin = await created(maker, 'name:gravel amount:80 decimals:0')
      const { address } = await maker.owner(maker.other)
      const lines = await maker.paid([
        { address, amount: '30', tokenid: coin.tokenid },
        { address, amount: '50', tokenid: coin.tokenid },
        { address, amount: '7' },
      ])
      return (await maker.post([`txninput coinid:${coin.coinid}`, ...lines])).transactionid
    },
  },
]
