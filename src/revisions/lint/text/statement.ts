/** What a statement does, as far as rules look at it. What is not understood is `other`: no rule finds anything there. */
import { type Act, OBJECTS } from './act.ts'
import { readAlterTable } from './alter.ts'
import {
  atCommas,
  type Cursor,
  cursor,
  hasWords,
  isMark,
  type PlacedTable,
  takeGroup,
  takeName,
  takes,
  takesMark,
  takesOne,
  takeTable,
} from './cursor.ts'
import { type KeyText, readParts } from './key.ts'
import { readCreateTable } from './table.ts'
import { type Family, isSignificant, significant, type Token, tokenize, unquoted } from './token.ts'
import { readDelete, readInsert, readUpdate } from './write.ts'

/** A statement without its terminator. */
export interface ReadStatement {
  readonly sql: string
  readonly act: Act
  /** Without blanks and comments. Those of INSERT are cut anew each time: dumps hold megabytes of them. */
  tokens(): readonly Token[]
}

/** Reads one. Never throws. Where a quote, a comment or a parenthesis does not end, nothing of it is understood. */
export function readStatement(sql: string, family: Family): ReadStatement {
  const all = tokenize(sql, family)
  const tokens = all.filter(isSignificant)
  if (all.at(-1)?.open || !balanced(tokens)) return { sql, act: { kind: 'other' }, tokens: () => [] }
  const act = readAct(cursor(tokens)) ?? { kind: 'other' }
  return { sql, act, tokens: act.kind === 'insert' ? () => significant(sql, family) : () => tokens }
}

function balanced(tokens: readonly Token[]): boolean {
  let depth = 0
  for (const token of tokens) {
    if (isMark(token, '(')) depth++
    if (isMark(token, ')') && --depth < 0) return false
  }
  return depth === 0
}

function readAct(c: Cursor): Act | null {
  const head = c.tokens[c.at]?.word ?? ''
  if (takes(c, 'CREATE')) return readCreate(c)
  if (takes(c, 'ALTER')) return readAlter(c)
  if (takes(c, 'DROP')) return readDrop(c)
  if (takes(c, 'RENAME TABLE')) return readRename(c)
  if (takes(c, 'TRUNCATE')) return readTruncate(c)
  if (takes(c, 'UPDATE')) return readUpdate(c)
  if (takes(c, 'DELETE')) return readDelete(c)
  if (takes(c, 'INSERT') || takes(c, 'REPLACE')) return readInsert(c, head)
  if (takes(c, 'PRAGMA')) return readPragma(c)
  if (takes(c, 'VACUUM')) return { kind: 'vacuum' }
  if (takes(c, 'SET')) return readSet(c)
  if (takes(c, 'LOCK TABLES') || takes(c, 'LOCK TABLE')) return readTables(c, 'LOCK TABLES')
  if (takes(c, 'FLUSH TABLES')) return { kind: 'maintain', what: 'FLUSH TABLES', tables: [] }
  if (takesOne(c, 'OPTIMIZE TABLE', 'OPTIMIZE LOCAL TABLE') !== null) return readTables(c, 'OPTIMIZE TABLE')
  return readTransaction(c)
}

function readTransaction(c: Cursor): Act | null {
  // BEGIN of a compound statement of MariaDB is followed by more than a way of transaction.
  if (takes(c, 'START TRANSACTION')) return { kind: 'begin' }
  if (takes(c, 'BEGIN')) {
    takesOne(c, 'DEFERRED', 'IMMEDIATE', 'EXCLUSIVE', 'WORK')
    takes(c, 'TRANSACTION')
    return c.at >= c.tokens.length ? { kind: 'begin' } : null
  }
  if (takes(c, 'COMMIT') || takes(c, 'END')) return { kind: 'commit' }
  if (takes(c, 'ROLLBACK') && !hasWords(c.tokens, 'TO')) return { kind: 'rollback' }
  return null
}

function readCreate(c: Cursor): Act | null {
  const orReplace = takes(c, 'OR REPLACE')
  const temporary = takesOne(c, 'TEMPORARY', 'TEMP') !== null
  if (takes(c, 'TABLE')) return readCreateTable(c, { temporary, orReplace })
  const kind = takesOne(c, 'UNIQUE', 'FULLTEXT', 'SPATIAL')
  takesOne(c, 'ONLINE', 'OFFLINE')
  if (takes(c, 'INDEX')) return readCreateIndex(c, kind)
  // ALGORITHM = …, DEFINER = …, SQL SECURITY … stand before the kind of object.
  const at = c.tokens.findIndex((t, i) => i >= c.at && OBJECTS.some((o) => o.split(' ')[0] === t.word))
  if (at < 0) return null
  c.at = at
  const what = takesOne(c, ...OBJECTS)
  if (what === null) return null
  takes(c, 'IF NOT EXISTS')
  return { kind: 'create-object', what, name: takeTable(c) }
}

