import type { Codec, Writer } from '../codec/index.ts'
import { data, list, miniNumber, struct, text } from '../codec/index.ts'
import { MiniNumber } from '../number/index.ts'
import { isJsonObject, parseJson } from './json-parser.ts'
import type { JsonObject } from './json-value.ts'
import { printJson } from './json-value.ts'
import { ObjectError } from './object-error.ts'

/**
 * The first message on a connection. `topBlock` is -1 for a node without blocks, `chain` are the ids from the tip down to
 * the root of the tree. `extra` is a JSON object: welcome, host if set, port as text; it is null when a peer wrote `null`,
 * which can be read and not be written. Source: minima-global/Minima: src/org/minima/objects/Greeting.java
 */
export interface Greeting {
  readonly version: string
  readonly extra: JsonObject | null
  readonly topBlock: MiniNumber
  readonly chain: readonly Uint8Array[]
}

const ids = list(data)
const NO_EXTRA: JsonObject = new Map()

/** JSON text. What is no JSON reads as an empty object; JSON that is neither object nor null is refused. */
const extraText: Codec<JsonObject | null> = {
  read(r) {
    const at = r.offset
    const parsed = parseJson(text.read(r))
    if (parsed.kind === 'invalid') return NO_EXTRA
    if (parsed.kind === 'failure') throw r.fail('range', `the greeting's JSON cannot be read: ${parsed.reason}`, at)
    if (parsed.value !== null && !isJsonObject(parsed.value)) {
      throw r.fail('range', "the greeting's JSON is no object", at)
    }
    return parsed.value
  },
  write(w: Writer, extra) {
    if (extra === null) throw new ObjectError('greeting-extra', 'a greeting without a JSON object cannot be written')
    text.write(w, printJson(extra))
  },
}

export const Greeting: Codec<Greeting> = struct<Greeting>({
  version: text,
  extra: extraText,
  topBlock: miniNumber,
  chain: ids,
})

const NO_BLOCKS = MiniNumber.MINUS_ONE
const TOP_BLOCK_MAX = MiniNumber.of(10n ** 12n)

/** Number of the block at the root of the peer's tree; -1 for a peer without blocks or with an absurd top block. */
export function greetingRootBlock({ topBlock, chain }: Greeting): MiniNumber {
  if (topBlock.equals(NO_BLOCKS) || topBlock.moreThan(TOP_BLOCK_MAX)) return NO_BLOCKS
  return topBlock.sub(MiniNumber.of(chain.length - 1))
}
