import { MinipolisError } from '@minipolis/minima'

/**
 * - `device-id`: not a device id
 * - `key-taken`: the key is already certified, for another device or another time
 * - `key-unknown`: no credential for this key
 * - `validity`: a period that ends before it begins, or a time that cannot be written
 * - `credential-form`: not a credential of a known version
 * - `key-file`: not a key file, or its parts do not belong together
 */
export type IdentityErrorCode = 'device-id' | 'key-taken' | 'key-unknown' | 'validity' | 'credential-form' | 'key-file'

export class IdentityError extends MinipolisError<IdentityErrorCode> {}
