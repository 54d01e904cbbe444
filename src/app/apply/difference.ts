/** What must change in a live database to reach a state: both normalized, narrowed to what was asked for, compared and planned. */
import type { ApplyOptions } from '../../core/apply.ts'
import type { Planner } from '../../core/change.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Schema } from '../../core/schema.ts'
import { type Comparison, compareSchemas } from '../diff-compare.ts'
import { type DiffRow, diffItems } from '../report/diff-view.ts'

/** The planner of a database's engine. Throws UNSUPPORTED. */
export function plannerOf(database: Database): Planner {
  const { planner } = database.engine.dialect
  if (planner !== undefined) return planner
  throw new NaruError('UNSUPPORTED', `${database.address.label}: schemas of ${database.engine.name} are not altered`, {
    hint: 'naru copy makes tables there.',
    state: 'nothing was changed',
  })
}

export type Difference = Comparison & { readonly plan: NonNullable<Comparison['plan']> }

/** Compares and plans. Throws USAGE for a rename or rule that fits nothing, TABLE_MISSING, UNSUPPORTED. */
export function differenceOf(database: Database, from: Schema, to: Schema, o: ApplyOptions): Difference {
  const comparer = plannerOf(database)
  const { tables, exclude, ignore, online, rename: renames } = o
  const found = compareSchemas({ from, to, comparer, can: database.can }, { tables, exclude, ignore, online, renames })
  return { ...found, plan: found.plan ?? { steps: [], unplanned: [] } }
}

/** One line for each thing that differs, for people; `from` is what is there, `to` what it should be. */
export function changeLines(found: Pick<Comparison, 'before' | 'changes'>): string[] {
  return diffItems(found).flatMap((item) => {
    const name = `${item.kind} ${item.name}${item.on === null ? '' : ` on ${item.on}`}`
    if (item.mark === '+') return [`${name}: is missing`]
    if (item.mark === '−') return [`${name}: should not be there`]
    const renamed = item.was === null ? [] : [`${item.kind} ${item.was}: should be called ${item.name}`]
    return [...renamed, ...item.rows.map((row) => `${name}: ${rowText(row)}`)]
  })
}

function rowText(row: DiffRow): string {
  const part = row.part === 'option' ? row.name : row.part === 'order' ? 'order of columns' : `${row.part} ${row.name}`
  if (row.mark === '+') return `${part} is missing`
  if (row.mark === '−') return `${part} should not be there`
  if (row.property === 'name' && row.to !== null) return `${part} should be called ${row.to}`
  const property = row.property === '' ? '' : `, ${row.property}`
  const long = [row.from, row.to].some((text) => text !== null && (text.length > 80 || text.includes('\n')))
  if (long) return `${part}${property} differs`
  return `${part}${property} is ${row.from ?? 'none'}, should be ${row.to ?? 'none'}`
}
