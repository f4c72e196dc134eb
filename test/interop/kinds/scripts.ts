import type { TransactionKind } from './kind.ts'
import type { CoinJson, Maker, Spending } from './maker.ts'

const AMOUNT = '5'

/** Spends a locked coin as a whole to an address, with a state. */
function spent(
  maker: Maker,
  coin: CoinJson,
  address: string,
  { state = [], ...spending }: Spending & { readonly state?: readonly string[] } = {},
): Promise<string> {
  const lines = [
    `txninput coinid:${coin.coinid}`,
    `txnoutput address:${address} amount:${coin.amount}`,
    ...state.map((value, port) => `txnstate port:${port} value:${value}`),
  ]
  return maker.post(lines, { signedBy: [], ...spending }).then(({ transactionid }) => transactionid)
}

/** Coins locked by scripts, and spent. */
export const scripts: readonly TransactionKind[] = [
  {
    name: 'coins for anybody, two of one address in one transaction',
    make: async (maker) => {
      const coins = [await maker.locked('RETURN TRUE', AMOUNT), await maker.locked('RETURN TRUE', AMOUNT)]
      const { address } = await maker.owner()
      const inputs = coins.map(({ coinid }) => `txninput coinid:${coinid}`)
      return (await maker.post([...inputs, `txnoutput address:${address} amount:10`], { signedBy: [] })).transactionid
    },
  },
  {
    name: 'a coin that nobody can spend',
    make: async (maker) => {
      const address = await maker.script('RETURN FALSE')
      return (await maker.post(await maker.paid([{ address, amount: AMOUNT }]))).transactionid
    },
  },
  {
    name: 'a script that wants two signatures',
    make: async (maker) => {
      const [one, two] = await maker.owners(2)
      const keys = [one!.publickey, two!.publickey]
      const coin = await maker.locked(`RETURN SIGNEDBY(${keys[0]}) AND SIGNEDBY(${keys[1]})`, AMOUNT)
      return spent(maker, coin, one!.address, { signedBy: keys })
    },
  },
  {
    name: 'two of three keys',
    make: async (maker) => {
      const keys = (await maker.owners(3)).map(({ publickey }) => publickey)
      const coin = await maker.locked(`RETURN MULTISIG(2 ${keys.join(' ')})`, AMOUNT)
      return spent(maker, coin, (await maker.owner()).address, { signedBy: [keys[2]!, keys[0]!] })
    },
  },
  {
    name: 'keys of both nodes, signed on one and then on the other',
    make: async (maker) => {
      const here = await maker.owner()
      const there = await maker.owner(maker.other)
      const script = `RETURN MULTISIG(2 ${here.publickey} ${there.publickey})`
      const coin = await maker.locked(script, AMOUNT)
      const lines = [`txninput coinid:${coin.coinid}`, `txnoutput address:${there.address} amount:${AMOUNT}`]
      return (await maker.signedByBoth(lines, here, there)).transactionid
    },
  },
  {
    name: 'a state that goes on under one owner',
    make: async (maker) => {
      const { publickey } = await maker.owner()
      const script =
        'LET owner=PREVSTATE(1) ASSERT SAMESTATE(1 1) ASSERT STATE(0) EQ PREVSTATE(0)+1 RETURN SIGNEDBY(owner)'
      const first = await maker.locked(script, AMOUNT, ['1', publickey])
      const second = await spent(maker, first, first.address, { state: ['2', publickey], signedBy: [publickey] })
      await maker.confirmed(second)
      const [coin] = await maker.ask<readonly CoinJson[]>(`coins address:${first.address}`)
      return spent(maker, coin!, first.address, { state: ['3', publickey], signedBy: [publickey] })
    },
  },
  {
    name: 'a coin that waits for a block number',
    make: async (maker) => {
      const { block } = await maker.ask<{ block: string }>('block')
      const coin = await maker.locked(`RETURN @BLOCK GTE ${Number(block) + 5}`, AMOUNT)
      await maker.pass(5)
      return spent(maker, coin, (await maker.owner()).address)
    },
  },
  {
    name: 'a coin that waits for its age',
    make: async (maker) => {
      const { publickey, address } = await maker.owner()
      const coin = await maker.locked(`ASSERT @COINAGE GTE 4 RETURN SIGNEDBY(${publickey})`, AMOUNT)
      await maker.pass(4)
      return spent(maker, coin, address, { signedBy: [publickey] })
    },
  },
  {
    name: 'a hash lock opened by its preimage',
    make: async (maker) => {
      const { hash } = await maker.ask<{ hash: string }>('hash data:0xCAFEBABE')
      const coin = await maker.locked(
        `IF @COINAGE GT 1000 THEN RETURN TRUE ENDIF RETURN SHA3(STATE(0)) EQ ${hash}`,
        AMOUNT,
      )
      return spent(maker, coin, (await maker.owner()).address, { state: ['0xCAFEBABE'] })
    },
  },
  {
    name: 'an exchange that whoever pays the asked price may take',
    make: async (maker) => {
      const { address: seller } = await maker.owner(maker.other)
      const coin = await maker.locked(`RETURN VERIFYOUT(@INPUT ${seller} 3 0x00 FALSE)`, AMOUNT)
      const price = await maker.plainCoin()
      const { address } = await maker.owner()
      const lines = [
        `txninput coinid:${coin.coinid}`,
        `txninput coinid:${price.coinid}`,
        `txnoutput address:${seller} amount:3 storestate:false`,
        `txnoutput address:${address} amount:2 storestate:false`,
      ]
      return (await maker.post(lines)).transactionid
    },
  },
  {
    name: 'one of three scripts of a tree of scripts',
    make: async (maker) => {
      const leaves = ['RETURN FALSE', 'RETURN STATE(0) EQ 7', 'RETURN FALSE AND TRUE']
      const tree = await maker.ask<{ nodes: readonly { data: string; proof: string }[]; root: { data: string } }>(
        `mmrcreate nodes:[${leaves.map((leaf) => `"${leaf}"`).join(',')}]`,
      )
      const coin = await maker.locked(`MAST ${tree.root.data}`, AMOUNT)
      const { address } = await maker.owner()
      const lines = [
        `txninput coinid:${coin.coinid}`,
        `txnoutput address:${address} amount:${AMOUNT}`,
        'txnstate port:0 value:7',
        `txnscript scripts:{"${leaves[1]}":"${tree.nodes[1]!.proof}"}`,
      ]
      return (await maker.post(lines, { signedBy: [] })).transactionid
    },
  },
  {
    name: 'a floating input, found when it is posted',
    make: async (maker) => {
      const { publickey, address } = await maker.owner()
      const coin = await maker.locked(
        `IF SIGNEDBY(${publickey}) THEN RETURN TRUE ENDIF RETURN @FLOATING AND FALSE`,
        AMOUNT,
      )
      const lines = [`txninput coinid:${coin.coinid} floating:true`, `txnoutput address:${address} amount:${AMOUNT}`]
      return (await maker.post(lines, { signedBy: [publickey] })).transactionid
    },
  },
]
