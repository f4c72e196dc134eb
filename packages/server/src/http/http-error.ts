import { MinipolisError } from '@minipolis/minima'

/**
 * What the HTTP door itself refuses.
 *
 * - `admin-token`: the request needs the administration token
 * - `not-found`: there is nothing at this address
 * - `request`: parameters or body are not of the form that the API document gives
 * - `too-many-listeners`: no more event streams are served
 * - `port-taken`: no port is free where the server was told to listen
 */
export type HttpErrorCode = 'admin-token' | 'not-found' | 'request' | 'too-many-listeners' | 'port-taken'

export class HttpError extends MinipolisError<HttpErrorCode> {}
