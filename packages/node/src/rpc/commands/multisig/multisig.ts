import { byAction } from '../../by-action.ts'
import {
  addressParameter,
  arrayParameter,
  type Command,
  flagParameter,
  hexParameter,
  numberParameter,
  type Parameter,
  passwordParameter,
  REQUIRED,
  textParameter,
} from '../../command.ts'
import { list } from './coins.ts'
import { create, getKey } from './create.ts'
import { postFile, signFile, spend, viewFile } from './spend-files.ts'

const reading = { getkey: getKey, list, spend, post: postFile, view: viewFile }

const parameters: readonly Parameter[] = [
  textParameter('action', 'what to do', REQUIRED),
  textParameter('id', 'a name for the coin'),
  numberParameter('amount', 'create, spend: how much'),
  arrayParameter('publickeys', 'create: ["0x..",..]'),
  numberParameter('required', 'create: how many of the keys must sign'),
  hexParameter('root', 'create: a key that may spend alone'),
  hexParameter('tokenid', 'create: 0x00 when absent'),
  hexParameter('coinid', 'spend: the coin, instead of its name'),
  addressParameter('address', 'spend: the receiver'),
  textParameter('file', 'spend, sign, post, view: a file in the folder "files"'),
  passwordParameter('password', 'opens a locked wallet for this call'),
]

export const multisig: Command = {
  name: 'multisig',
  summary: 'Coins that n of m keys spend together: create, getkey, list, spend, sign, post, view',
  access: 'write',
  parameters: [...parameters, flagParameter('mine', 'accepted and not used: post always mines')],
  examples: [
    'multisig action:create id:lamps amount:3 publickeys:["0xFF..","0xEE.."] required:2',
    'multisig action:spend id:lamps amount:1 address:0xDD.. file:lamps.txn',
    'multisig action:sign file:lamps.txn',
    'multisig action:post file:signed_lamps.txn',
  ],
  run: byAction({ ...reading, create, sign: signFile }),
}

export const multisigread: Command = {
  name: 'multisigread',
  summary: 'What of multisig needs no signature of this wallet: getkey, list, spend, post, view',
  access: 'read',
  parameters,
  run: byAction(reading),
}
