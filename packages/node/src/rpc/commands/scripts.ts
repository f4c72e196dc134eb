import { cleanScript, jsonArray, toHex } from '@minipolis/minima'
import {
  addressParameter,
  type Command,
  flagParameter,
  REQUIRED,
  respond,
  respondText,
  textParameter,
} from '../command.ts'
import { MULTISIG_ADDRESS, MULTISIG_SCRIPT } from '../transactions/multisig-contract.ts'
import { customScriptJson, insistRoomForScript, scriptRowJson, storedScriptJson } from './script-row.ts'

export const scripts: Command = {
  name: 'scripts',
  summary: 'List the scripts of the wallet, or show the one of an address',
  access: 'read',
  parameters: [addressParameter('address', 'show only the script of this address')],
  run({ node, arguments: args }) {
    const multisig = MULTISIG_ADDRESS
    const builtIn = customScriptJson(MULTISIG_SCRIPT, multisig, false)
    if (args.has('address')) {
      const given = args.text('address')
      // What is no address is the address of no script.
      const address = /^mx/i.test(given) ? args.address('address') : given
      const isBuiltIn = address === multisig && node.wallet.scripts.get(address) === undefined
      return respond(isBuiltIn ? builtIn : scriptRowJson(node, address))
    }
    const all = node.wallet.scripts.all().filter(({ address }) => toHex(address) !== multisig)
    const known = node.wallet.scripts.get(multisig)
    const first = known === undefined ? builtIn : storedScriptJson(node, known)
    return respond(jsonArray([first, ...all.map((script) => storedScriptJson(node, script))]))
  },
}

export const newscript: Command = {
  name: 'newscript',
  summary: 'Keep a script, so that its coins can be spent and, if wished, are watched',
  access: 'read',
  parameters: [
    textParameter('script', 'the script', REQUIRED),
    flagParameter(
      'trackall',
      'true: all coins at its address are relevant; false: only those that name a key or address of the wallet',
      REQUIRED,
    ),
    flagParameter('clean', 'tidy the text first; that changes the address'),
  ],
  examples: ['newscript script:"RETURN SIGNEDBY(0xFF..) AND @BLOCK GT 1000" trackall:true'],
  run({ node, arguments: args }) {
    const text = args.text('script')
    const script = args.flag('clean', false) ? cleanScript(text) : text
    const track = args.flag('trackall')
    insistRoomForScript(node)
    return respond(scriptRowJson(node, node.wallet.scripts.add(script, track)))
  },
}

export const removescript: Command = {
  name: 'removescript',
  summary: 'Forget a script that was added with newscript; the scripts of keys stay',
  access: 'write',
  parameters: [addressParameter('address', 'address of the script', REQUIRED)],
  run({ node, arguments: args }) {
    node.wallet.scripts.remove(args.address('address'))
    return respondText('Script removed')
  },
}
