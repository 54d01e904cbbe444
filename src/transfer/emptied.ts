/** Tables that a run empties though transfers that are not part of it fill them too. */
import { isAccepted } from '../copy/settle.ts'
import type { Database } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan, Finding } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { ownOrigin, type Writers, writersOf } from './shared-target.ts'

/** Findings EMPTIED: rows of others that `write: 'replace'` would delete, and nothing of this run brings back. */
export async function emptiedFindings(
  w: Writers,
  tables: CopyPlan['tables'],
  target: Database,
  options: CopyOptions,
): Promise<Finding[]> {
  const found: Finding[] = []
  const d = target.engine.dialect
  for (const plan of tables) {
    if (plan.action !== 'truncate' || plan.stage === undefined) continue
    const absent = writersOf(w, plan.target.name).filter((t) => !w.wanted.has(t.name))
    if (absent.length === 0) continue
    const own = ownOrigin(w, plan)
    const others =
      own === null ? '' : ` WHERE ${d.quote(own.column)} IS NULL OR ${d.quote(own.column)} <> ${d.literal(own.value)}`
    const [row] = await target.query(`SELECT count(*) AS n FROM ${d.table(plan.target.name)}${others}`)
    const count = Number(row.n)
    if (count === 0) continue
    const names = absent.map((t) => t.name).join(', ')
    found.push({
      code: 'EMPTIED',
      table: plan.label,
      column: null,
      count,
      samples: [],
      message: `${displayName(plan.target.name)} is emptied first, and ${names}, not part of this run, ${absent.length === 1 ? 'fills' : 'fill'} it too`,
      ways: [
        'run all that fill it together',
        "write: 'upsert' leaves other rows alone",
        `--accept EMPTIED:${plan.label}`,
      ],
      severity: isAccepted(options, 'EMPTIED', plan.label, null) ? 'accepted' : 'blocks',
    })
  }
  return found
}
