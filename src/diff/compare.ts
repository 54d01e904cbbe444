/**
 * What must change in one schema so that it becomes another. Pure and generic: knows no engine. Both schemas are of one engine and
 * normalized by its planner.
 */
import type { Change, Edit, SchemaObject } from '../core/change.ts'
import { displayName, type OtherObject, type Schema, type Table } from '../core/schema.ts'
import { objectKeys, tableKeys } from './compare-keys.ts'
import { optionEdits, tableEdits } from './compare-table.ts'
import { traitsOf } from './convert-traits.ts'
import { matchItems } from './match.ts'
import { type Rename, renamedSchema, renamedValues } from './rename-map.ts'

export interface DiffOptions {
  /** Whether the order of columns is compared. */
  readonly ordersColumns: boolean
  /** Names of tables that differ in case only are one name: then a rename, never a drop and a create. Columns: as the engine has it. */
  readonly foldsNames?: boolean
  /** Tables and columns that go by another name in `to`. Never guessed. */
  readonly renames?: readonly Rename[]
}

/**
 * Drops first, then what is altered and created in the order of `to`; tables before everything else. Every property of the model that
 * differs is an edit, known or not. Not compared: estimates of rows and bytes, positions of counters and sequences, `logical` of a type
 * (its `native` is exact), `uses` (it follows from the definition), and the defaults of the database itself, which no object has.
 */
export function diffSchemas(from: Schema, to: Schema, o: DiffOptions): Change[] {
  const renamed = renamedSchema(from, o.renames ?? [])
  return [...tableChanges(from, renamed, to, o), ...objectChanges(from, renamed, to, o.renames ?? [])]
}

function tableChanges(from: Schema, renamed: Schema, to: Schema, o: DiffOptions): Change[] {
  const whole = (table: Table): SchemaObject => ({ kind: 'table', table })
  const foldsColumns = traitsOf(to).foldsColumns
  // A table that got its name by a told rename is meant, not one that had it before.
  const told = (i: number) => renamed.tables[i].name.name !== from.tables[i].name.name
  return matchItems(renamed.tables, to.tables, tableKeys(o.foldsNames === true), told).flatMap((m): Change[] => {
    if (m.to === null) return [{ kind: 'drop', object: whole(from.tables[m.from!]) }]
    const after = to.tables[m.to]
    if (m.from === null) return [{ kind: 'create', object: whole(after) }]
    const before = from.tables[m.from]
    const edits = tableEdits({
      from: before,
      renamed: renamed.tables[m.from],
      to: after,
      ordersColumns: o.ordersColumns,
      foldsNames: foldsColumns,
    })
    const same = edits.length === 0 && displayName(before.name) === displayName(after.name)
    return same ? [] : [{ kind: 'alter', from: whole(before), to: whole(after), edits }]
  })
}

/** A label under another name, told beside `values`, which compares the labels after it. */
const labelEdit = (from: string, to: string): Edit => ({ part: 'option', name: 'value', from, to, aspects: [] })

/** Kind, name and place are what an object is known by; a sequence's position is no structure. */
export const OBJECT_IDENTITY: ReadonlySet<string> = new Set(['kind', 'name', 'table', 'uses', 'details', 'next'])

/** A schema of which nothing is said but its name: no more than where it is not listed. MySQL's says how its tables are written; one of several of PostgreSQL is made and dropped. */
const bareSchema = (o: OtherObject | undefined) =>
  o?.kind === 'schema' &&
  o.details?.made === undefined &&
  !/^DEFAULT /.test(o.definition) &&
  o.owner === undefined &&
  o.comment === undefined &&
  (o.grants ?? []).length === 0

function objectChanges(from: Schema, renamed: Schema, to: Schema, renames: readonly Rename[]): Change[] {
  const whole = (object: OtherObject): SchemaObject => ({ kind: 'object', object })
  return matchItems(renamed.others, to.others, objectKeys).flatMap((m): Change[] => {
    if (m.to === null ? bareSchema(renamed.others[m.from!]) : m.from === null && bareSchema(to.others[m.to])) return []
    if (m.to === null) return [{ kind: 'drop', object: whole(from.others[m.from!]) }]
    const after = to.others[m.to]
    if (m.from === null) return [{ kind: 'create', object: whole(after) }]
    const before = from.others[m.from]
    const labels = [...renamedValues(before.name, renames)].map(([was, is]) => labelEdit(was, is))
    const edits = [...labels, ...optionEdits(renamed.others[m.from], after, OBJECT_IDENTITY)]
    const same = edits.length === 0 && displayName(before.name) === displayName(after.name)
    return same ? [] : [{ kind: 'alter', from: whole(before), to: whole(after), edits }]
  })
}
