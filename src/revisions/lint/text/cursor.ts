/** A place in the tokens of a statement, and the questions that a reader asks there. */
import type { ObjectName } from '../../../core/schema.ts'
import { type Token, unquoted } from './token.ts'

/** Tokens without blanks and comments; `at` moves as they are taken. */
export interface Cursor {
  readonly tokens: readonly Token[]
  at: number
}

/** Something with a place in the statement: UTF-16 offsets, the end exclusive. */
export interface Placed {
  readonly from: number
  readonly to: number
}

/** A name of a table where it stands. */
export interface PlacedTable extends Placed {
  readonly name: ObjectName
}

/** A name without qualification where it stands. */
export interface PlacedName extends Placed {
  readonly name: string
}

/** Whether the words stand here, one after the other. */
export function sees(c: Cursor, words: string): boolean {
  return words.split(' ').every((w, i) => c.tokens[c.at + i]?.word === w)
}

/** Takes the words where they stand here. */
export function takes(c: Cursor, words: string): boolean {
  if (!sees(c, words)) return false
  c.at += words.split(' ').length
  return true
}

/** Takes one of these words, or groups of words; null where none stands here. */
export function takesOne<W extends string>(c: Cursor, ...choices: readonly W[]): W | null {
  return choices.find((words) => takes(c, words)) ?? null
}

/** Takes the mark where it stands here. */
export function takesMark(c: Cursor, mark: string): boolean {
  if (!isMark(c.tokens[c.at], mark)) return false
  c.at++
  return true
}

/** Whether a token is this mark: `(`, `,`, `=` … */
export function isMark(token: Token | undefined, mark: string): boolean {
  return token?.kind === 'mark' && token.text === mark
}

/** Takes a name, quoted or not. A text in double quotes counts: with ANSI_QUOTES it is one, and SQLite takes it for one. */
export function takeName(c: Cursor): PlacedName | null {
  const token = c.tokens[c.at]
  if (token === undefined || !(token.kind === 'word' || token.kind === 'name' || token.kind === 'string')) return null
  c.at++
  return { name: unquoted(token), from: token.from, to: token.to }
}

/** Takes `name` or `database.name`. */
export function takeTable(c: Cursor): PlacedTable | null {
  const first = takeName(c)
  if (first === null) return null
  if (!isMark(c.tokens[c.at], '.')) return { ...first, name: { name: first.name } }
  c.at++
  const second = takeName(c)
  if (second === null) return null
  return { name: { schema: first.name, name: second.name }, from: first.from, to: second.to }
}

/** Takes what stands between a parenthesis here and the one that closes it; null where none opens. */
export function takeGroup(c: Cursor): readonly Token[] | null {
  if (!isMark(c.tokens[c.at], '(')) return null
  const end = groupEnd(c.tokens, c.at)
  const inner = c.tokens.slice(c.at + 1, end)
  c.at = Math.min(end + 1, c.tokens.length)
  return inner
}

/** Index of the parenthesis that closes the one at `open`; the number of tokens where none does. */
function groupEnd(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let i = open; i < tokens.length; i++) {
    if (isMark(tokens[i], '(')) depth++
    else if (isMark(tokens[i], ')') && --depth === 0) return i
  }
  return tokens.length
}

/** Splits at the commas that stand in no parentheses. */
export function atCommas(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = []
  let part: Token[] = []
  let depth = 0
  for (const token of tokens) {
    if (isMark(token, '(')) depth++
    if (isMark(token, ')')) depth--
    if (isMark(token, ',') && depth <= 0) {
      parts.push(part)
      part = []
    } else part.push(token)
  }
  return part.length > 0 || parts.length > 0 ? [...parts, part] : []
}

/** The place that some tokens take; they must not be none. */
export function placeOf(tokens: readonly Token[]): Placed {
  return { from: tokens[0].from, to: tokens[tokens.length - 1].to }
}

/** The tokens as text, with one blank where there was a gap. */
export function textOf(tokens: readonly Token[]): string {
  return tokens.map((t, i) => (i > 0 && tokens[i - 1].to < t.from ? ` ${t.text}` : t.text)).join('')
}

/** Whether the words stand somewhere in the tokens, outside of parentheses. */
export function hasWords(tokens: readonly Token[], words: string): boolean {
  let depth = 0
  return tokens.some((token, at) => {
    if (isMark(token, '(')) depth++
    if (isMark(token, ')')) depth--
    return depth === 0 && sees({ tokens, at }, words)
  })
}

/** A cursor at the beginning. */
export const cursor = (tokens: readonly Token[]): Cursor => ({ tokens, at: 0 })
