import { trimControls } from '../codec/index.ts'
import { ScriptFault } from './script-fault.ts'
import type { Token } from './tokens/token.ts'
import { tokenize } from './tokens/tokenizer.ts'

const ENDS: ReadonlySet<string> = new Set('+ - / * % & | ^ ~ = ( ) [ ] < > << >>'.split(' '))
const TIGHT: ReadonlySet<string> = new Set('+ - / * % & | ^ = < > << >> )'.split(' '))
const WHITESPACE = /[\t\n\v\f\r ]+/g
/** Word operators; signs have no letters. */
const WORD = /^[A-Z]/

/**
 * The text that wallets offer for a contract typed by hand: blanks folded, words in upper case, variables in lower case. The
 * address belongs to the text, so this decides the address of published contracts; the VM itself never cleans. A text that
 * does not tokenise comes back as it was. Source: minima-global/Minima: src/org/minima/kissvm/Contract.java (cleanScript)
 *
 * @throws ScriptFault `cut-shift` when the text ends with a single < or >, where the reference fails too
 */
export const cleanScript = (script: string): string => {
  let tokens: readonly Token[]
  try {
    tokens = tokenize(trimControls(script.replace(WHITESPACE, ' ')), true)
  } catch (error) {
    if (error instanceof ScriptFault && error.code !== 'cut-shift') return script
    throw error
  }
  const output = new CleanOutput()
  for (const token of tokens) output.add(token)
  return trimControls(output.text)
}

/** Writes tokens with the blanks that the reference puts between them, of which some look odd and all decide addresses. */
class CleanOutput {
  text = ''
  private endsInSpace = false
  private spaced = true
  private previous = ''

  add({ kind, text }: Token): void {
    if (kind === 'COMMAND') this.write(`${this.endsInSpace ? '' : ' '}${text} `, true)
    else if (kind === 'OPERATOR' && WORD.test(text)) this.write(` ${text} `, true)
    else if (text.startsWith('0x')) this.addHex(text)
    else if (text.startsWith('(') || text.startsWith('[')) this.addOpening(text)
    else this.addOther(text)
    this.previous = text
  }

  private addHex(text: string): void {
    const separate = this.previous.endsWith(')') || !this.spaced
    this.write(`${separate ? ' ' : ''}0x${text.slice(2).toUpperCase()}`, false)
  }

  private addOpening(text: string): void {
    const separate = this.spaced ? this.followsClosing : ENDS.has(this.previous)
    this.write(`${separate ? ' ' : ''}${text}`, true)
  }

  private addOther(text: string): void {
    if (this.followsClosing && !TIGHT.has(text)) this.write(` ${text}`, false)
    else if (ENDS.has(text)) this.write(text, true)
    else this.write(`${this.spaced ? '' : ' '}${text}`, false)
  }

  private get followsClosing(): boolean {
    return this.previous.endsWith(')') || this.previous.endsWith(']')
  }

  private write(text: string, spaced: boolean): void {
    this.text += text
    this.endsInSpace = text.endsWith(' ')
    this.spaced = spaced
  }
}
