import { timingSafeEqual } from 'node:crypto'
import type { onRequestHookHandler } from 'fastify'
import { nodeSha256 } from '../crypto/index.ts'
import { HttpError } from './http-error.ts'

/** Lets only requests pass that carry the administration token: `authorization: Bearer TOKEN`. Asked before the body is read. */
export function requireAdmin(token: string): onRequestHookHandler {
  const digest = digestOf(token)
  return (request, _reply, done) => {
    const [scheme, given = ''] = (request.headers.authorization ?? '').split(' ')
    // Digests have one length, so nothing about the token shows in the time that comparing takes.
    if (scheme === 'Bearer' && timingSafeEqual(digestOf(given), digest)) return done()
    done(new HttpError('admin-token', 'this needs the administration token, as "authorization: Bearer TOKEN"'))
  }
}

const digestOf = (token: string): Uint8Array => nodeSha256(new TextEncoder().encode(token))
