import { MinipolisError } from '@minipolis/minima'

/**
 * - `frame-oversize`: a packet is larger than a message may be
 * - `topic-closed`: clients may publish packs only
 * - `clients-max`: no more clients are served
 * - `broker-url`: not the address of an MQTT broker
 */
export type MqttErrorCode = 'frame-oversize' | 'topic-closed' | 'clients-max' | 'broker-url'

export class MqttError extends MinipolisError<MqttErrorCode> {}
