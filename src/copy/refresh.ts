/** Copies into tables that are there already: which units of rows are the same on both sides. */
import type { TupleHasher } from '../core/digest.ts'
import type { Database, RowSource } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'
import { carriedKey, type Refresh, type TablePlan } from '../core/plan.ts'
import { displayName, type Schema, type Table } from '../core/schema.ts'

/** What the target is, for the plan of bringing its tables up to date. */
interface Target {
  readonly schema: Schema
  readonly can: Database['can']
}

/** The tables with those that are there made to be compared first. Tables that several plans write to stay as they are. */
export function refreshTables(tables: readonly TablePlan[], target: Target): TablePlan[] {
  const writers = new Map<string, number>()
  for (const t of tables) writers.set(displayName(t.target.name), (writers.get(displayName(t.target.name)) ?? 0) + 1)
  return tables.map((t) => {
    const there = t.upsert === undefined && (t.action === 'truncate' || (t.action === 'fill' && t.stage !== undefined))
    if (!there || writers.get(displayName(t.target.name)) !== 1) return t
    return { ...t, action: 'truncate', refresh: refreshOf(t, target) }
  })
}

function refreshOf(plan: TablePlan, target: Target): Refresh {
  const at = plan.ordered ? carriedKey(plan) : null
  const key = at === null || at.includes(-1) ? null : at.map((i) => plan.columns[i].target.name)
  const refuse = reason(plan, target)
  return { key, emptyFirst: key !== null && hasOtherKeys(plan.target, key), ...(refuse !== undefined && { refuse }) }
}

/** Whether something else than the key must be unique. */
function hasOtherKeys(table: Table, key: readonly string[]): boolean {
  const same = (columns: readonly string[]) => columns.length === key.length && columns.every((c) => key.includes(c))
  const primary = table.primaryKey
  return (
    (primary !== undefined && !same(primary.columns)) ||
    table.uniques.some((u) => !same(u.columns)) ||
    table.indexes.some((i) => i.unique)
  )
}

function reason(plan: TablePlan, { schema, can }: Target): string | undefined {
  const own = displayName(plan.target.name)
  const child = schema.tables.find(
    (t) => displayName(t.name) !== own && t.foreignKeys.some((f) => displayName(f.references) === own),
  )
  const written = new Set(plan.columns.map((c) => c.target.name))
  const unnumbered = plan.target.primaryKey?.columns.some((name) => !written.has(name)) ?? false
  if (child !== undefined && unnumbered)
    return `its key is given out by the target, and rows of ${displayName(child.name)} refer to it`
  if (schema.engine === 'postgres' && !can.canDisableTriggers) {
    if (child !== undefined) return `this user cannot switch the foreign key of ${displayName(child.name)} off`
  }
  const triggers = schema.others.filter((o) => o.kind === 'trigger' && o.table && displayName(o.table) === own)
  if (!can.canDisableTriggers && triggers.length > 0)
    return `its trigger ${triggers[0].name.name} cannot be switched off and would run for every row`
  return undefined
}

/** What a comparison of one unit found. */
export interface Compared {
  readonly same: boolean
  /** Rows that the target holds. */
  readonly held: number
  /** What the source gave. */
  readonly read: number
  readonly filtered: number
  readonly merged: number
  readonly bytes: number
}

interface Side {
  rows: number
  filtered: number
  merged: number
  bytes: number
  sum: bigint
  whole: boolean
}

const MASK = (1n << 128n) - 1n
const BATCH = { bytes: 1024 * 1024, rows: 65_536 } as const

async function digest(source: RowSource, range: KeyRange, hasher: TupleHasher): Promise<Side> {
  const side: Side = { rows: 0, filtered: 0, merged: 0, bytes: 0, sum: 0n, whole: true }
  for await (const batch of source.read(range, BATCH)) {
    side.rows += batch.rows
    side.filtered += batch.filtered ?? 0
    side.merged += batch.merged ?? 0
    side.bytes += batch.sourceBytes ?? batch.bytes.length
    side.sum = (side.sum + hasher.sum(batch.bytes, batch.rows)) & MASK
    if (batch.rejects.length > 0) side.whole = false // a row that cannot be read is equal to none
    batch.release()
  }
  return side
}

/** Reads a unit on both sides, beside each other. `range`: of the source; `keyed`: of the target too. */
export async function compareUnit(o: {
  readonly source: RowSource
  readonly target: RowSource
  readonly range: KeyRange
  readonly keyed: boolean
  readonly hasher: TupleHasher
}): Promise<Compared> {
  const there: KeyRange = o.keyed ? orderedRange(o.range) : { kind: 'all' }
  const [a, b] = await Promise.all([digest(o.source, o.range, o.hasher), digest(o.target, there, o.hasher)])
  return {
    same: a.whole && b.whole && a.rows === b.rows && a.sum === b.sum,
    held: b.rows,
    read: a.rows,
    filtered: a.filtered,
    merged: a.merged,
    bytes: a.bytes,
  }
}

/** A range that is read in key order: a source that is one range as a whole gets open ends. */
function orderedRange(range: KeyRange): KeyRange {
  return range.kind === 'all' ? { kind: 'key', after: null, upto: null } : range
}
