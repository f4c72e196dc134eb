import { IdentityError } from './identity-error.ts'

/** Characters of a device id at most. */
export const DEVICE_ID_LENGTH_MAX = 128

const DEVICE_ID = /^[A-Za-z0-9._~:/-]{1,128}$/

/** Device ids are 1 to 128 characters of `A-Z a-z 0-9 . _ ~ : / -`, as stream ids are. */
export const isDeviceId = (text: string): boolean => DEVICE_ID.test(text)

/** @throws IdentityError `device-id` */
export function assertDeviceId(text: string): void {
  if (!isDeviceId(text))
    throw new IdentityError(
      'device-id',
      `a device id is 1 to ${DEVICE_ID_LENGTH_MAX} of A-Z a-z 0-9 . _ ~ : / -, not ${JSON.stringify(text.slice(0, 140))}`,
    )
}
