export { createMetrics, type Metrics, type MqttOutcome } from './metrics.ts'
