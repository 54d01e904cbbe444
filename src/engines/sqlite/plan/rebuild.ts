/** A table made anew under its own statement, with its rows, their rowids and its counter: https://www.sqlite.org/lang_altertable.html#otheralter */
import type { Column, Table } from '../../../core/schema.ts'
import { nameAt, replaceNames } from '../create-index.ts'
import { literal, quote } from '../literal.ts'
import { isMark, tokenize } from '../tokens.ts'
import { sameRows } from './guards.ts'
import { type Pair, statementOf } from './pair.ts'
import { sameName } from './table-text.ts'

/**
 * The statements. The old table steps aside under another name, so that the new one keeps its statement to the letter; with
 * legacy_alter_table other tables, views and triggers go on naming it. Where the old one names itself in an expression it cannot step
 * aside in that mode: then the new one is made under another name and takes its own afterwards.
 */
export function rebuild(pair: Pair, other: string): string[] {
  return pair.namesItself ? newStepsIn(pair, other) : oldStepsAside(pair, other)
}

function oldStepsAside(pair: Pair, aside: string): string[] {
  const name = pair.to.name.name
  return [
    ...pair.from.indexes.map((i) => `DROP INDEX ${quote(i.name)}`),
    'PRAGMA legacy_alter_table = ON',
    `ALTER TABLE ${quote(name)} RENAME TO ${quote(aside)}`,
    'PRAGMA legacy_alter_table = OFF',
    statementOf(pair.to),
    ...moveRows(pair, aside, name),
    ...counter(pair, aside, name),
    ...sameRows(name, aside, name),
    `DROP TABLE ${quote(aside)}`,
  ]
}

function newStepsIn(pair: Pair, made: string): string[] {
  const name = pair.to.name.name
  return [
    ...pair.from.indexes.map((i) => `DROP INDEX ${quote(i.name)}`),
    underName(pair.to, made),
    ...moveRows(pair, name, made),
    ...counter(pair, name, made),
    ...sameRows(name, name, made),
    `DROP TABLE ${quote(name)}`,
    `ALTER TABLE ${quote(made)} RENAME TO ${quote(name)}`,
  ]
}

/** The statement under another name; where the table's name qualifies a column it is that one too, and SQLite renames it with the table. */
function underName(table: Table, made: string): string {
  const sql = statementOf(table)
  const tokens = tokenize(sql)
  const own = nameAt(tokens, 'TABLE')
  const qualifiers = tokens.filter(
    (t, i) => t.kind !== 'string' && isMark(tokens[i + 1], '.') && sameName(t.value, table.name.name),
  )
  return replaceNames(
    sql,
    [tokens[own], ...qualifiers].map((token) => ({ token, name: made })),
  )
}

const ROWID_NAMES = ['rowid', '_rowid_', 'oid'] as const

/** A name under which the rowid can be had, its alias first; undefined: there is none. */
function rowidOf(table: Table, nameOf: (c: Column) => string = (c) => c.name): string | undefined {
  if (table.options['without rowid'] === 'yes') return undefined
  const alias = table.columns.find((c) => c.identity !== undefined)
  if (alias !== undefined) return quote(nameOf(alias))
  return ROWID_NAMES.find((name) => !table.columns.some((c) => sameName(nameOf(c), name)))
}

/** Every column that was there; rows keep their rowid. */
function moveRows(pair: Pair, old: string, made: string): string[] {
  const moved = pair.to.columns.flatMap((c, i) => {
    const origin = pair.origins[i]
    return origin === undefined || c.generated !== undefined ? [] : [[quote(c.name), quote(nameNow(pair, origin))]]
  })
  const [from, to] = [rowidOf(pair.from, (c) => nameNow(pair, c)), rowidOf(pair.to)]
  if (from !== undefined && to !== undefined && !moved.some(([name]) => name === to)) moved.unshift([to, from])
  const [into, select] = [moved.map(([a]) => a), moved.map(([, b]) => b)]
  if (into.length === 0) return []
  // A conflict clause of the table would leave rows out or change them in silence.
  return [`INSERT OR ABORT INTO ${quote(made)} (${into.join(', ')}) SELECT ${select.join(', ')} FROM ${quote(old)}`]
}

/** What a column of the old table is called after the renames. */
export function nameNow(pair: Pair, column: Column): string {
  return pair.renames.find(([old]) => old === column.name)?.[1] ?? column.name
}

/** AUTOINCREMENT goes on where it stood, even where the last rows were deleted. */
function counter(pair: Pair, old: string, made: string): string[] {
  if (pair.from.options.autoincrement !== 'yes' || pair.to.options.autoincrement !== 'yes') return []
  const [from, to] = [literal(old), literal(made)]
  return [
    `DELETE FROM sqlite_sequence WHERE name = ${to}`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT ${to}, seq FROM sqlite_sequence WHERE name = ${from}`,
  ]
}