function readCreateIndex(c: Cursor, kind: 'UNIQUE' | 'FULLTEXT' | 'SPATIAL' | null): Act | null {
  const ifNotExists = takes(c, 'IF NOT EXISTS')
  const name = takeTable(c)
  if (takes(c, 'USING')) c.at++
  if (name === null || !takes(c, 'ON')) return null
  const table = takeTable(c)
  const parts = takeGroup(c)
  if (table === null || parts === null) return null
  const kinds = { UNIQUE: 'unique', FULLTEXT: 'fulltext', SPATIAL: 'spatial' } as const
  const key: KeyText = {
    kind: kind === null ? 'index' : kinds[kind],
    name: { ...name, name: name.name.name },
    parts: readParts(parts),
  }
  return { kind: 'create-index', table, key, ifNotExists, end: c.tokens[c.tokens.length - 1].to }
}

function readAlter(c: Cursor): Act | null {
  takes(c, 'ONLINE')
  takes(c, 'IGNORE')
  return takes(c, 'TABLE') ? readAlterTable(c) : null
}

function readDrop(c: Cursor): Act | null {
  const temporary = takesOne(c, 'TEMPORARY', 'TEMP') !== null
  if (takesOne(c, 'TABLE', 'TABLES') !== null) {
    const ifExists = takes(c, 'IF EXISTS')
    return { kind: 'drop-table', tables: takeTables(c), ifExists, temporary }
  }
  if (takes(c, 'INDEX')) {
    takes(c, 'IF EXISTS')
    const name = takeTable(c)
    return name && { kind: 'drop-index', name, table: takes(c, 'ON') ? takeTable(c) : null }
  }
  const what = takesOne(c, ...OBJECTS)
  takes(c, 'IF EXISTS')
  return what && { kind: 'drop-object', what, name: takeTable(c) }
}

function takeTables(c: Cursor): PlacedTable[] {
  const tables: PlacedTable[] = []
  do {
    const table = takeTable(c)
    if (table !== null) tables.push(table)
  } while (takesMark(c, ','))
  return tables
}

function readTables(c: Cursor, what: string): Act {
  const tables = takeTables(c)
  return { kind: 'maintain', what, tables }
}

function readRename(c: Cursor): Act {
  const pairs: { from: PlacedTable; to: PlacedTable }[] = []
  do {
    const from = takeTable(c)
    const to = takes(c, 'TO') ? takeTable(c) : null
    if (from !== null && to !== null) pairs.push({ from, to })
  } while (takesMark(c, ','))
  return { kind: 'rename-table', pairs }
}

function readTruncate(c: Cursor): Act | null {
  takes(c, 'TABLE')
  const table = takeTable(c)
  return table && { kind: 'truncate', table }
}

/** Ways of saying on and off, as 1 and 0. */
const SWITCHED: Readonly<Record<string, string>> = { on: '1', true: '1', yes: '1', off: '0', false: '0', no: '0' }

const switched = (value: string): string => SWITCHED[value] ?? value

function readPragma(c: Cursor): Act | null {
  const name = takeTable(c)
  if (name === null) return null
  const group = takesMark(c, '=') ? c.tokens.slice(c.at) : takeGroup(c)
  const value = group === null ? null : switched(group.map(unquoted).join('').toLowerCase())
  return { kind: 'pragma', name: name.name.name.toLowerCase(), value }
}

/** `SET a = 1, @@session.b = 2`; variables of users and forms of their own (SET NAMES) have no values here. */
function readSet(c: Cursor): Act {
  const values = new Map<string, string>()
  let scope: 'session' | 'global' = 'session'
  for (const part of atCommas(c.tokens.slice(c.at))) {
    const p = cursor(part)
    const marks = [takesMark(p, '@'), takesMark(p, '@')].filter((m) => m).length
    if (marks === 1) continue
    if (takesOne(p, 'GLOBAL', 'PERSIST', 'PERSIST_ONLY') !== null) scope = 'global'
    takesOne(p, 'SESSION', 'LOCAL')
    takesMark(p, '.')
    const name = takeName(p)
    if (name === null || !(takesMark(p, '=') || takesMark(p, ':='))) continue
    values.set(name.name.toLowerCase(), switched(part.slice(p.at).map(unquoted).join(' ').toLowerCase()))
  }
  return { kind: 'set', scope, values }
}
