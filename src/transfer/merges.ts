/** Which rows of several sources would become one, counted before anything moves. */
import type { Database, Value } from '../core/engine.ts'
import type { Finding, TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'

/** Rows of all sources that are looked at together; where there are more, the run itself counts. */
const MOST_ROWS = 2_000_000

interface Seen {
  readonly by: string
  readonly key: string
}

/** Plans that give numbers to matched values, each of them for the match columns of one transfer. */
function isMatching(plan: TablePlan): boolean {
  return plan.numbers !== undefined && plan.upsert !== undefined
}

/**
 * Findings MERGED_ROWS, one for each transfer whose rows meet others: how many, and up to five of them with the row that they meet. By the
 * values' own texts: a collation of the target may find more to be equal.
 */
export async function mergeFindings(
  tables: readonly TablePlan[],
  sourceOf: (plan: TablePlan) => Database,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const groups = Map.groupBy(tables.filter(isMatching), (t) => displayName(t.target.name))
  for (const group of groups.values()) {
    if (group.reduce((n, t) => n + t.rows, 0) > MOST_ROWS) continue
    const seen = new Map<string, Seen>()
    for (const plan of group) findings.push(...(await meeting(plan, sourceOf(plan), seen)))
  }
  return findings
}

async function meeting(plan: TablePlan, source: Database, seen: Map<string, Seen>): Promise<Finding[]> {
  const transfer = plan.label.replace(/^matches of /, '')
  const samples: string[] = []
  let count = 0
  for (const { values, key } of await rowsOf(plan, source)) {
    const id = JSON.stringify(values)
    const known = seen.get(id)
    if (known === undefined) seen.set(id, { by: transfer, key })
    else {
      count++
      if (samples.length < 5) samples.push(`${values.join(', ')} (${transfer} ${key}, ${known.by} ${known.key})`)
    }
  }
  if (count === 0) return []
  const columns = plan.target.columns.slice(0, -1).map((c) => c.name)
  return [
    {
      code: 'MERGED_ROWS',
      table: transfer,
      column: columns.join(', '),
      count,
      samples,
      message: `${count} ${count === 1 ? 'row has' : 'rows have'} the same ${columns.join(' and ')} as a row before and will be merged into it`,
      ways: [],
      severity: 'note',
    },
  ]
}

async function rowsOf(plan: TablePlan, source: Database): Promise<{ values: string[]; key: string }[]> {
  const d = source.engine.dialect
  const { read, fields } = plan.stage ?? { read: [], fields: [] }
  const matched = fields.flatMap((f) => (f.kind === 'field' ? [read[f.at]] : []))
  const key = plan.key ?? []
  const list = [
    ...matched.map((c, i) => `${c.expression ?? d.quote(c.name)} AS m${i}`),
    ...key.map((name, i) => `${d.quote(name)} AS k${i}`),
  ]
  const order = key.length === 0 ? '' : ` ORDER BY ${key.map((name) => d.quote(name)).join(', ')}`
  const where = plan.where === undefined ? '' : ` WHERE ${plan.where}`
  const rows = await source.query(`SELECT ${list.join(', ')} FROM ${d.table(plan.source.name)}${where}${order}`)
  return rows.map((r) => ({
    values: matched.map((_, i) => text(r[`m${i}`])),
    key: key.map((_, i) => text(r[`k${i}`])).join(', '),
  }))
}

function text(value: Value): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}
