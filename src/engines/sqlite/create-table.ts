/** What the PRAGMAs do not tell of a table, read from its CREATE TABLE text: names of constraints, checks, generated expressions, collations. */
import { afterParens, isMark, isWord, splitItems, type Token, textOf, tokenize } from './tokens.ts'

export interface ParsedKey {
  readonly name: string | null
  readonly columns: readonly string[]
  /** In lower case. */
  readonly onConflict?: string
}

export interface ParsedForeignKey extends ParsedKey {
  readonly deferrable: boolean
  readonly initiallyDeferred: boolean
}

export interface ParsedTable {
  readonly primaryKey: ParsedKey | null
  readonly uniques: readonly ParsedKey[]
  /** In the order in which they are written. */
  readonly foreignKeys: readonly ParsedForeignKey[]
  readonly checks: readonly { readonly name: string | null; readonly expression: string }[]
  /** By column name in lower case. */
  readonly generated: ReadonlyMap<string, string>
  readonly collations: ReadonlyMap<string, string>
  /** What becomes of a NULL where none is allowed and it is not simply refused. */
  readonly nullConflicts: ReadonlyMap<string, string>
  readonly autoincrement: boolean
}

type Draft = {
  -readonly [K in keyof ParsedTable]: ParsedTable[K] extends readonly (infer T)[]
    ? T[]
    : ParsedTable[K] extends ReadonlyMap<infer A, infer B>
      ? Map<A, B>
      : ParsedTable[K]
}

/** Index of the parenthesis that opens the column list, or −1 (CREATE TABLE … AS keeps one too, as SQLite rewrites it). */
export function bodyStart(tokens: readonly Token[]): number {
  return tokens.findIndex((t) => isMark(t, '('))
}

/** Reads a CREATE TABLE statement that SQLite has accepted. */
export function parseCreateTable(sql: string): ParsedTable {
  const draft: Draft = {
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    checks: [],
    generated: new Map(),
    collations: new Map(),
    nullConflicts: new Map(),
    autoincrement: false,
  }
  const tokens = tokenize(sql)
  const open = bodyStart(tokens)
  if (open < 0) return draft
  for (const item of splitItems(tokens, open)) readItem(draft, sql, item)
  return draft
}

const TABLE_CONSTRAINTS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'] as const

function readItem(draft: Draft, sql: string, item: readonly Token[]): void {
  if (item.length === 0) return
  if (isWord(item[0], ...TABLE_CONSTRAINTS)) readClauses(draft, sql, item, 0, null)
  else readClauses(draft, sql, item, 1, item[0].value)
}

/** Walks over the clauses of a column (or of a table constraint, where `column` is null). */
function readClauses(draft: Draft, sql: string, item: readonly Token[], from: number, column: string | null): void {
  let name: string | null = null
  for (let i = from; i < item.length; ) {
    if (isWord(item[i], 'CONSTRAINT')) {
      name = item[i + 1]?.value ?? null
      i += 2
      continue
    }
    const next = readClause(draft, { sql, item, column, name }, i)
    if (next > i) name = null
    i = Math.max(next, i + 1)
  }
}

interface Place {
  readonly sql: string
  readonly item: readonly Token[]
  readonly column: string | null
  readonly name: string | null
}

/** Reads the clause at `i` if it is one of interest; returns the index after it, or `i`. */
function readClause(draft: Draft, p: Place, i: number): number {
  const { item, column, name } = p
  if (isWord(item[i], 'CHECK') && isMark(item[i + 1], '(')) {
    const end = afterParens(item, i + 1)
    draft.checks.push({ name, expression: inner(p, i + 1, end) })
    return end
  }
  if (isWord(item[i], 'PRIMARY') && isWord(item[i + 1], 'KEY')) return readPrimary(draft, p, i)
  if (isWord(item[i], 'UNIQUE')) {
    const end = column === null ? afterList(item, i + 1) : i + 1
    draft.uniques.push({ name, columns: column === null ? namesAt(item, i + 1) : [column], ...conflictAt(item, end) })
    return end
  }
  if (isWord(item[i], 'FOREIGN', 'REFERENCES')) return readForeign(draft, p, i)
  if (column === null) return i
  if (isWord(item[i], 'COLLATE')) {
    draft.collations.set(column.toLowerCase(), item[i + 1]?.value ?? 'BINARY')
    return i + 2
  }
  if (isWord(item[i], 'NOT') && isWord(item[i + 1], 'NULL')) {
    const { onConflict } = conflictAt(item, i + 2)
    if (onConflict !== undefined) draft.nullConflicts.set(column.toLowerCase(), onConflict)
    return i + 2
  }
  if (isWord(item[i], 'DEFAULT') && isMark(item[i + 1], '(')) return afterParens(item, i + 1)
  if (isWord(item[i], 'AS') && isMark(item[i + 1], '(')) {
    const end = afterParens(item, i + 1)
    draft.generated.set(column.toLowerCase(), inner(p, i + 1, end))
    return end
  }
  return i
}

function readPrimary(draft: Draft, p: Place, i: number): number {
  const columns = p.column === null ? namesAt(p.item, i + 2) : [p.column]
  const end = p.column === null ? afterList(p.item, i + 2) : i + 2
  const after = isWord(p.item[end], 'ASC', 'DESC') ? end + 1 : end
  draft.primaryKey = { name: p.name, columns, ...conflictAt(p.item, after) }
  if (p.item.slice(i).some((t) => isWord(t, 'AUTOINCREMENT'))) draft.autoincrement = true
  return end
}

/** ON CONFLICT …; ABORT is what happens anyway. */
function conflictAt(item: readonly Token[], i: number): Pick<ParsedKey, 'onConflict'> {
  if (!isWord(item[i], 'ON') || !isWord(item[i + 1], 'CONFLICT')) return {}
  const what = item[i + 2]?.text.toLowerCase()
  return what === undefined || what === 'abort' ? {} : { onConflict: what }
}

/** FOREIGN KEY (…) REFERENCES … or a column's REFERENCES …, up to its DEFERRABLE clause. */
function readForeign(draft: Draft, p: Place, i: number): number {
  const { item, column } = p
  const columns = isWord(item[i], 'FOREIGN') ? namesAt(item, i + 2) : column === null ? [] : [column]
  let at = isWord(item[i], 'FOREIGN') ? afterList(item, i + 2) : i
  at += 2 // REFERENCES table
  at = afterList(item, at)
  let deferrable = false
  let deferred = false
  for (
    ;
    at < item.length && !isWord(item[at], 'CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'COLLATE', 'REFERENCES', 'AS');
    at++
  ) {
    if (isWord(item[at], 'DEFERRABLE') && !isWord(item[at - 1], 'NOT')) deferrable = true
    if (isWord(item[at], 'DEFERRED')) deferred = true
  }
  draft.foreignKeys.push({ name: p.name, columns, deferrable, initiallyDeferred: deferrable && deferred })
  return at
}

function inner(p: Place, open: number, end: number): string {
  return textOf(p.sql, p.item, open + 1, end - 1)
}

/** The first name of each item of the list that opens at `open`. */
function namesAt(item: readonly Token[], open: number): string[] {
  return isMark(item[open], '(') ? splitItems(item, open).map((part) => part[0]?.value ?? '') : []
}

function afterList(item: readonly Token[], open: number): number {
  return isMark(item[open], '(') ? afterParens(item, open) : open
}
