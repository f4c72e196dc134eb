import { readIsoTime, zoneOf } from '@minipolis/city'
import { CommandError } from '../terminal/command-error.ts'

/**
 * The instant that a time on the command line means, in milliseconds since 1970.
 *
 * @param zone read times without offset in this zone
 * @throws CommandError `usage` for text that is no time, or has no offset while no zone is known
 */
export function instantOption(name: string, text: string, zone: string | undefined): number {
  const time = readIsoTime(text)
  if (!time) {
    throw new CommandError('usage', `${name} ${JSON.stringify(text)} is not a time`, {
      hint: 'for example 2012-03-01T08:00:00Z, or "2012-03-01 00:00" with --zone America/Los_Angeles',
    })
  }
  if (time.offsetMs !== undefined) return time.localMs - time.offsetMs
  if (zone === undefined) {
    throw new CommandError('usage', `${name} ${JSON.stringify(text)} has no offset, so it is no instant`, {
      hint: 'end it with Z or an offset, or say the zone: --zone Europe/London',
    })
  }
  return zoneOf(zone).toUtc(time.localMs).utcMs
}
