export { postgresEngine } from './postgres-engine.ts'
export { sqliteEngine } from './sqlite-engine.ts'
