/** Tables → units: frozen key ranges, split once, stored in the ledger, never split again on resume. */
import type { Database } from '../core/engine.ts'
import type { Key, KeyRange } from '../core/key.ts'
import type { Mark, UnitRecord } from '../core/ledger.ts'
import { isOneUnit, sourceColumns, type TablePlan } from '../core/plan.ts'
import type { MergeTask } from './merge-filter.ts'

/** A unit with the place to go on from: `seq` chunks are on the target, the last one ended at `after`. */
export interface UnitTask {
  readonly unit: UnitRecord
  readonly table: number
  readonly seq: number
  readonly after: Key | null
  /** Of a merged table: which of its rows are written; absent: all. */
  readonly merge?: MergeTask
}

/** Rows of a unit by default: small enough to share among lanes, large enough that a unit's own cost does not count. */
const UNIT_ROWS = 250_000
/** A unit aims at no more than this many bytes, whatever its rows. */
const UNIT_BYTES = 256 * 1024 * 1024

/** Units of a table that is brought up to date: rows of one, and about how many at most. */
const REFRESH_ROWS = 5000
const REFRESH_UNITS = 4000

/** How many rows make a unit of this table, for `lanes` readers. */
function rowsPerUnit(plan: TablePlan, lanes: number, asked: number | undefined): number {
  if (plan.serial) return Number.MAX_SAFE_INTEGER
  if (asked !== undefined) return asked
  // Small units, so that little is copied again for one row; not so many that their own cost counts.
  if (plan.refresh !== undefined) return Math.max(REFRESH_ROWS, Math.ceil(plan.rows / REFRESH_UNITS))
  const width = plan.rows > 0 ? Math.max(1, plan.bytes / plan.rows) : 100
  const fair = Math.ceil(plan.rows / Math.max(1, lanes * 2))
  return Math.max(10_000, Math.min(UNIT_ROWS, Math.floor(UNIT_BYTES / width), Math.max(fair, 50_000)))
}

/** Splits the tables on a source connection that has joined the snapshot. Large tables come first, so that lanes end together. */
export async function makeUnits(
  source: Database,
  tables: readonly TablePlan[],
  run: string,
  o: { readonly lanes: number; readonly unitRows?: number; readonly only?: ReadonlySet<TablePlan> },
): Promise<UnitRecord[]> {
  const wanted = tables.map((_, i) => i).filter((i) => o.only?.has(tables[i]) ?? true)
  const order = wanted.sort((a, b) => tables[b].bytes - tables[a].bytes || a - b)
  const units: UnitRecord[] = []
  for (const index of order) {
    const plan = tables[index]
    const rows = rowsPerUnit(plan, o.lanes, o.unitRows)
    const from = source.source(plan.source, sourceColumns(plan), { key: plan.key, where: plan.where })
    const one = plan.refresh !== undefined && isOneUnit(plan.refresh)
    // What a mapping reads was not counted, nor what --where lets through.
    const total = plan.stage === undefined && plan.where === undefined ? { total: plan.rows } : {}
    const ranges: readonly KeyRange[] = one ? [{ kind: 'all' }] : await from.split({ rows, ...total })
    ranges.forEach((range, n) => {
      units.push({
        run,
        unit: `${index}.${n}`,
        table: plan.label,
        position: units.length,
        range,
        whole: range.kind !== 'key' || plan.refresh?.emptyFirst === false,
      })
    })
  }
  return units
}

/** Units that are not done yet, each with the place to go on from. */
export function pendingTasks(units: readonly UnitRecord[], marks: readonly Mark[]): UnitTask[] {
  const last = lastMarks(marks)
  return units.flatMap((unit) => {
    const mark = last.get(unit.unit)
    if (mark?.done) return []
    const table = Number(unit.unit.split('.')[0])
    return [{ unit, table, seq: mark?.seq ?? 0, after: mark?.after ?? null }]
  })
}

function lastMarks(marks: readonly Mark[]): Map<string, Mark> {
  const last = new Map<string, Mark>()
  for (const mark of marks) {
    const known = last.get(mark.unit)
    if (known === undefined || known.seq < mark.seq) last.set(mark.unit, mark)
  }
  return last
}
