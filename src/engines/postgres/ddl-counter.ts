/** Counters of numbered columns, once the rows are there. */

import type { DdlStep } from '../../core/engine.ts'
import type { Column, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { ownSequence } from './ddl-table.ts'
import { nameLiteral } from './ddl-text.ts'
import { qualified, quote } from './names.ts'
import { textLiteral } from './values.ts'

/**
 * Sets a sequence so that it gives `s.wanted` next, as if it had given the number before: so a dump of a copied database is that of the
 * source. `from`: rows s with id, wanted, and the sequence's step, first, min and max.
 */
export function setvalFrom(from: string): string {
  return `SELECT CASE WHEN s.wanted <> s.first AND s.wanted - s.step BETWEEN s.min AND s.max
    THEN setval(s.id, (s.wanted - s.step)::bigint) ELSE setval(s.id, least(greatest(s.wanted, s.min), s.max)::bigint, s.wanted > s.max) END
  FROM (${from}) AS s`
}

/** Moves a sequence so that it gives `wanted` next: only up (or down, where it counts down), and never beyond its end. */
function setvalSql(table: Table, column: Column, wanted: string): string {
  const own = ownSequence(table, column)
  const serial = `pg_get_serial_sequence(${nameLiteral(table.name)}, ${textLiteral(column.name)})::regclass`
  const sequence = own === null ? serial : `coalesce(${serial}, to_regclass(${nameLiteral(own)}))`
  return setvalFrom(`
  SELECT p.seqrelid::regclass AS id, p.seqincrement AS step, p.seqstart AS first, p.seqmin AS min, p.seqmax AS max, CASE WHEN p.seqincrement > 0
    THEN greatest(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmin))
    ELSE least(${wanted}, coalesce(pg_sequence_last_value(p.seqrelid)::numeric + p.seqincrement, p.seqmax)) END AS wanted
  FROM pg_sequence p WHERE p.seqrelid = ${sequence}`)
}

/** Sets the counter of the table's numbered column; further identity columns go on after their largest value. */
export function counterSteps(table: Table, next: bigint): DdlStep[] {
  const numbered = table.columns.filter((c) => c.identity !== undefined)
  const main = table.columns.find((c) => c.name === table.counter?.column) ?? numbered[0]
  if (main === undefined) return []
  const step = (column: Column, wanted: string, why: string): DdlStep => ({
    sql: setvalSql(table, column, wanted),
    why,
    object: `counter ${stepName(table.name)}.${column.name}`,
  })
  const beyond = (c: Column) => `(SELECT coalesce(max(${quote(c.name)}), 0) + 1 FROM ${qualified(table.name)})`
  return [
    step(main, String(next), 'the next number is the one that the source would give'),
    ...numbered.filter((c) => c !== main).map((c) => step(c, beyond(c), 'the next number is free')),
  ]
}
