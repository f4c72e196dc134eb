import { CommandError } from '../terminal/command-error.ts'

/** Longest line of an answer, in characters. */
const LINE_CHARS_MAX = 16 * 1024 * 1024

/**
 * Reads one JSON value from each line, as they come.
 *
 * @throws CommandError `server` for a line that is no JSON or has no end
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop()!
    if (rest.length > LINE_CHARS_MAX) throw new CommandError('server', 'the server sent a line without end')
    for (const text of lines) yield parse(text)
  }
  if (rest !== '') throw new CommandError('server', 'the server broke off in the middle of its answer')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CommandError(
      'server',
      'the server sent something that is not JSON',
      { text: text.slice(0, 200) },
      { cause },
    )
  }
}
