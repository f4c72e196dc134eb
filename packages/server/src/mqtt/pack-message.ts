import { type Intake, isPackList, type Outcome } from '@minipolis/city'
import type { Metrics } from '../metrics/index.ts'
import { encodingOf } from './topics.ts'

const DOOR = 'mqtt'

export type Refused = Extract<Outcome, { kind: 'refused' }>

export interface MessageParts {
  readonly intake: Pick<Intake, 'submitBytes' | 'submitList'>
  readonly metrics: Pick<Metrics, 'mqttMessage'>
}

/**
 * Hands a message to the intake. Resolves when all its packs are durable or in quarantine, to those that were refused: then,
 * and only then, the message may be acknowledged.
 *
 * @throws IntakeError, StoreError, LogError: the message must come again
 */
export async function takeMessage(payload: Uint8Array, { intake, metrics }: MessageParts): Promise<Refused[]> {
  const encoding = encodingOf(payload)
  try {
    const outcomes = isPackList(payload, encoding)
      ? await Promise.all(intake.submitList(payload, encoding, DOOR))
      : [await intake.submitBytes(payload, encoding, DOOR)]
    const refused = outcomes.filter((outcome) => outcome.kind === 'refused')
    metrics.mqttMessage(refused.length === 0 ? 'accepted' : 'refused')
    return refused
  } catch (error) {
    metrics.mqttMessage('failed')
    throw error
  }
}
