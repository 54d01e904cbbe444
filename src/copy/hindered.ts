/** Objects whose statement would be refused on the target, because something that they use does not come along. */
import type { CopyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import { bareName, displayName, isForeignTable, type ObjectUse, type OtherObject, type Schema } from '../core/schema.ts'
import { schemaChoiceText } from '../core/schema-choice.ts'
import { isAccepted } from './settle.ts'

export interface HinderedInput {
  readonly source: Schema
  readonly target: Schema
  readonly tables: readonly TablePlan[]
  /** What would be made, in any order. */
  readonly wanted: readonly OtherObject[]
  /** What is made before it. */
  readonly made: readonly OtherObject[]
  readonly options: CopyOptions
  /** What the target's server has no words for, and why. */
  readonly unsayable: ReadonlyMap<OtherObject, string>
}

/** Why each of them cannot be made, for people. */
export function hindered(i: HinderedInput): ReadonlyMap<OtherObject, string> {
  const why = new Map<OtherObject, string>(
    i.wanted.flatMap((o) => (i.unsayable.has(o) ? [[o, i.unsayable.get(o)!]] : [])),
  )
  for (const o of i.wanted) {
    const use = o.crossing?.[0]
    const place = displayName(o.table ?? o.name)
    if (use !== undefined && !accepted(i, place)) why.set(o, beyond(i.source, use))
  }
  const absent = absentNames(i)
  for (let more = true; more; ) {
    more = false
    for (const o of i.wanted) if (why.has(o)) absent.set(nameOf(o), o.kind)
    for (const o of i.wanted) {
      const use = why.has(o) ? undefined : o.uses?.find((u) => absent.has(usedName(u)))
      if (use === undefined) continue
      const kind = absent.get(usedName(use))
      why.set(o, `it uses the ${kind} ${displayName(use.name)}, which does not come along under that name`)
      more = true
    }
  }
  return why
}

function accepted({ options, source }: HinderedInput, place: string): boolean {
  const label = place.startsWith(`${source.name}.`) ? place.slice(source.name.length + 1) : place
  return isAccepted(options, 'SCHEMA_UNREAD', label, null)
}

function beyond(source: Schema, { name, kind }: ObjectUse): string {
  const read = source.schemas ?? [source.name]
  const both = schemaChoiceText({ several: [...read, name.schema ?? ''] })
  return `it uses the ${kind ?? 'object'} ${displayName(name)}, of a schema that is not read: ?schema=${both} takes both`
}

const ROUTINES: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate'])

const usedName = ({ kind, name }: ObjectUse) => `${kind === 'function' ? 'function' : 'relation'} ${displayName(name)}`

function nameOf({ kind, name }: OtherObject): string {
  return `${ROUTINES.has(kind) ? 'function' : 'relation'} ${displayName(bareName(name))}`
}

/** Relations and routines of the source that the target will not have under their names: what they are, by name. */
function absentNames({ source, target, tables, wanted, made }: HinderedInput): Map<string, string> {
  const there = new Set([
    ...[...wanted, ...made, ...target.others].map(nameOf),
    ...[...target.tables.map((t) => t.name), ...tables.flatMap(unrenamed)].map(
      (name) => `relation ${displayName(name)}`,
    ),
  ])
  const all = [
    ...source.tables.map((t) => [`relation ${displayName(t.name)}`, 'table'] as const),
    ...source.others
      .filter((o) => NAMED.has(o.kind) || isForeignTable(o))
      .map((o) => [nameOf(o), isForeignTable(o) ? 'foreign table' : o.kind] as const),
  ]
  return new Map(all.filter(([name]) => !there.has(name)))
}

const NAMED: ReadonlySet<string> = new Set([...ROUTINES, 'view', 'materialized view'])

/** The table's name where it and its columns keep their names. */
export function unrenamed(t: TablePlan): TablePlan['source']['name'][] {
  const same = displayName(t.target.name) === displayName(t.source.name)
  return same && t.columns.every((c) => c.source.name === c.target.name) ? [t.source.name] : []
}
