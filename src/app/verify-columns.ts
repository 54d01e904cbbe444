/** Columns that are not compared, and differences that do not count, by the names that the user gave. */
import { byTable } from '../copy/casts.ts'
import { checkConditions, conditionOf } from '../copy/conditions.ts'
import type { Database, Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { ColumnPlan, TablePlan } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName, type Schema } from '../core/schema.ts'
import type { Tolerances } from '../verify/tolerance.ts'

interface Dialects {
  readonly source: Dialect
  readonly target: Dialect
}

/** Whether a name of the user's (`column` or `table.column`) means this column. */
function means(name: string, plan: TablePlan, column: string): boolean {
  return name === column || [plan.label, plan.source.name.name].some((table) => name === `${table}.${column}`)
}

/** Plans without the columns that are not to be compared. Throws USAGE for a key column, COLUMN_MISSING for one that no table has. */
export function comparedColumns(plans: readonly TablePlan[], options: VerifyOptions): TablePlan[] {
  const excluded = options.excludeColumns ?? []
  const others = [options.tolerances, options.since].flatMap((named) => Object.keys(named ?? {}))
  for (const name of [...excluded, ...others]) {
    if (plans.some((p) => p.columns.some((c) => means(name, p, c.source.name)))) continue
    throw new NaruError('COLUMN_MISSING', `no table that is compared has a column ${name}`, {
      hint: 'Name it as the source does: column or table.column.',
      state: 'nothing was changed',
    })
  }
  if (excluded.length === 0) return [...plans]
  return plans.map((plan) => {
    const out = (column: string) => excluded.some((name) => means(name, plan, column))
    const key = plan.key?.find(out)
    if (key !== undefined) {
      throw new NaruError(
        'USAGE',
        `${displayName(plan.source.name)}.${key} is part of the key and cannot be left out`,
        {
          why: 'rows of both sides are matched by it',
          state: 'nothing was changed',
        },
      )
    }
    return { ...plan, columns: plan.columns.filter((c) => !out(c.source.name)) }
  })
}

/** Plans that read only the rows of --since, on both sides. */
export function partsSince(plans: readonly TablePlan[], options: VerifyOptions, dialects: Dialects): TablePlan[] {
  const wanted = Object.entries(options.since ?? {})
  return plans.map((plan) => {
    const parts = wanted.flatMap(([name, least]) =>
      plan.columns.filter((c) => means(name, plan, c.source.name)).map((column) => ({ column, least })),
    )
    if (parts.length === 0) return plan
    const atLeast = (sql: string, least: string, side: keyof Dialects) =>
      `${sql} >= ${dialects[side].literal(NUMBER.test(least) ? BigInt(least) : least)}`
    const source = parts.map((p) => atLeast(sourceSql(plan, p.column, dialects.source), p.least, 'source'))
    const target = parts.map((p) => atLeast(dialects.target.quote(p.column.target.name), p.least, 'target'))
    return { ...plan, where: allOf([plan.where, ...source]), targetWhere: allOf([plan.targetWhere, ...target]) }
  })
}

/** Plans that read only the rows of --target-where on the target. Throws TABLE_MISSING. */
export function partsOfTarget(plans: readonly TablePlan[], source: Schema, options: VerifyOptions): TablePlan[] {
  const tables = plans.map((p) => p.source)
  const named = byTable(source, tables, options.targetWhere, '--target-where')
  return plans.map((plan, i) => ofTarget(plan, named(tables[i])))
}

/** Tries what --where and --target-where say of one table. Throws USAGE; UNSUPPORTED for a folder of files. */
export async function checkParts(
  { source, target }: { readonly source: Database; readonly target: Database },
  plan: TablePlan,
  { where, targetWhere }: Pick<TablePlan, 'where' | 'targetWhere'>,
): Promise<void> {
  if (where !== undefined) await checkConditions(source, [conditionOf('--where', plan.label, plan.source, where)])
  if (targetWhere !== undefined)
    await checkConditions(target, [conditionOf('--target-where', plan.label, plan.target, targetWhere)])
}

/** The plan with one more condition on its target. */
export function ofTarget(plan: TablePlan, predicate: string | undefined): TablePlan {
  return predicate === undefined ? plan : { ...plan, targetWhere: allOf([plan.targetWhere, predicate]) }
}

/** What is said of tables whose target was not held to the condition of the source, and has more rows. */
export function whereNotes(
  plans: readonly TablePlan[],
  found: readonly TableVerification[],
  o: VerifyOptions,
): string[] {
  if (o.where === undefined) return []
  return plans.flatMap((p, i) => {
    const extra = found[i].kinds?.extra ?? Math.max(0, found[i].targetRows - found[i].sourceRows)
    if (p.where === undefined || p.targetWhere !== undefined || extra === 0) return []
    return [
      `${p.label}: --where is for the source alone, so that all other rows of the target count as extra: hold it to the same with --target-where`,
    ]
  })
}

/** Predicates that must all hold; undefined: none. */
export function allOf(predicates: readonly (string | undefined)[]): string | undefined {
  const some = predicates.filter((p) => p !== undefined)
  return some.length < 2 ? some[0] : some.map((p) => `(${p})`).join(' AND ')
}

/** A column as the source has it. Throws USAGE where a mapping makes it here. */
function sourceSql(plan: TablePlan, column: ColumnPlan, { quote }: Dialect): string {
  if (plan.stage === undefined) return quote(column.source.name)
  const step = plan.stage.fields[plan.columns.indexOf(column)]
  if (step.kind !== 'field') {
    throw new NaruError('USAGE', `--since ${column.target.name}: ${plan.label} makes this column on the way`, {
      why: 'the source has no such value, so that it cannot be asked for rows from it on',
      hint: 'Name a column that comes from one of the source, as it is or by SQL.',
      state: 'nothing was changed',
    })
  }
  const read = plan.stage.read[step.at]
  return read.expression === undefined ? quote(read.column.name) : `(${read.expression})`
}

const NUMBER = /^-?\d{1,18}$/

/** Tolerances of one table, by its columns; `table.column` before `column`. */
export function tolerancesOf(plan: TablePlan, options: VerifyOptions): Tolerances {
  const wanted = Object.entries(options.tolerances ?? {}).sort((a, b) => a[0].length - b[0].length)
  return Object.fromEntries(
    wanted.flatMap(([name, most]) =>
      plan.columns.filter((c) => means(name, plan, c.source.name)).map((c) => [c.source.name, most]),
    ),
  )
}
