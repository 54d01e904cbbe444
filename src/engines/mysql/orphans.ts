/** Rows that refer to rows which are not there. */
import type { ForeignKey, ObjectName } from '../../core/schema.ts'
import { quote } from './literal.ts'
import { tableSql } from './table-name.ts'

/** Marks the statement whose failure means orphans, see `database.ts`. */
export const ORPHAN_CHECK = '/* naru: orphans */'

function orphans(table: ObjectName, fk: ForeignKey): string {
  const on = fk.columns.map((c, i) => `p.${quote(fk.referencedColumns[i])} = c.${quote(c)}`).join(' AND ')
  const set = fk.columns.map((c) => `c.${quote(c)} IS NOT NULL`).join(' AND ')
  return `FROM ${tableSql(table)} c WHERE ${set} AND NOT EXISTS (SELECT 1 FROM ${tableSql(fk.references)} p WHERE ${on})`
}

/** Fails (a subquery with two rows) when a row refers to none. */
export function orphanSql(table: ObjectName, fk: ForeignKey): string {
  return `${ORPHAN_CHECK} SELECT (SELECT 1 UNION ALL (SELECT 1 ${orphans(table, fk)} LIMIT 1)) AS orphans`
}

/** How many rows refer to none, as `n`. */
export function orphanCount(table: ObjectName, fk: ForeignKey): string {
  return `SELECT count(*) AS n ${orphans(table, fk)}`
}
