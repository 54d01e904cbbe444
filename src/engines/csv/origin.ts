/** The database that a folder was written of, as the copies into it told. */
import type { Origin } from '../../core/folder.ts'
import {
  type ColumnType,
  displayName,
  type ObjectName,
  type OtherObject,
  type Schema,
  type Table,
} from '../../core/schema.ts'
import type { Described } from './sidecar.ts'
import { isAsWritten } from './types.ts'

/** The folder's table for a name of the origin's, or for its own. */
export function folderTable(d: Described, name: ObjectName): string {
  for (const origin of d.origins.toReversed()) {
    const found = origin.names[displayName(name)]
    if (found !== undefined) return found
  }
  return name.name
}

/** Adds what a copy told; of the tables that it wrote only this counts. */
export function withOrigin(d: Described, origin: Origin): Described {
  const written = new Set(Object.values(origin.names))
  const others = d.origins.map((o) => ({
    ...o,
    names: Object.fromEntries(Object.entries(o.names).filter(([, table]) => !written.has(table))),
  }))
  return { ...d, origins: [...others.filter((o) => Object.keys(o.names).length > 0), origin] }
}

/**
 * The schema of the origin with the tables that are in the folder; null where that cannot be told: some table came from elsewhere, or was
 * renamed or cast on its way.
 */
export function originSchema(d: Described, present: readonly string[]): Schema | null {
  const origins = d.origins.flatMap((o) => (o.schema === null ? [] : [{ schema: o.schema, names: o.names }]))
  const last = origins.at(-1)?.schema
  if (last === undefined || origins.length < d.origins.length) return null
  if (!origins.every(({ schema: s }) => s.engine === last.engine && s.flavor === last.flavor && s.name === last.name))
    return null
  const tables = origins.flatMap(({ schema, names }) =>
    schema.tables.flatMap((table) => {
      const file = names[displayName(table.name)]
      return file === undefined || !present.includes(file) ? [] : [{ table, file }]
    }),
  )
  if (new Set(tables.map((t) => t.file)).size < present.length) return null
  const kept = tables.map((t) => t.table)
  return { ...last, tables: kept, others: objects(origins, kept), filed: flags(d, tables) }
}

/** Each object once, as it was told last; what hangs on a table that did not come along is left out. */
function objects(origins: readonly { readonly schema: Schema }[], tables: readonly Table[]): OtherObject[] {
  const all = new Map<string, OtherObject>()
  for (const { schema } of origins)
    for (const o of schema.others) all.set(JSON.stringify([o.kind, o.name, o.table ?? null]), o)
  const names = new Set(tables.map((t) => displayName(t.name)))
  const known = new Set([...all.values()].map((o) => displayName(o.name)))
  return [...all.values()].filter(
    (o) => o.table === undefined || names.has(displayName(o.table)) || known.has(displayName(o.table)),
  )
}

/** Columns declared as flags that the files hold otherwise: as numbers, because not all values were flags, or as they were spelled. */
function flags(d: Described, tables: readonly { readonly table: Table; readonly file: string }[]) {
  const named = (wanted: (held: ColumnType) => boolean) =>
    tables.flatMap(({ table, file }) => {
      const held = d.tables.find((t) => t.name.name === file)
      return table.columns.flatMap((c) => {
        const type = held?.columns.find((h) => h.name === c.name)?.type
        return type !== undefined && wanted(type) ? [`${displayName(table.name)}.${c.name}`] : []
      })
    })
  return {
    notFlags: named((type) => type.logical.kind !== 'bool'),
    spelledFlags: named((type) => type.logical.kind === 'bool' && isAsWritten(type)),
  }
}
