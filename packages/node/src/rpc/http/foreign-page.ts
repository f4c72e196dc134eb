import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Does the request come from a web page of somebody else? The reference lets every page read every answer, the seed phrase
 * included; browsers tell where a request comes from, programs do not send these headers.
 *
 * @param openToNames whether the server may be called by a host name: without passwords a foreign name may have been pointed at
 *   this machine, so that the browser takes a foreign page for ours
 */
export function isForeignPage(headers: IncomingHttpHeaders, openToNames: boolean): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  const host = hostName(headers.host ?? '')
  if (headers.origin !== undefined && hostName(headers.origin.replace(/^[a-z]+:\/\//, '')) !== host) return true
  return !openToNames && host !== '' && host !== 'localhost' && isIP(host) === 0
}

const hostName = (host: string): string => host.replace(/:[0-9]*$/, '').replace(/^\[|\]$/g, '')
