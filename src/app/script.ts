/** The statements that a plan leads to, in the order in which `copy` runs them. */
import { createdTables } from '../copy/finish.ts'
import { objectSteps } from '../copy/objects.ts'
import type { DdlStep } from '../core/engine.ts'
import type { CopyPlan } from '../core/plan.ts'
import { engineFor } from '../engines/index.ts'

export interface PlannedPhase {
  readonly phase:
    | 'schema'
    | 'rows'
    | 'indexes'
    | 'constraints'
    | 'foreign keys'
    | 'objects'
    | 'counters'
    | 'statistics'
    | 'access'
  readonly steps: readonly DdlStep[]
}

/** Phase by phase what will be made; `rows` stands between as an empty phase. Reads nothing but the plan. */
export async function plannedSteps(plan: CopyPlan): Promise<PlannedPhase[]> {
  const { ddl } = (await engineFor(plan.to.engine)).dialect
  const made = createdTables(plan)
  const clearing = plan.tables.toReversed().flatMap((t): DdlStep[] => {
    const name = t.target.name
    if (t.action === 'drop and create')
      return [{ sql: ddl.drop(name), why: 'it is there', object: `drop ${name.name}` }]
    if (t.action === 'truncate' && t.refresh === undefined)
      return [{ sql: ddl.truncate(name), why: 'as asked', object: `truncate ${name.name}` }]
    return []
  })
  const counters = plan.tables.flatMap(({ target }) =>
    target.counter === undefined ? [] : ddl.counter(target, target.counter.next),
  )
  const types = made.length > 0 ? ddl.before(plan.schema) : []
  return [
    { phase: 'schema', steps: [...clearing, ...types, ...made.flatMap((t) => ddl.table(t))] },
    { phase: 'rows', steps: [] },
    { phase: 'indexes', steps: made.flatMap((t) => ddl.indexes(t)) },
    { phase: 'constraints', steps: made.flatMap((t) => ddl.constraints(t)) },
    { phase: 'foreign keys', steps: made.flatMap((t) => ddl.foreignKeys(t)) },
    { phase: 'objects', steps: objectSteps(ddl, plan.objects) },
    { phase: 'counters', steps: counters },
    { phase: 'statistics', steps: plan.tables.flatMap((t) => ddl.after(t.target)) },
    { phase: 'access', steps: accessSteps(plan) },
  ]
}

const accessSteps = ({ access }: CopyPlan): DdlStep[] =>
  access.map(({ sql, object, part, grantee }) => ({
    sql,
    object: `${part} of ${object}: ${grantee}`,
    why: 'as in the source',
  }))

const closed = (sql: string) => (/;\s*$/.test(sql) ? sql : `${sql};`)

/** The statements as a file to read or to run by hand. */
export function scriptText(phases: readonly PlannedPhase[]): string {
  const parts = phases.map(({ phase, steps }) => {
    if (phase === 'rows') return '-- rows: naru copies them here\n'
    const lines = steps.map((s) => `-- ${s.object}\n${closed(s.sql)}\n`)
    return `-- ${phase}\n\n${lines.length === 0 ? '-- nothing to do\n' : lines.join('\n')}`
  })
  return parts.join('\n')
}

/** The SQL stubs for what does not come along, as one file; null when there are none. */
export function stubsText(plan: CopyPlan): string | null {
  const stubs = plan.leftovers.filter((l) => l.stub !== undefined)
  if (stubs.length === 0) return null
  const comment = (text: string) => text.replace(/\r\n?|\n/g, '\n-- ')
  return stubs
    .map((l) => `-- ${comment(`${l.kind} ${l.name}: ${l.outcome}\n${l.why}`)}\n${closed(l.stub ?? '')}\n`)
    .join('\n')
}
