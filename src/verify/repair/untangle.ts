/**
 * The order in which rows that wait for each other in a circle are written: first references that others wait for give way to NULL, then
 * the rows themselves, each after those that it still waits for, then references that had to wait take their values.
 */
import type { MendSql } from '../../core/mend.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { ForeignKey } from '../../core/schema.ts'
import type { PlannedRow, RowChange } from './change.ts'
import { components } from './cycles.ts'
import type { Ends, Link } from './links.ts'
import { withNulls } from './tuple.ts'

/** A row of a circle. */
export interface TiedRow {
  readonly row: PlannedRow
  readonly ends: Ends
  readonly links: readonly Link[]
  /** Tells its circle from others. */
  readonly circle: number
}

/** Changes of one table and kind that are written together. */
export interface Write {
  readonly table: number
  readonly changes: readonly RowChange[]
}

interface Plait {
  readonly tied: TiedRow
  /** Columns that give way to NULL before anything else, and those that take their values at the end. */
  readonly loosened: Set<number>
  readonly late: Set<number>
  /** Numbers of the rows that it waits for after all. */
  readonly waits: number[]
}

/** What the order depends on. */
export interface Untangling {
  readonly deferral: MendSql['deferral']
  plan(table: number): TablePlan
}

/** The writes in their order; null where nothing opens a circle: no column of it takes NULL and no key of it can wait. */
export function untangled(all: readonly TiedRow[], u: Untangling): Write[] | null {
  const plaits = new Map(
    all.map((tied): [number, Plait] => [tied.row.change.n, { tied, loosened: new Set(), late: new Set(), waits: [] }]),
  )
  for (const p of plaits.values()) for (const link of p.tied.links) loosen(plaits, p, link, u)
  const levels = levelsOf(plaits)
  if (levels === null) return null
  const first = [...plaits.values()].filter((p) => p.loosened.size > 0)
  const last = [...plaits.values()].filter((p) => p.late.size > 0)
  return [
    ...grouped(first, (p) => nulled(p)),
    ...levels.flatMap((level) => grouped(level, (p) => itself(p))),
    ...grouped(last, ({ tied: { row }, late }) => ({ ...row.change, op: 'update', set: [...late] })),
  ]
}

/** Takes a link out of a circle where the database lets it wait, or a column may be NULL meanwhile; else the order has to mind it. */
function loosen(plaits: ReadonlyMap<number, Plait>, p: Plait, link: Link, u: Untangling): void {
  const other = plaits.get(link.on)
  if (other === undefined) return
  const mind = () => p.waits.push(link.on)
  if (link.why === 'unique' || other.tied.circle !== p.tied.circle) return void mind()
  const [referring, column] = link.why === 'needs' ? [p, p.late] : [other, other.loosened]
  const plan = u.plan(referring.tied.row.table)
  const key = plan.target.foreignKeys[link.key]
  // The row that refers goes with the other one, which comes first: where values are exchanged it would follow a wrong one.
  if (link.why === 'released' && follows(key, p, other, link.key)) return
  if (link.why === 'needs' && follows(key, other, p, link.key)) return void mind()
  if (link.why === 'needs' ? u.deferral?.waits(key) : waitsForEnd(key, p, u)) return
  const places = openPlaces(plan, key)
  if (places.length === 0) return void mind()
  for (const place of places) column.add(place)
}

/** Whether a row may go before those that refer to it. */
function waitsForEnd(key: ForeignKey, going: Plait, u: Untangling): boolean {
  const action = going.tied.row.change.op === 'delete' ? key.onDelete : key.onUpdate
  return action === 'no action' && u.deferral?.waits(key) === true
}

/** Whether ON UPDATE CASCADE does to a row what the plan would. */
function follows(key: ForeignKey, changing: Plait, referring: Plait, place: number): boolean {
  if (key.onUpdate !== 'cascade' || changing.tied.row.change.op !== 'update') return false
  const from = referring.tied.ends.frees.find(([k]) => k === place)
  const to = referring.tied.ends.needs.find(([k]) => k === place)
  if (from === undefined || to === undefined) return false
  const { takes, gives } = changing.tied.ends
  return takes.includes(from[1]) && gives.includes(to[1])
}

/** Columns that open a foreign key while they are NULL; empty: there are none. */
function openPlaces(plan: TablePlan, key: ForeignKey): number[] {
  const places = key.columns.map((name) =>
    plan.columns.findIndex(
      (c) =>
        c.target.name === name &&
        c.target.nullable &&
        c.target.generated === undefined &&
        !plan.key?.includes(c.source.name),
    ),
  )
  if (key.match === 'full') return places.includes(-1) ? [] : places
  return places.filter((p) => p >= 0).slice(0, 1)
}

/** Rows by how many others they come after; null where some wait for each other still, and no one statement writes them. */
function levelsOf(plaits: ReadonlyMap<number, Plait>): Plait[][] | null {
  const level = new Map<number, number>()
  const of = (n: number) => plaits.get(n)?.waits ?? []
  const groupOf = (n: number) => kindOf(plaits.get(n)?.tied as TiedRow)
  for (const part of components([...plaits.keys()], of)) {
    if (new Set(part.map(groupOf)).size > 1) return null
    const before = part.flatMap(of).map((n) => level.get(n) ?? -1)
    const own = before.reduce((most, n) => Math.max(most, n), -1) + 1
    for (const n of part) level.set(n, own)
  }
  const byLevel = Map.groupBy(plaits.values(), (p) => level.get(p.tied.row.change.n) ?? 0)
  return [...byLevel].sort(([a], [b]) => a - b).map(([, some]) => some)
}

/** What goes makes room for what comes. */
const TURN = { delete: 0, update: 1, insert: 2 } as const

const kindOf = ({ row }: TiedRow) => `${TURN[row.change.op]} ${row.table}`

function grouped(some: readonly Plait[], changeOf: (p: Plait) => RowChange | null): Write[] {
  const groups = [...Map.groupBy(some, (p) => kindOf(p.tied))].sort(([a], [b]) => (a < b ? -1 : 1))
  return groups.flatMap(([, of]) => {
    const changes = of.flatMap((p) => changeOf(p) ?? [])
    return changes.length === 0 ? [] : [{ table: of[0].tied.row.table, changes }]
  })
}

function nulled({ tied, loosened }: Plait): RowChange {
  const { change } = tied.row
  return { ...change, op: 'update', after: withNulls(change.before as Uint8Array, loosened), set: [...loosened] }
}

/** The change without what comes later; null where that is all of it. */
function itself({ tied, late, loosened }: Plait): RowChange | null {
  const { change } = tied.row
  if (change.after === null) return change
  const set = change.set.filter((p) => !late.has(p) || !loosened.has(p))
  if (change.op === 'update' && set.length === 0) return null
  return { ...change, set, after: withNulls(change.after, late) }
}
