/**
 * A script → its statements with their lines, as the engine's own client cuts it: quotes, comments, dollar quotes, DELIMITER, bodies of
 * triggers. Rows of COPY … FROM stdin and commands of psql and sqlite3 (\connect, .bail) are left out: only a client understands them.
 */
import { ending, type Family, opensBody } from './sql-body.ts'

/** One statement without its terminator; `line` counts from 1. */
export interface SqlStatement {
  readonly sql: string
  readonly line: number
  /** Offset in the script (UTF-16) at which `sql` begins. */
  readonly start: number
  /** Offset behind the terminator, or behind the statement where none follows. */
  readonly end: number
}

/** A comment, within a statement or between two; `start` and `end` are offsets in the script. */
export interface SqlComment {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A script in its parts. */
export interface SqlScript {
  readonly statements: readonly SqlStatement[]
  readonly comments: readonly SqlComment[]
  /** What was left out, as only a client understands it: its commands, and COPY … FROM stdin. `start` and `end` are offsets. */
  readonly skipped: readonly SqlComment[]
  /** Offset of a quote, dollar quote or comment that nothing closes. */
  readonly open: number | null
}

interface Cutter {
  readonly text: string
  readonly family: Family
  at: number
  /** Where the statement that is being read began; −1 between statements. */
  start: number
  delimiter: string
  /** The line that `lineAt` stands in. */
  lineAt: number
  line: number
  readonly found: SqlStatement[]
  readonly comments: SqlComment[]
  readonly skipped: SqlComment[]
  open: number | null
  /** Lines that are comments of this form end a statement that lacks its terminator, though not within a body. */
  readonly ends: RegExp | null
}

/** What may stand as one piece, from which no statement ends. */
const PIECES: Readonly<Record<Family, RegExp>> = {
  postgres:
    /(?<=(?:^|[^\w$]))[eE]'(?:[^'\\]|''|\\.)*'?|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|--[^\n]*|\/\*/y,
  mysql:
    /'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?|`(?:[^`]|``)*`?|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
  sqlite: /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y,
}

