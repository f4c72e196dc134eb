export { HOST_DEFAULT, HTTP_PORT_DEFAULT, MQTT_PORT_DEFAULT } from './ports.ts'
export {
  type Server,
  type ServerOptions,
  type ServerParts,
  startServer,
} from './server.ts'
