const BLANK = 0x20

/**
 * Removes U+0000 to U+0020 from both ends and nothing else, as the reference trims: `String.trim` would take other blanks and
 * leave control characters. Linear in the length of the text.
 */
export const trimControls = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= BLANK) start++
  while (end > start && text.charCodeAt(end - 1) <= BLANK) end--
  return text.slice(start, end)
}
