import { REPLACE_UNITS_MAX } from '../limits.ts'
import { ScriptFault } from '../script-fault.ts'

const assertUnits = (units: number): void => {
  if (units > REPLACE_UNITS_MAX)
    throw new ScriptFault('too-long', `REPLACE makes at most ${REPLACE_UNITS_MAX} characters`)
}

/**
 * `by` as it stands for one match: a backslash makes the next unit literal, `$0` is the matched text (more zeros are
 * swallowed), any other `$` is a fault. These are the rules of Java's `Matcher.appendReplacement` without groups.
 */
const expand = (by: string, match: string): string => {
  if (!/[\\$]/.test(by)) return by
  let text = ''
  for (let at = 0; at < by.length; at++) {
    const unit = by[at]!
    if (unit === '\\') {
      if (++at === by.length) throw new ScriptFault('bad-replacement', 'the replacement ends with a backslash')
      text += by[at]
    } else if (unit === '$') {
      if (by[at + 1] !== '0') throw new ScriptFault('bad-replacement', 'the replacement has a $ without a 0 behind it')
      while (by[at + 1] === '0') at++
      text += match
    } else {
      text += unit
    }
  }
  return text
}

/**
 * Replaces every occurrence of the literal text `find`, from left to right without overlap. An empty `find` matches at every
 * position, the end included. @throws ScriptFault `bad-replacement`, `too-long`
 */
export const replaceAll = (text: string, find: string, by: string): string => {
  if (!text.includes(find)) {
    assertUnits(text.length)
    return text
  }
  const inserted = expand(by, find)
  if (find === '') return interleave(text, inserted)
  const parts = text.split(find)
  assertUnits(text.length + (parts.length - 1) * (inserted.length - find.length))
  return parts.join(inserted)
}

/** `inserted` before every unit and at the end. */
const interleave = (text: string, inserted: string): string => {
  assertUnits(text.length + (text.length + 1) * inserted.length)
  if (text === '' || inserted === '') return inserted + text
  return inserted + text.split('').join(inserted) + inserted
}

/** Replaces the first occurrence only. @throws ScriptFault `bad-replacement` */
export const replaceFirst = (text: string, find: string, by: string): string => {
  const at = text.indexOf(find)
  return at < 0 ? text : text.slice(0, at) + expand(by, find) + text.slice(at + find.length)
}
