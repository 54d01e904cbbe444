/** Checks of the table (MariaDB's checks of columns stand with their columns). */
import type { Check } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import type { ColumnChange } from './columns.ts'
import type { Planning, TableChange } from './names.ts'

export interface CheckChange {
  readonly from: Check | null
  readonly to: Check | null
}

/** Checks that are dropped, added or altered. On MySQL also those that name a renamed column: it does not follow by itself. */
export function checkChanges(p: Planning, change: TableChange, columns: readonly ColumnChange[]): CheckChange[] {
  const edited = change.edits.flatMap((e) => (e.part === 'check' ? [{ from: e.from, to: e.to }] : []))
  const ofTable = (check: Check | null, side: 'from' | 'to') =>
    check !== null && change[side].columns.some((c) => c.name === check.column) ? null : check
  const own = edited
    .map((c) => ({ from: ofTable(c.from, 'from'), to: ofTable(c.to, 'to') }))
    .filter((c) => c.from !== null || c.to !== null)
  if (p.features.renamesInExpressions) return own
  const renamed = columns.flatMap((c) => (c.from && c.to && c.from.name !== c.to.name ? [c.from.name] : []))
  const known = new Set(own.map((c) => c.from?.name))
  const followers = change.from.checks
    .filter((k) => !known.has(k.name) && renamed.some((n) => k.expression.includes(quote(n))))
    .map((k) => ({ from: k, to: change.to.checks.find((t) => t.name === k.name) ?? null }))
  return [...own, ...followers]
}

/** Clauses of ALTER TABLE. */
export function checkClauses(p: Planning, c: CheckChange): string[] {
  if (enforcementOnly(c) && c.to !== null && !p.features.mariadb) {
    return [`ALTER CHECK ${quote(c.to.name)} ${c.to.notValid ? 'NOT ENFORCED' : 'ENFORCED'}`]
  }
  const word = p.features.dropConstraint ? 'CONSTRAINT' : 'CHECK'
  return [
    ...(c.from === null ? [] : [`DROP ${word} ${quote(c.from.name)}`]),
    ...(c.to === null ? [] : [`ADD ${checkSql(c.to)}`]),
  ]
}

/** `CONSTRAINT name CHECK (…)` */
function checkSql(check: Check): string {
  return `CONSTRAINT ${quote(check.name)} CHECK (${check.expression})${check.notValid ? ' NOT ENFORCED' : ''}`
}

function enforcementOnly({ from, to }: CheckChange): boolean {
  return from !== null && to !== null && from.name === to.name && from.expression === to.expression
}
