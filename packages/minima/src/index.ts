export * from './codec/index.ts'
export { MinipolisError } from './errors/minipolis-error.ts'
export * from './number/index.ts'
