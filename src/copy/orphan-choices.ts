/** Foreign keys whose orphans were accepted: not enforced over the rows that are there, and said so. */
import type { Finding, Leftover, TablePlan } from '../core/plan.ts'
import type { ForeignKey, Table } from '../core/schema.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import type { ShapeInput } from './shape.ts'

export interface OrphanChoices {
  readonly tables: readonly TablePlan[]
  readonly leftovers: readonly Leftover[]
}

/** PostgreSQL takes such a key NOT VALID (new rows are checked), the others go without it. */
export function orphanChoices(
  s: ShapeInput,
  tables: readonly TablePlan[],
  findings: readonly Finding[],
): OrphanChoices {
  const accepted = findings.filter((f) => f.code === 'ORPHANS' && f.severity === 'accepted')
  if (accepted.length === 0) return { tables, leftovers: [] }
  const notValid = traitsOf(s.target).grammar === 'postgres'
  const leftovers: Leftover[] = []
  const changed = tables.map((plan) => {
    const label = plan.label
    const hits = accepted.filter((f) => f.table === label)
    if (hits.length === 0 || plan.action === 'append' || plan.action === 'truncate') return plan
    const doubtful = (fk: ForeignKey) => hits.some((f) => firstColumn(plan, f.column) === fk.columns[0])
    for (const fk of plan.target.foreignKeys.filter(doubtful))
      leftovers.push(leftoverOf(s, label, plan.target, fk, notValid))
    const foreignKeys = notValid
      ? plan.target.foreignKeys.map((fk) => (doubtful(fk) ? { ...fk, notValid: true } : fk))
      : plan.target.foreignKeys.filter((fk) => !doubtful(fk))
    return { ...plan, target: { ...plan.target, foreignKeys } }
  })
  return { tables: changed, leftovers }
}

function firstColumn(plan: TablePlan, source: string | null): string | undefined {
  return plan.columns.find((k) => k.source.name === source)?.target.name
}

function leftoverOf(s: ShapeInput, table: string, target: Table, fk: ForeignKey, notValid: boolean): Leftover {
  const d = s.targetDialect
  const list = (names: readonly string[]) => names.map((n) => d.quote(n)).join(', ')
  const add = `ALTER TABLE ${d.table(target.name)} ADD FOREIGN KEY (${list(fk.columns)}) REFERENCES ${d.table(fk.references)} (${list(fk.referencedColumns)});`
  return {
    kind: 'foreign key',
    name: fk.name,
    table,
    outcome: notValid ? 'approximated' : 'left',
    why: notValid
      ? 'it is NOT VALID: new rows are checked, the accepted orphans stay'
      : 'it has orphans that were accepted, so it is left out',
    stub: notValid ? `ALTER TABLE ${d.table(target.name)} VALIDATE CONSTRAINT ${d.quote(fk.name)};` : add,
  }
}
