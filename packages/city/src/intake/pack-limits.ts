/** Readings of one pack at most. */
export const PACK_READINGS_MAX = 1_000

/** Bytes of one pack on the wire at most. */
export const PACK_BYTES_MAX = 256 * 1024
