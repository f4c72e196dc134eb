import { MinipolisError } from '@minipolis/minima'

/**
 * - `frame-oversize`: a packet is larger than a message may be
 * - `topic-closed`: clients may publish packs only
 * - `clients-max`: no more clients are served
 * - `broker-url`: not the address of an MQTT broker
 * - `broker-refused`: the broker wants another password, certificate or protocol, or does not let us subscribe with QoS 1
 */
export type MqttErrorCode = 'frame-oversize' | 'topic-closed' | 'clients-max' | 'broker-url' | 'broker-refused'

export class MqttError extends MinipolisError<MqttErrorCode> {}
