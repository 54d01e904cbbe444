/** Columns that are not compared, and differences that do not count, by the names that the user gave. */
import type { Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
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
    const part = (side: 'source' | 'target') =>
      parts.map(({ column, least }) => {
        const { quote, literal } = dialects[side]
        return `${quote(column[side].name)} >= ${literal(NUMBER.test(least) ? BigInt(least) : least)}`
      })
    const where = [...(plan.where === undefined ? [] : [`(${plan.where})`]), ...part('source')]
    return { ...plan, where: where.join(' AND '), targetWhere: part('target').join(' AND ') }
  })
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
