/** The rows of a sample → units: lists of keys, frozen in the ledger like any range. */
import type { Database } from '../../core/engine.ts'
import { serializeKeys } from '../../core/key.ts'
import type { UnitRecord } from '../../core/ledger.ts'
import type { TablePlan } from '../../core/plan.ts'
import { LIST_ROWS, type Selection } from './select.ts'

/** Keys of one unit where each costs a walk through a file. */
const FILE_ROWS = 100_000

/** Units of the tables of which not all rows are taken, and the others. */
export async function sampleUnits(
  run: string,
  tables: readonly TablePlan[],
  sources: readonly Database[],
  selection: Selection,
): Promise<{ readonly units: UnitRecord[]; readonly rest: ReadonlySet<TablePlan> }> {
  const units: UnitRecord[] = []
  const rest = new Set<TablePlan>()
  for (const [index, plan] of tables.entries()) {
    const inFiles = sources[plan.origin ?? 0].engine.name === 'csv'
    const pages = selection.keys(index, inFiles ? FILE_ROWS : LIST_ROWS)
    if (pages === null) {
      rest.add(plan)
      continue
    }
    const lists: string[] = []
    for await (const page of pages) lists.push(serializeKeys(page))
    // Which of two equal rows comes first matters: one statement reads them in order.
    const ordered = plan.serial && lists.length > 1 ? [`[${lists.map((l) => l.slice(1, -1)).join(',')}]`] : lists
    for (const [n, only] of (ordered.length === 0 ? ['[]'] : ordered).entries()) {
      units.push({
        run,
        unit: `${index}.${n}`,
        table: plan.label,
        position: units.length,
        range: { kind: 'key', after: null, upto: null, only },
        whole: inFiles,
      })
    }
  }
  return { units, rest }
}