/** End of a comment that may hold comments (PostgreSQL). */
function nestedComment(text: string, from: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from
  let depth = 0
  for (let m = marks.exec(text); m !== null; m = marks.exec(text)) {
    depth += m[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}

/** End of the quoted text, dollar quote or comment that begins here; null where none does. */
function pieceEnd(c: Cutter): number | null {
  const piece = PIECES[c.family]
  piece.lastIndex = c.at
  const found = piece.exec(c.text)
  if (found === null) return null
  return found[0] === '/*' ? nestedComment(c.text, c.at) : piece.lastIndex
}

/** Comments between statements belong to none; MySQL's versioned comments are statements. */
function isComment(c: Cutter): boolean {
  const head = c.text.slice(c.at, c.at + 3)
  return (
    head.startsWith('--') ||
    (c.family === 'mysql' && head[0] === '#') ||
    (/^\/\*/.test(head) && !/^\/\*[!M]/.test(head))
  )
}

function lineEnd(c: Cutter): number {
  const end = c.text.indexOf('\n', c.at)
  return end < 0 ? c.text.length : end
}

/** A line that only a client understands. Gives true when it was passed over. */
function skipClientLine(c: Cutter): boolean {
  if (c.at > 0 && !'\n\uFEFF'.includes(c.text[c.at - 1])) return false
  const line = c.text.slice(c.at, lineEnd(c))
  const delimiter = c.family === 'mysql' ? /^delimiter\s+(\S+)\s*$/i.exec(line) : null
  if (delimiter !== null) c.delimiter = delimiter[1]
  const client = (c.family === 'postgres' && line[0] === '\\') || (c.family === 'sqlite' && line[0] === '.')
  if (delimiter === null && !client) return false
  if (client) c.skipped.push({ text: line.trimEnd(), start: c.at, end: c.at + line.length })
  c.at += line.length
  return true
}

/** Line of a place at or after the last one that was asked for. */
function lineOf(c: Cutter, at: number): number {
  for (let i = c.text.indexOf('\n', c.lineAt); i >= 0 && i < at; i = c.text.indexOf('\n', i + 1)) c.line++
  c.lineAt = at
  return c.line
}

/** The statement that was begun ends at `end`; `after` its terminator. */
function finish(c: Cutter, end: number, after: number): void {
  if (c.start < 0) return
  const sql = c.text.slice(c.start, end).trimEnd()
  const copies = c.family === 'postgres' && /^copy\s[\s\S]*\sfrom\s+stdin\b/i.test(sql)
  const stop = after > end ? after : c.start + sql.length
  if (copies) c.skipped.push({ text: sql, start: c.start, end: stop })
  else if (sql !== '') c.found.push({ sql, line: lineOf(c, c.start), start: c.start, end: stop })
  c.start = -1
  if (copies) {
    const done = /^\\\.[ \t]*\r?$/m.exec(c.text.slice(end))
    c.at = done === null ? c.text.length : end + done.index + done[0].length
  }
}

/** Whether `;` would end only a part of the statement that is being read. */
function inBody(c: Cutter): boolean {
  const sql = c.text.slice(c.start, c.at)
  return c.delimiter !== ';' || (opensBody(sql, c.family) && !ending(sql, c.family))
}

/** A comment that ends the statement before it, where such are asked for. */
function endAt(c: Cutter, comment: string): void {
  if (c.ends === null || !c.ends.test(comment) || !/(?:^|[\n\uFEFF])[ \t]*$/.test(c.text.slice(0, c.at).slice(-200)))
    return
  if (c.start >= 0 && inBody(c)) return
  finish(c, c.at, c.at)
  c.delimiter = ';'
}

const isLineComment = (c: Cutter) => c.text.startsWith('--', c.at) || (c.family === 'mysql' && c.text[c.at] === '#')

/** Notes a piece that reaches the end of the text only because nothing closes it. */
function watchEnd(c: Cutter, end: number): void {
  if (end < c.text.length || isLineComment(c)) return
  if (pieceEnd({ ...c, text: `${c.text}\u0000` }) !== end) c.open = c.at
}

function step(c: Cutter): void {
  if (c.start < 0) {
    if (/\s/.test(c.text[c.at])) {
      c.at++
      return
    }
    if (skipClientLine(c)) return
  }
  const piece = pieceEnd(c)
  if (piece !== null) {
    watchEnd(c, piece)
    if (c.text.startsWith('--', c.at)) endAt(c, c.text.slice(c.at, piece))
    if (isComment(c)) c.comments.push({ text: c.text.slice(c.at, piece), start: c.at, end: piece })
    else if (c.start < 0) c.start = c.at
    c.at = piece
    return
  }
  if (c.text.startsWith(c.delimiter, c.at)) {
    const end = c.at
    c.at += c.delimiter.length
    const inside = c.start >= 0 && c.delimiter === ';' && opensBody(c.text.slice(c.start, end), c.family)
    if (!inside || ending(c.text.slice(c.start, end), c.family)) finish(c, end, c.at)
    return
  }
  if (c.start < 0) c.start = c.at
  const word = /[\w$]+|[\s\S]/y
  word.lastIndex = c.at
  c.at += word.exec(c.text)?.[0].length ?? 1
}

/** A script for an engine in statements and comments; lines that are comments of the form `ends` end a statement. Pure; never throws. */
export function readScript(text: string, family: Family, ends: RegExp | null = null): SqlScript {
  const c: Cutter = {
    text,
    family,
    at: text.startsWith('\uFEFF') ? 1 : 0,
    start: -1,
    delimiter: ';',
    lineAt: 0,
    line: 1,
    found: [],
    comments: [],
    skipped: [],
    open: null,
    ends,
  }
  while (c.at < c.text.length) step(c)
  finish(c, c.text.length, c.text.length)
  return { statements: c.found, comments: c.comments, skipped: c.skipped, open: c.open }
}

/** The statements of a script for an engine (postgres, mysql, sqlite). Pure; never throws. */
export function splitSql(text: string, family: Family): readonly SqlStatement[] {
  return readScript(text, family).statements
}
