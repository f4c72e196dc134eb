import { PACK_LIST_BYTES_MAX, type PackEncoding } from '@minipolis/city'

/** Topic of signed packs; a device may add its name as a further level. */
export const PACKS_TOPIC = 'minipolis/packs'

/** Below it each accepted reading, as JSON, under the id of its stream. */
export const READINGS_TOPIC = 'minipolis/readings'

/** Below it, under the MQTT client id of the sender, why a message was refused. MQTT 3.1.1 has no other way to say it. */
export const REFUSED_TOPIC = 'minipolis/refused'

/** Bytes of one MQTT packet at most: a list of packs, its topic and header. */
export const FRAME_BYTES_MAX = PACK_LIST_BYTES_MAX + 4_096

export const isPacksTopic = (topic: string): boolean => topic === PACKS_TOPIC || topic.startsWith(`${PACKS_TOPIC}/`)

/** What clients may listen to. */
export const isOpenFilter = (filter: string, clientId: string): boolean =>
  filter === READINGS_TOPIC || filter.startsWith(`${READINGS_TOPIC}/`) || filter === `${REFUSED_TOPIC}/${clientId}`

/** JSON begins with a bracket or a blank; neither begins a CBOR map or list. */
export const encodingOf = (payload: Uint8Array): PackEncoding =>
  [0x7b, 0x5b, 0x20, 0x09, 0x0a, 0x0d].includes(payload[0] ?? 0) ? 'json' : 'cbor'
