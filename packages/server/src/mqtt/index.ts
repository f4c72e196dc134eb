export { createMqttBroker, type MqttBroker, type MqttBrokerParts } from './mqtt-broker.ts'
export { createMqttDoor, type MqttDoor, type MqttDoorOptions } from './mqtt-door.ts'
export { MqttError, type MqttErrorCode } from './mqtt-error.ts'
export {
  type MqttSubscriber,
  type MqttSubscriberOptions,
  subscribePacks,
} from './mqtt-subscriber.ts'
export { PACKS_TOPIC, READINGS_TOPIC, REFUSED_TOPIC } from './topics.ts'
