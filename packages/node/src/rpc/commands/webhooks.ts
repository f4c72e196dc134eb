import { type JsonText, jsonArray, jsonNumber, jsonObject, jsonString } from '@minipolis/minima'
import { type Command, flagParameter, respond, textParameter } from '../command.ts'
import type { DeliveryCounts } from '../webhooks/delivery.ts'

export const webhooks: Command = {
  name: 'webhooks',
  summary: 'Post events to web addresses',
  access: 'write',
  parameters: [
    textParameter('action', 'list (default), add, remove, clear, deliveries'),
    textParameter('hook', 'add: the address; remove: the text that list shows'),
    textParameter('filter', 'add: only events whose name contains this'),
    flagParameter('enable', 'accepted and not used'),
  ],
  examples: ['webhooks action:add hook:http://127.0.0.1:9000/events filter:NEWBLOCK'],
  run({ state, arguments: args }) {
    const action = args.text('action', 'list')
    if (action === 'add') state.webhooks.add(args.text('filter', ''), args.text('hook'))
    else if (action === 'remove') state.webhooks.remove(args.text('hook'))
    else if (action === 'clear') state.webhooks.clear()
    const listed = ['webhooks', jsonArray(state.webhooks.list().map(jsonString))] as const
    if (action !== 'deliveries') return respond(jsonObject([listed]))
    return respond(jsonObject([listed, ['deliveries', jsonArray(state.webhooks.counts().map(countsJson))]]))
  },
}

const countsJson = ([hook, { waiting, delivered, retried, dropped }]: [string, DeliveryCounts]): JsonText =>
  jsonObject([
    ['hook', jsonString(hook)],
    ['waiting', jsonNumber(waiting)],
    ['delivered', jsonNumber(delivered)],
    ['retried', jsonNumber(retried)],
    ['dropped', jsonNumber(dropped)],
  ])
