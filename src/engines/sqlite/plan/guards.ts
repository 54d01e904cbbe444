/** Statements that make a step fail where something was lost: plain SQL, a CHECK on a temporary table whose name is the reason. */
import type { Step } from '../../../core/change.ts'
import type { Schema, Table } from '../../../core/schema.ts'
import { literal, quote } from '../literal.ts'
import { sameName } from './table-text.ts'

const GUARD = 'temp."naru_guard"'
const BEFORE = 'temp."naru_foreign_keys"'

/** Fails with `reason` unless the condition holds. */
function guard(reason: string, condition: string): string[] {
  return [
    `CREATE TEMP TABLE "naru_guard" (holds INTEGER CONSTRAINT ${quote(reason)} CHECK (holds = 1))`,
    `INSERT INTO ${GUARD} SELECT ${condition}`,
    `DROP TABLE ${GUARD}`,
  ]
}

/** Fails unless two tables hold as many rows. */
export function sameRows(table: string, old: string, made: string): string[] {
  const count = (name: string) => `(SELECT count(*) FROM ${quote(name)})`
  return guard(`not every row of ${table} was copied`, `${count(made)} = ${count(old)}`)
}

/** Statements of a step: each ends with a semicolon. */
export function script(statements: readonly string[]): string {
  return statements.map((s) => `${s};`).join('\n')
}

/** Foreign keys are counted before and after: what was broken already is no reason to fail. Null where no table refers to another. */
export function foreignKeyGuard(from: Schema, to: Schema, names: ReadonlySet<string>): [Step, Step] | null {
  const [before, after] = [checked(from, names), checked(to, names)]
  if (after.length === 0) return null
  const step = (sql: string[], why: string): Step => ({
    sql: script(sql),
    why,
    object: 'foreign keys',
    inTransaction: true,
    session: true,
    hazards: [],
  })
  return [
    step(
      [`CREATE TEMP TABLE "naru_foreign_keys" AS SELECT (${broken(before)}) AS broken`],
      'rows that refer to nothing are counted, so that none are added',
    ),
    step(
      [
        ...guard('rows refer to rows that are not there', `(${broken(after)}) <= (SELECT broken FROM ${BEFORE})`),
        `DROP TABLE ${BEFORE}`,
      ],
      'every row must still have its counterpart',
    ),
  ]
}

function broken(tables: readonly Table[]): string {
  if (tables.length === 0) return 'SELECT 0'
  const names = tables.map((t) => literal(t.name.name)).join(', ')
  return `SELECT count(*) FROM main.sqlite_schema AS s, pragma_foreign_key_check(s.name) AS f WHERE s.type = 'table' AND s.name IN (${names})`
}

/** Tables that are touched or refer to one that is, and whose keys SQLite can check. */
function checked(schema: Schema, names: ReadonlySet<string>): Table[] {
  return schema.tables.filter((t) => {
    const concerned = names.has(t.name.name) || t.foreignKeys.some((f) => names.has(f.references.name))
    return concerned && t.foreignKeys.length > 0 && t.foreignKeys.every((f) => checkable(schema, f))
  })
}

/** A key whose parent is not unique makes `foreign_key_check` fail as a whole ("foreign key mismatch"). */
function checkable(schema: Schema, f: Table['foreignKeys'][number]): boolean {
  const parent = schema.tables.find((t) => sameName(t.name.name, f.references.name))
  if (parent === undefined) return true
  const wanted = keyOf(f.referencedColumns)
  const keys = [
    ...(parent.primaryKey === undefined ? [] : [parent.primaryKey.columns]),
    ...parent.uniques.map((u) => u.columns),
    ...parent.indexes
      .filter((i) => i.unique && i.where === undefined && i.parts.every((p) => p.column !== undefined))
      .map((i) => i.parts.map((p) => p.column ?? '')),
  ]
  return f.columns.length === f.referencedColumns.length && keys.some((k) => keyOf(k) === wanted)
}

function keyOf(columns: readonly string[]): string {
  return JSON.stringify(columns.map((c) => c.toLowerCase()).sort())
}
