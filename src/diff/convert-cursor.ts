/** A place in a list of tokens, with the questions that a parser asks there. */
import { type Grammar, type Token, Untranslatable } from './convert-lex.ts'
import type { Expression } from './convert-tree.ts'

/** Reads tokens one after the other. Throws Untranslatable where something else was expected. */
export class Cursor {
  readonly grammar: Grammar
  /** Decides whether a double-quoted word of SQLite or MySQL is a name or a text. */
  readonly isColumn: (name: string) => boolean
  private at = 0
  private readonly tokens: readonly Token[]

  private readonly parse: (c: Cursor, power: number) => Expression

  /** `parse` reads the longest expression whose operators bind tighter than `power`. */
  constructor(
    tokens: readonly Token[],
    grammar: Grammar,
    isColumn: (name: string) => boolean,
    parse: (c: Cursor, power: number) => Expression,
  ) {
    this.tokens = tokens
    this.grammar = grammar
    this.isColumn = isColumn
    this.parse = parse
  }

  expression(power: number): Expression {
    return this.parse(this, power)
  }

  peek(): Token | undefined {
    return this.tokens[this.at]
  }

  next(): Token | undefined {
    return this.tokens[this.at++]
  }

  isSymbol(text: string): boolean {
    const t = this.peek()
    return t?.kind === 'symbol' && t.text === text
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.at++
    return true
  }

  isWord(word: string): boolean {
    const t = this.peek()
    return t?.kind === 'word' && t.word === word
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.at++
    return true
  }

  /** The next word, or the text of whatever else comes. */
  word(): string {
    const t = this.next()
    return t?.kind === 'word' ? t.word : (t?.text ?? 'nothing')
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw new Untranslatable(`it lacks ${word.toUpperCase()} where it was expected`)
  }

  expect(symbol: string): void {
    const t = this.next()
    if (t?.kind !== 'symbol' || t.text !== symbol) throw new Untranslatable(`it holds \`${t?.text ?? 'an early end'}\``)
  }

  end(): void {
    const t = this.peek()
    if (t !== undefined) throw new Untranslatable(`it holds \`${t.text}\``)
  }
}
