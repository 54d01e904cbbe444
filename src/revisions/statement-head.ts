/** The first words of a statement, without its comments: enough to tell what it is, never a parse of it. */
import type { Family } from '../schema/sql-body.ts'

/** Words that are looked at. */
const MOST = 40

const REST =
  /\s+|--[^\n]*|#[^\n]*|\/\*|\*\/|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|@@|[\p{L}\p{N}_$]+|[\s\S]/u
const piece = (text: string) => new RegExp(`${text}|${REST.source}`, 'uy')
const PIECES: Readonly<Record<Family, RegExp>> = {
  postgres: piece(`'(?:[^']|'')*'?`),
  mysql: piece(String.raw`'(?:[^'\\]|''|\\[\s\S])*'?`),
  sqlite: piece(`'(?:[^']|'')*'?`),
}

/** Where a comment that begins at `from` ends; PostgreSQL's may hold comments. */
function commentEnd(text: string, from: number, family: Family): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from + 2
  let depth = 1
  for (let m = marks.exec(text); m !== null; m = marks.exec(text)) {
    if (m[0] === '*/') depth--
    else if (family === 'postgres') depth++
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}

/** MySQL runs what stands in a versioned comment; its mark alone is passed over. Null: a comment like any other. */
function versionedMark(text: string, at: number, family: Family): number | null {
  const mark = family === 'mysql' ? /^\/\*M?!\d*/.exec(text.slice(at, at + 12)) : null
  return mark === null ? null : at + mark[0].length
}

function isLineComment(piece: string, family: Family): boolean {
  if (piece.startsWith('--')) return family !== 'mysql' || piece === '--' || /^--\s/.test(piece)
  return family === 'mysql' && piece.startsWith('#')
}

/** The word as it is looked at; null: nothing. */
function wordOf(piece: string, family: Family): string | null {
  if (/^\s/.test(piece) || piece === '*/' || isLineComment(piece, family)) return null
  if (piece.startsWith("'") || (piece.startsWith('$') && piece.length > 1)) return "'"
  if (/^["`]/.test(piece) || (piece.startsWith('[') && piece.length > 1 && family === 'sqlite')) return '"'
  return piece.toUpperCase()
}

/** The first words in capitals with one blank between them; `"` stands for a quoted name, `'` for a text. */
export function headOf(statement: string, family: Family): string {
  const words: string[] = []
  let at = 0
  while (at < statement.length && words.length < MOST) {
    const pattern = PIECES[family]
    pattern.lastIndex = at
    const piece = pattern.exec(statement)?.[0] ?? statement[at]
    at += piece.length
    if (piece === '/*') {
      const start = at - 2
      at = versionedMark(statement, start, family) ?? commentEnd(statement, start, family)
      continue
    }
    const word = wordOf(piece, family)
    if (word !== null) words.push(word)
  }
  return forStatement(words).join(' ')
}

/** MariaDB: `SET STATEMENT variable = value FOR statement` is that statement. */
function forStatement(words: readonly string[]): readonly string[] {
  if (words[0] !== 'SET' || words[1] !== 'STATEMENT') return words
  const end = words.indexOf('FOR')
  return end < 0 ? words : words.slice(end + 1)
}
