/** Virtual tables: their rows go along into another shape, and an index over a table's texts is filled from it. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { OtherObject, Schema } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { type VirtualTable, virtualTable } from '../virtual-table.ts'
import { writtenOf } from '../written.ts'
import { freeName } from './free-name.ts'
import { sameRows, script } from './guards.ts'
import { sameName } from './table-text.ts'

/** The virtual table made anew with the rows that it has; null where they cannot be had or put back. */
export function remadeVirtual(from: OtherObject, to: OtherObject, schemas: readonly Schema[]): Step | null {
  const [old, made] = [virtualTable(from.definition), virtualTable(to.definition)]
  const columns = made.columns.filter((c) => old.columns.some((o) => sameName(o, c)))
  const known = [old, made].every((v) => v.content === null && v.columns.length > 0)
  if (!known || old.rowid !== made.rowid || columns.length === 0) return null
  // All coordinates of an R-tree are numbers that belong together.
  if (!made.rowid && columns.length < made.columns.length) return null
  const name = to.name.name
  const aside = freeName(`naru_${name}`, schemas)
  const list = [...(made.rowid ? ['rowid'] : []), ...columns.map(quote)].join(', ')
  return {
    sql: script([
      'PRAGMA legacy_alter_table = ON',
      `ALTER TABLE ${quote(name)} RENAME TO ${quote(aside)}`,
      'PRAGMA legacy_alter_table = OFF',
      writtenOf(to)?.sql ?? to.definition,
      `INSERT INTO ${quote(name)} (${list}) SELECT ${list} FROM ${quote(aside)}`,
      ...sameRows(name, aside, name),
      `DROP TABLE ${quote(aside)}`,
    ]),
    why: 'made anew with its rows',
    object: `virtual table ${name}`,
    inTransaction: true,
    hazards: remadeHazards(from, old, made),
  }
}

function remadeHazards(from: OtherObject, old: VirtualTable, made: VirtualTable): Hazard[] {
  const name = from.name.name
  const rows = `SELECT count(*) AS n FROM ${quote(name)}`
  const told = { table: from.name, counted: 'rows' }
  const lost = old.columns.filter((c) => !made.columns.some((m) => sameName(m, c)))
  return [
    { kind: 'rewrite', what: `virtual table ${name} is written anew`, count: rows, ...told },
    ...lost.map(
      (column): Hazard => ({
        kind: 'drop-column',
        what: `column ${name}.${column} is dropped with its values`,
        column,
        count: `${rows} WHERE ${quote(column)} IS NOT NULL`,
        ...told,
      }),
    ),
  ]
}

/** A full-text index over the texts of a table knows nothing of the rows that are there already until it is told. */
export function fillStep(object: OtherObject, schema: Schema): Step[] {
  const { content, columns } = virtualTable(object.definition)
  const table = schema.tables.find((t) => content !== null && sameName(t.name.name, content))
  if (table === undefined || !columns.every((c) => table.columns.some((own) => sameName(own.name, c)))) return []
  const name = quote(object.name.name)
  const sql = `INSERT INTO ${name} (${name}) VALUES ('rebuild')`
  const why = `it indexes the rows that are in ${table.name.name} already`
  return [{ sql, why, object: `rows of virtual table ${object.name.name}`, inTransaction: true, hazards: [] }]
}
