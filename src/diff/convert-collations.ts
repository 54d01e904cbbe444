/** What becomes of the ways in which texts compare and sort: one word for each collation of the source. */
import type { Column, Table } from '../core/schema.ts'
import { type ConvertContext, typeOf } from './convert-context.ts'
import { foldsOnTarget } from './convert-translate.ts'

/** Reports collations whose comparisons are not the same on the target. */
export function reportCollations(c: ConvertContext): void {
  if (c.to.grammar === null || c.from.grammar === null) return
  const groups = new Map<string, { columns: string[]; kept: number }>()
  for (const table of c.tables) {
    for (const column of table.columns) note(c, groups, table, column)
  }
  for (const [collation, group] of groups) reportOne(c, collation, group.columns, group.kept)
}

function note(
  c: ConvertContext,
  groups: Map<string, { columns: string[]; kept: number }>,
  table: Table,
  column: Column,
): void {
  const decision = typeOf(c, table.name, column.name)
  if (decision.rule === 'same' || column.type.logical.kind !== 'text') return
  const folds = column.caseInsensitive === true
  const there = foldsOnTarget(c, table, column)
  if (!folds && !there) return
  const name = column.collation ?? (folds ? 'ignoring case' : 'exact')
  const group = groups.get(name) ?? { columns: [], kept: 0 }
  group.columns.push(`${table.name.name}.${column.name}`)
  if (folds === there) group.kept++
  groups.set(name, group)
}

function reportOne(c: ConvertContext, collation: string, columns: readonly string[], kept: number): void {
  const some = `${columns.slice(0, 3).join(', ')}${columns.length > 3 ? ' …' : ''}`
  const count = `${columns.length} ${columns.length === 1 ? 'column' : 'columns'} (${some})`
  const report = { kind: 'collation', name: collation }
  if (kept === columns.length) {
    const why = `${count} still ignore case, by the rules of ${c.to.title}`
    c.report({ ...report, outcome: 'approximated', why })
  } else if (c.to.grammar === 'mysql') {
    const why = `${count} told 'a' from 'A'; ${c.to.title}'s default collation does not`
    const stub = `-- naru copy … --cast 'TABLE.COLUMN=varchar(255) collate utf8mb4_bin'`
    c.report({ ...report, outcome: 'approximated', why, stub })
  } else {
    const why = `${count} compared without case; ${c.to.title} tells 'a' from 'A' (uniqueness is listed by key)`
    c.report({ ...report, outcome: 'left', why, ...(c.to.grammar === 'postgres' && { stub: COLLATION_STUB }) })
  }
}

const COLLATION_STUB = `-- CREATE EXTENSION citext; ALTER TABLE … ALTER COLUMN … TYPE citext;
CREATE COLLATION IF NOT EXISTS ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
-- ALTER TABLE … ALTER COLUMN … TYPE text COLLATE ignore_case;`
