/** JSON over several lines, with every number and text exactly as it stood: reading and writing it anew could round. */
export function indentJson(text: string): string {
  let out = ''
  let depth = 0
  const newLine = (): string => `\n${'  '.repeat(depth)}`
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth++
      out += token + newLine()
    } else if (token === '}' || token === ']') {
      depth--
      out += newLine() + token
    } else if (token === ',') out += token + newLine()
    else if (token === ':') out += ': '
    else out += token
  }
  return out
}
