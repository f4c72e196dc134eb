export { MiniNumber } from './mini-number.ts'
export { NumberError } from './number-error.ts'
