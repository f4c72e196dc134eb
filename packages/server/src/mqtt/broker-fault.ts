import { MqttError } from './mqtt-error.ts'

/** CONNACK codes of a broker that is not ready yet: unavailable, busy, shutting down, over a quota or a rate. */
const NOT_READY: Readonly<Record<4 | 5, ReadonlySet<number>>> = {
  4: new Set([3]),
  5: new Set([0x88, 0x89, 0x8b, 0x97, 0x9f]),
}

/** Codes of Node.js and OpenSSL for a certificate that is not to be trusted or a peer that does not speak TLS. */
const TLS_CODE = /CERT|TLS|SSL|SIGNATURE|EPROTO/

/**
 * Judges why a connection to a broker failed: the typed error when a person must mend it (wrong password, wrong certificate),
 * `undefined` when the broker is away or not ready and may come back.
 *
 * Source: MQTT 5.0 section 3.2.2.2, MQTT 3.1.1 section 3.2.2.3.
 */
export function brokerFault(error: Error, protocolVersion: 4 | 5): MqttError | undefined {
  const { code } = error as { code?: unknown }
  if (typeof code === 'number') {
    if (NOT_READY[protocolVersion].has(code)) return undefined
    return new MqttError('broker-refused', `the broker refuses the city: ${error.message}`, { reason: code })
  }
  if (typeof code !== 'string' || !TLS_CODE.test(code)) return undefined
  return new MqttError('broker-refused', `no safe connection to the broker: ${error.message}`, { reason: code })
}
