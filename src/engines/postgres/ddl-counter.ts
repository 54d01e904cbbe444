/** Counters of numbered columns, once the rows are there. */
import type { DdlStep } from '../../core/engine.ts'
import type { Column, Table } from '../../core/schema.ts'
import { ownSequence } from './ddl-table.ts'
import { nameLiteral } from './ddl-text.ts'
import { qualified, quote } from './names.ts'
import { textLiteral } from './values.ts'

/** Moves a sequence so that it gives `wanted` next: only up (or down, where it counts down), and never beyond its end. */
function setvalSql(table: Table, column: Column, wanted: string): string {
  const own = ownSequence(table, column)
  const serial = `pg_get_serial_sequence(${nameLiteral(table.name)}, ${textLiteral(column.name)})::regclass`
  const sequence = own === null ? serial : `coalesce(${serial}, to_regclass(${nameLiteral(own)}))`
  return `SELECT setval(s.id, least(greatest(s.wanted, s.min), s.max)::bigint, s.wanted > s.max) FROM (
  SELECT p.seqrelid::regclass AS id, p.seqmin AS min, p.seqmax AS max, CASE WHEN p.seqincrement > 0
    THEN greatest(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmin))
    ELSE least(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmax)) END AS wanted
  FROM pg_sequence p WHERE p.seqrelid = ${sequence}) AS s`
}

/** Sets the counter of the table's numbered column; further identity columns go on after their largest value. */
export function counterSteps(table: Table, next: bigint): DdlStep[] {
  const numbered = table.columns.filter((c) => c.identity !== undefined)
  const main = table.columns.find((c) => c.name === table.counter?.column) ?? numbered[0]
  if (main === undefined) return []
  const step = (column: Column, wanted: string, why: string): DdlStep => ({
    sql: setvalSql(table, column, wanted),
    why,
    object: `counter ${table.name.name}.${column.name}`,
  })
  const beyond = (c: Column) => `(SELECT coalesce(max(${quote(c.name)}), 0) + 1 FROM ${qualified(table.name)})`
  return [
    step(main, String(next), 'the next number is the one that the source would give'),
    ...numbered.filter((c) => c !== main).map((c) => step(c, beyond(c), 'the next number is free')),
  ]
}
