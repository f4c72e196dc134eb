/** Operations a run may need unless the chain allows more (`Magic.currentMaxKissVmOps`, never below this). */
export const OPERATIONS_DEFAULT = 1024

/** Blocks and function calls open at the same time while running. */
export const STACK_DEPTH_MAX = 64

/** Nested blocks while parsing. */
export const BLOCK_DEPTH_MAX = 64

/** Nested brackets and arguments of one expression while parsing. */
export const EXPRESSION_DEPTH_MAX = 64

export const ARGUMENTS_MAX = 32

export const VARIABLE_LETTERS_MAX = 32

/** Bytes of a HEX value; UTF-8 bytes of a STRING value. */
export const VALUE_BYTES_MAX = 65_536

/** UTF-16 units that REPLACE may have built after each match. */
export const REPLACE_UNITS_MAX = 65_536

export const SHIFT_BITS_MAX = 256

export const POWER_BELOW = 1024

export const SIGNIFICANT_DIGITS_MAX = 64

/** Pieces between `$` signs, less one, of a FUNCTION body. */
export const FUNCTION_PIECES_MAX = 64

/** Parts of a signature given to CHECKSIG. */
export const SIGNATURE_PARTS_MAX = 8

/** Operations that CHECKSIG costs beyond the one of every function. */
export const CHECKSIG_OPERATIONS = 31

/** Characters of a trace; what follows is left out and the last line says so. */
export const TRACE_CHARACTERS_MAX = 1_048_576
