export { sha2_256 } from './sha2.ts'
export { sha3_256 } from './sha3.ts'
