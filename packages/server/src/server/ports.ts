/** This host only, unless told otherwise. */
export const HOST_DEFAULT = '127.0.0.1'
export const HTTP_PORT_DEFAULT = 8080
export const MQTT_PORT_DEFAULT = 1883
