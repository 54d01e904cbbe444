/** What a revision is known by after it was applied: a digest that comments and blanks do not change. */
import { createHash } from 'node:crypto'
import type { Family } from '../schema/sql-body.ts'

/** Quoted text stays; hints and versioned comments are read by servers, so they stay as well. */
const PIECES: Readonly<Record<Family, RegExp>> = {
  postgres:
    /(?<![\w$])[eE]'(?:[^'\\]|''|\\[\s\S])*'?|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|(?<![\w$])\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|--[^\n]*|\/\*|\s+/g,
  mysql:
    /'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?|`(?:[^`]|``)*`?|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[!M+][\s\S]*?(?:\*\/|$)|\/\*[\s\S]*?(?:\*\/|$)|\s+/g,
  sqlite: /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+/g,
}

const isKept = (piece: string) => !/^(?:--|#|\s|\/\*(?![!M+]))/.test(piece)

function nestedEnd(sql: string, from: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from
  let depth = 0
  for (let m = marks.exec(sql); m !== null; m = marks.exec(sql)) {
    depth += m[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return sql.length
}

/** A statement without comments, with one blank where there were blanks or comments outside of quotes. */
function bare(sql: string, family: Family): string {
  const pieces = new RegExp(PIECES[family])
  let done = ''
  let at = 0
  let blank = false
  const add = (text: string) => {
    if (text === '') return
    done += blank && done !== '' ? ` ${text}` : text
    blank = false
  }
  for (let m = pieces.exec(sql); m !== null; m = pieces.exec(sql)) {
    if (m[0] === '/*') pieces.lastIndex = nestedEnd(sql, m.index)
    add(sql.slice(at, m.index))
    if (m[0] !== '/*' && isKept(m[0])) add(m[0])
    else blank = true
    at = pieces.lastIndex
  }
  add(sql.slice(at))
  return done
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

/** SHA-256 (hexadecimal) of statements; comments and the number of blanks outside of quotes do not count. */
export function statementsChecksum(statements: readonly { readonly sql: string }[], family: Family): string {
  return digest(statements.map(({ sql }) => bare(sql, family)).join(';\n'))
}

const SCRIPT =
  /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+/g

/** SHA-256 (hexadecimal) of a function's text; comments and blanks outside of quotes do not count, nor do the types that were stripped. */
export function functionChecksum(run: (...a: never[]) => unknown): string {
  const text = String(run)
  // Where blanks stood between words one NUL is left, and none elsewhere.
  const bare = text.replace(SCRIPT, (piece) => (/^(?:\/\/|\/\*|\s)/.test(piece) ? '\u0000' : piece))
  return digest(bare.replace(/\u0000+/g, '\u0000').replace(/(?<![\w$])\u0000|\u0000(?![\w$])/g, ''))
}
