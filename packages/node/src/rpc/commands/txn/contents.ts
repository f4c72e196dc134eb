import { decode, fromHex, MMRProof, parseStateVariable, singleScript, withStateVariable } from '@minipolis/minima'
import { type Command, numberParameter, objectParameter, REQUIRED, respond, textParameter } from '../../command.ts'
import { requireTip } from '../../tip.ts'
import { completeRow } from '../../transactions/complete-row.ts'
import { coinProofs } from '../../transactions/prove.ts'
import { rowJson } from '../../transactions/rows.ts'
import { withScripts } from '../../transactions/witness.ts'
import { idParameter } from './row-commands.ts'

export const txnstate: Command = {
  name: 'txnstate',
  summary: 'Set a state variable of a transaction',
  access: 'read',
  keepBrackets: true,
  parameters: [
    idParameter,
    numberParameter('port', '0 to 255', REQUIRED),
    textParameter('value', 'a number, 0x.., Mx.., true, false or [text]', REQUIRED),
  ],
  run({ state, arguments: args }) {
    const id = args.text('id')
    const variable = parseStateVariable(Number(args.number('port').toString()), args.text('value'))
    const row = state.rows.get(id)
    const transaction = { ...row.transaction, state: withStateVariable(row.transaction.state, variable) }
    return respond(rowJson(state.rows.set({ ...row, transaction })))
  },
}

export const txnscript: Command = {
  name: 'txnscript',
  summary: 'Add scripts to a transaction',
  access: 'read',
  parameters: [
    idParameter,
    objectParameter('scripts', '{"script":"proof"}: an empty proof for a script that stands alone', REQUIRED),
  ],
  run({ state, arguments: args }) {
    const id = args.text('id')
    const scripts = args
      .entries('scripts')
      .map(([script, proof]) =>
        proof === '' ? singleScript(script) : { script, proof: decode(MMRProof, fromHex(proof)) },
      )
    const row = state.rows.get(id)
    return respond(rowJson(state.rows.set({ ...row, witness: withScripts(row.witness, scripts) })))
  },
}

export const txnbasics: Command = {
  name: 'txnbasics',
  summary: 'Add the proofs of all inputs and the scripts that are known',
  access: 'read',
  parameters: [idParameter],
  run({ node, state, arguments: args }) {
    requireTip(node)
    return respond(rowJson(state.rows.set(completeRow(node, state.rows.get(args.text('id')), false))))
  },
}

export const txnmmr: Command = {
  name: 'txnmmr',
  summary: 'Add the proofs of all inputs',
  access: 'read',
  parameters: [idParameter],
  run({ node, state, arguments: args }) {
    requireTip(node)
    const row = state.rows.get(args.text('id'))
    const proofs = [...row.witness.coinProofs, ...coinProofs(node, row.transaction.inputs)]
    return respond(rowJson(state.rows.set({ ...row, witness: { ...row.witness, coinProofs: proofs } })))
  },
}
