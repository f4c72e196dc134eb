import { type Command, type Parameter, textParameter } from '../command.ts'
import { SoftFailure } from '../rpc-error.ts'

/** What stands in for the Maxima commands while no messaging part is plugged in. */
const withoutMaxima = (name: string, summary: string, parameters: readonly string[]): Command => ({
  name,
  summary,
  access: 'read',
  parameters: parameters.map((parameter): Parameter => textParameter(parameter, 'see the messaging part')),
  run() {
    throw new SoftFailure('Maxima still starting up..')
  },
})

export const maxima = withoutMaxima('maxima', 'Messages between nodes', [
  'action',
  'name',
  'icon',
  'id',
  'to',
  'publickey',
  'application',
  'data',
  'poll',
  'delay',
  'host',
  'logs',
])

export const maxcontacts = withoutMaxima('maxcontacts', 'Contacts of this node', [
  'action',
  'id',
  'publickey',
  'contact',
  'contactlist',
  'enable',
])
