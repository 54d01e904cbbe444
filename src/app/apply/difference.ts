/** What must change in a live database to reach a state: both normalized, narrowed to what was asked for, compared and planned. */
import type { ApplyOptions } from '../../core/apply.ts'
import type { Change, PlannedSteps, Planner } from '../../core/change.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { displayName, type Schema } from '../../core/schema.ts'
import { diffSchemas } from '../../diff/compare.ts'

export interface Difference extends PlannedSteps {
  /** Both sides as they were compared. */
  readonly before: Schema
  readonly after: Schema
  readonly changes: readonly Change[]
}

/** The planner of a database's engine. Throws UNSUPPORTED. */
export function plannerOf(database: Database): Planner {
  const { planner } = database.engine.dialect
  if (planner !== undefined) return planner
  throw new NaruError('UNSUPPORTED', `${database.address.label}: schemas of ${database.engine.name} are not altered`, {
    hint: 'naru copy makes tables there.',
    state: 'nothing was changed',
  })
}

/** Compares and plans. `renames` false: names are as they are, after the renames were done. */
export function differenceOf(database: Database, from: Schema, to: Schema, o: ApplyOptions): Difference {
  const planner = plannerOf(database)
  const before = planner.normalize(from)
  const after = planner.normalize(to)
  const changes = diffSchemas(before, after, {
    ordersColumns: planner.ordersColumns,
    foldsNames: database.can.foldsNames,
  })
  const planned = planner.plan({ from: before, to: after, changes, can: database.can, online: o.online === true })
  return { ...planned, before, after, changes }
}

/** One line for each thing that differs, for people. */
export function changeLines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'alter')
      return [`${nameOf(change.object)} ${change.kind === 'create' ? 'is missing' : 'is too much'}`]
    const name = nameOf(change.to)
    if (change.edits.length === 0) return [`${nameOf(change.from)} should be called ${name}`]
    return change.edits.map((edit) => {
      const part =
        edit.part === 'option'
          ? edit.name
          : edit.part === 'order'
            ? 'order of columns'
            : `${edit.part} ${(edit.to ?? edit.from)?.name}`
      return `${name}: ${part} differs`
    })
  })
}

function nameOf(object: Change extends infer C ? (C extends { readonly object: infer O } ? O : never) : never): string {
  return object.kind === 'table'
    ? `table ${displayName(object.table.name)}`
    : `${object.object.kind} ${displayName(object.object.name)}`
}
