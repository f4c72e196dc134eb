import { type CredentialRecord, formatInstant, fromLowerHex, keyId, parseInstant } from '@minipolis/city'
import Type, { type Static } from 'typebox'
import { requireAdmin } from '../admin.ts'
import type { Api, ApiParts } from '../api.ts'
import { HttpError } from '../http-error.ts'
import { Problem } from '../problem.ts'
import { StreamForm } from './streams.ts'

const Instant = Type.String({ maxLength: 24, description: 'UTC instant with milliseconds' })

const Credential = Type.Object({
  authority: Type.String(),
  device: Type.String(),
  notAfter: Type.Union([Type.String(), Type.Null()]),
  notBefore: Type.String(),
  publicKey: Type.String(),
  signature: Type.String(),
  type: Type.Literal('minipolis-credential/1'),
})

const KeyView = Type.Object({
  key: Type.String({ description: 'key id' }),
  credential: Credential,
  revoked: Type.Union([Type.String(), Type.Null()], {
    description: 'UTC instant from which nothing under the key is taken',
  }),
  reason: Type.Union([Type.String(), Type.Null()]),
})

const keyView = (record: CredentialRecord): Static<typeof KeyView> => ({
  key: record.keyId,
  credential: record.credential,
  revoked: record.revokedMs === undefined ? null : formatInstant(record.revokedMs),
  reason: record.revokedReason ?? null,
})

/** Devices and their keys: `POST /v1/devices`, `GET /v1/devices/ID`, `POST /v1/keys/KEY/revoke`. */
export function deviceRoutes(api: Api, { city, now, adminToken }: ApiParts & { readonly adminToken: string }): void {
  const admin = { onRequest: requireAdmin(adminToken) }

  api.post(
    '/v1/devices',
    {
      ...admin,
      schema: {
        tags: ['devices'],
        operationId: 'enrolDevice',
        summary: 'Certify the key of a device and register its streams; doing it again changes nothing',
        security: [{ admin: [] }],
        body: Type.Object(
          {
            device: Type.String({ pattern: '^[A-Za-z0-9._~:/-]{1,128}$' }),
            publicKey: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Ed25519' }),
            notBefore: Instant,
            notAfter: Type.Optional(Instant),
            label: Type.Optional(Type.String({ maxLength: 256 })),
            streams: Type.Optional(Type.Array(StreamForm, { maxItems: 1_000 })),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({
            device: Type.String(),
            key: Type.String({ description: 'key id' }),
            credential: Credential,
            streams: Type.Array(Type.String()),
          }),
          '4xx': Problem,
        },
      },
    },
    async ({ body: { device, publicKey, notBefore, notAfter, label, streams = [] } }) => {
      const key = fromLowerHex(publicKey, 32)
      const credential = await city.credentials.enrol({
        device,
        publicKey: key,
        notBeforeMs: instantOf('notBefore', notBefore),
        ...(notAfter !== undefined && { notAfterMs: instantOf('notAfter', notAfter) }),
        ...(label !== undefined && { label }),
      })
      const registered = await city.streams.registerAll(streams.map((form) => ({ ...form, device })))
      return { device, key: keyId(key), credential, streams: registered.map(({ id }) => id) }
    },
  )

  api.get(
    '/v1/devices/*',
    {
      schema: {
        tags: ['devices'],
        operationId: 'getDevice',
        summary: 'The keys of a device, oldest first; its id follows the slash as it is',
        params: Type.Object({ '*': Type.String() }),
        response: { 200: Type.Object({ device: Type.String(), keys: Type.Array(KeyView) }), '4xx': Problem },
      },
    },
    async ({ params }) => {
      const device = params['*']
      const records = await city.credentials.ofDevice(device)
      if (records.length === 0) throw new HttpError('not-found', `there is no device ${device.slice(0, 128)}`)
      return { device, keys: records.map(keyView) }
    },
  )

  api.post(
    '/v1/keys/:key/revoke',
    {
      ...admin,
      schema: {
        tags: ['devices'],
        operationId: 'revokeKey',
        summary: 'Take nothing more under a key, from now on; what was accepted stays',
        security: [{ admin: [] }],
        params: Type.Object({ key: Type.String({ pattern: '^[0-9a-f]{16}$' }) }),
        body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 256 }) }, { additionalProperties: false }),
        response: { 200: KeyView, '4xx': Problem },
      },
    },
    async ({ params, body }) => keyView(await city.credentials.revoke(params.key, now(), body.reason)),
  )
}

function instantOf(name: string, text: string): number {
  const ms = parseInstant(text)
  if (ms === undefined)
    throw new HttpError('request', `body.${name} is not a UTC instant such as 2026-03-01T08:00:00.000Z: ${text}`)
  return ms
}
