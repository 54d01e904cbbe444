/** Indexes of a table that is not rebuilt: what differs is dropped first and made last. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { Index, Table } from '../../../core/schema.ts'
import { canonicalOf } from '../canonical.ts'
import { indexText } from '../ddl.ts'
import { quote } from '../literal.ts'
import { isMark, isWord, tokenize } from '../tokens.ts'
import { writtenOf } from '../written.ts'
import { uniqueIndexHazard } from './may-fail.ts'
import type { Pair } from './pair.ts'
import { nameNow } from './rebuild.ts'

export interface IndexWork {
  readonly drop: readonly Index[]
  readonly create: readonly Index[]
}

/** What the renames of the table itself do not do already. */
export function indexWork(pair: Pair): IndexWork {
  const now = new Map(pair.from.indexes.map((i) => [i.name, renamedIndex(pair, i)]))
  const wanted = new Map(pair.to.indexes.map((i) => [i.name, canonical(pair.to, i)]))
  return {
    drop: pair.from.indexes.filter((i) => wanted.get(i.name) !== now.get(i.name)),
    create: pair.to.indexes.filter((i) => wanted.get(i.name) !== now.get(i.name)),
  }
}

/** CREATE INDEX as it was written. */
function indexStatement(table: Table, index: Index): string {
  return writtenOf(index)?.sql ?? indexText(table, index)
}

function canonical(table: Table, index: Index): string {
  return canonicalOf(tokenize(indexStatement(table, index)))
}

/** The statement as SQLite has it after the renames; '' where naru cannot tell. */
function renamedIndex(pair: Pair, index: Index): string {
  const tokens = tokenize(indexStatement(pair.from, index))
  const on = tokens.findIndex((t) => isWord(t, 'ON'))
  const columns = new Map(pair.from.columns.map((c) => [c.name.toLowerCase(), nameNow(pair, c)]))
  let sure = true
  const renamed = tokens.map((t, i) => {
    if (i === on + 1) return { ...t, kind: 'name' as const, value: pair.to.name.name }
    const name =
      i > on + 1 && t.kind !== 'string' && t.kind !== 'other' ? columns.get(t.value.toLowerCase()) : undefined
    if (name === undefined || name === t.value || isWord(tokens[i - 1], 'COLLATE')) return t
    if (isMark(tokens[i + 1], '(')) sure = false
    return { ...t, kind: 'name' as const, value: name }
  })
  return sure ? canonicalOf(renamed) : ''
}

/** Drops of indexes. */
export function dropIndexSteps(table: Table, indexes: readonly Index[]): Step[] {
  return indexes.map((i) => step(`DROP INDEX ${quote(i.name)}`, 'not wanted as it is', table, i, []))
}

/** Statements as they were written; `pair` where rows are there already. */
export function createIndexSteps(table: Table, indexes: readonly Index[], pair?: Pair): Step[] {
  return indexes.map((i) => {
    const before = pair?.from.indexes.find((old) => old.name === i.name)
    const risky = pair !== undefined && i.unique && !sameKey(before, i)
    return step(
      indexStatement(table, i),
      before === undefined ? 'new' : 'made anew',
      table,
      i,
      risky ? [uniqueIndexHazard(pair, i)] : [],
    )
  })
}

function sameKey(a: Index | undefined, b: Index): boolean {
  return a?.unique === true && a.where === b.where && JSON.stringify(a.parts) === JSON.stringify(b.parts)
}

function step(sql: string, why: string, table: Table, index: Index, hazards: readonly Hazard[]): Step {
  return { sql, why, object: `index ${table.name.name}.${index.name}`, inTransaction: true, hazards }
}
