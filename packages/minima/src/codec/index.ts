export {
  bigIntToBytes,
  bytesEqual,
  bytesToBigInt,
  bytesToSigned,
  compareBytes,
  concatBytes,
  fromHex,
  signedToBytes,
  toHex,
} from './bytes.ts'
export type { Codec, TypeOf } from './codec.ts'
export { decode, decodeExact, encode, map, struct } from './codec.ts'
export type { CodecErrorCode } from './codec-error.ts'
export { CodecError, within } from './codec-error.ts'
export { list, nullable } from './list.ts'
export {
  DATA_SIZE_MAX,
  data,
  flag,
  HASH_SIZE_MAX,
  hash,
  i16,
  i32,
  miniByte,
  miniNumber,
  readCount,
  sizedData,
  text,
  writeCount,
} from './primitives.ts'
export { Reader } from './reader.ts'
export { fromUtf8, replaceLoneSurrogates, utf8 } from './text-bytes.ts'
export { trimControls } from './trim-controls.ts'
export { Writer } from './writer.ts'
