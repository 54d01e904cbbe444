/** Copies into tables that are there already: which units of rows are the same on both sides. */
import { BATCH } from '../core/batch.ts'
import type { TupleHasher } from '../core/digest.ts'
import type { Database, RowSource } from '../core/engine.ts'
import { type KeyRange, serializeKey, serializeKeys } from '../core/key.ts'
import { carriedKey, type Refresh, type TablePlan } from '../core/plan.ts'
import { displayName, type Schema, type Table } from '../core/schema.ts'
import { addSums, sumText } from '../core/sum.ts'
import { skipRow } from '../core/wire.ts'
import { keyDecoder, spans } from '../verify/tuple-key.ts'
import { foldOf } from './fold.ts'

/** What the target is, for the plan of bringing its tables up to date. */
interface Target {
  readonly schema: Schema
  readonly can: Database['can']
}

/**
 * The tables with those that are there made to be compared first. Where several plans write to one, each must tell its own rows from those of
 * the others by their key; else all of them stay as they are.
 */
export function refreshTables(tables: readonly TablePlan[], target: Target): TablePlan[] {
  const groups = Map.groupBy(tables, (t) => displayName(t.target.name))
  return tables.map((t) => {
    const group = groups.get(displayName(t.target.name)) ?? []
    const apart = group.length === 1 || group.every((g) => rowColumns(g, target) !== null)
    if (merges(t) && group.every((g) => g.upsert !== undefined))
      return { ...t, refresh: { key: null, merged: true, emptyFirst: true, ...asWhole(inOrder(group), target) } }
    return group.every(isThere) && apart ? { ...t, action: 'truncate', refresh: refreshOf(t, target) } : t
  })
}

/** Whether rows of a plan are merged into those that are there; keys of id maps only stay as they are. */
export function merges(t: TablePlan): boolean {
  return t.upsert !== undefined && t.stage?.unless === undefined
}

/** The plans that merge rows, by the table that they merge them into, each group in its order. */
export function mergedGroups(tables: readonly TablePlan[]): TablePlan[][] {
  return [...Map.groupBy(tables.filter(merges), (t) => displayName(t.target.name)).values()].map(inOrder)
}

/** Plans that merge rows into one table, in the order in which they do. */
function inOrder(group: readonly TablePlan[]): TablePlan[] {
  return group.toSorted((a, b) => (a.phase ?? 0) - (b.phase ?? 0))
}

function asWhole(group: readonly TablePlan[], target: Target): Pick<Refresh, 'asWhole'> {
  const fold = foldOf(group)
  const why = typeof fold === 'string' ? fold : group.map((plan) => reason(plan, target)).find((r) => r !== undefined)
  return why === undefined ? {} : { asWhole: why }
}

function isThere(t: TablePlan): boolean {
  return t.upsert === undefined && (t.action === 'truncate' || (t.action === 'fill' && t.stage !== undefined))
}

function refreshOf(plan: TablePlan, target: Target): Refresh {
  const at = plan.ordered ? carriedKey(plan) : null
  const key = at === null || at.includes(-1) ? null : at.map((i) => plan.columns[i].target.name)
  const rows = key === null ? rowColumns(plan, target) : null
  const refuse = reason(plan, target)
  const unique = key ?? rows
  return {
    key,
    ...(rows !== null && { rows }),
    emptyFirst: unique !== null && hasOtherKeys(plan.target, unique),
    ...(refuse !== undefined && { refuse }),
  }
}

/** Forms whose values are the same key exactly where their texts are the same. */
const EXACT: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'uuid', 'text', 'date', 'bytea'])

/** The target's key, where the rows that the source gives hold it and can be cut into units: by it rows are found again. */
function rowColumns(plan: TablePlan, { schema }: Target): readonly string[] | null {
  const primary = plan.target.primaryKey
  if (plan.key === null || primary === undefined || schema.engine === 'csv') return null
  if (primary.parts?.some((p) => p.prefix !== undefined)) return null
  const exact = primary.columns.every((name) => {
    const wire = plan.columns.find((c) => c.target.name === name)?.wire
    return wire !== undefined && EXACT.has(wire.kind) && !(wire.kind === 'text' && wire.fixed)
  })
  return exact ? primary.columns : null
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

async function digest(
  source: RowSource,
  range: KeyRange,
  hasher: TupleHasher,
  look?: (bytes: Uint8Array, rows: number) => void,
): Promise<Side> {
  const side: Side = { rows: 0, filtered: 0, merged: 0, bytes: 0, sum: 0n, whole: true }
  for await (const batch of source.read(range, BATCH)) {
    side.rows += batch.rows
    side.filtered += batch.filtered ?? 0
    side.merged += batch.merged ?? 0
    side.bytes += batch.sourceBytes ?? batch.bytes.length
    look?.(batch.bytes, batch.rows)
    side.sum = addSums(side.sum, hasher.sum(batch.bytes, batch.rows))
    if (batch.rejects.length > 0) side.whole = false // a row that cannot be read is equal to none
    batch.release()
  }
  return side
}

/** Reads a unit on both sides, beside each other. `range`: of the source; `keyed`: of the target too. */
async function compareUnit(o: Sides & { readonly keyed: boolean }): Promise<Compared> {
  const there: KeyRange = o.keyed ? orderedRange(o.range) : { kind: 'all' }
  const [a, b] = await Promise.all([digest(o.source, o.range, o.hasher), digest(o.target, there, o.hasher)])
  return outcome(a, b)
}

function outcome(a: Side, b: Pick<Side, 'rows' | 'sum' | 'whole'>): Compared {
  return {
    same: a.whole && b.whole && a.rows === b.rows && a.sum === b.sum,
    held: b.rows,
    read: a.rows,
    filtered: a.filtered,
    merged: a.merged,
    bytes: a.bytes,
  }
}

/** Keys by which rows of a unit are asked for at a time. */
export const LISTED_ROWS = 1000

/** The keys (`serializeKey`) in tuples of a plan, of these columns of the target. */
export function rowKeys(plan: TablePlan, names: readonly string[]): (bytes: Uint8Array, rows: number) => string[] {
  const at = names.map((name) => plan.columns.findIndex((c) => c.target.name === name))
  const decode = at.map((i) => keyDecoder(plan.columns[i].wire, undefined))
  return (bytes, rows) => {
    const keys: string[] = []
    for (let n = 0, offset = 0; n < rows; n++) {
      const fields = spans(bytes, offset)
      const value = (i: number, f: number) => decode[i](bytes, fields[f].start, fields[f].end)
      keys.push(serializeKey(at.map((f, i) => (fields[f].start < 0 ? null : value(i, f)))))
      offset = skipRow(bytes, offset)
    }
    return keys
  }
}

/** The ranges in which listed keys are asked for. */
export function listedRanges(keys: readonly string[]): KeyRange[] {
  const ranges: KeyRange[] = []
  for (let i = 0; i < keys.length; i += LISTED_ROWS) {
    const only = serializeKeys(keys.slice(i, i + LISTED_ROWS))
    ranges.push({ kind: 'key', after: null, upto: null, only })
  }
  return ranges
}

/** A comparison that knows the rows by their keys. */
export interface ListedCompared extends Compared {
  readonly keys: readonly string[]
  /** Of all rows; on both sides where they are the same. */
  readonly sum: string
}

interface Sides {
  readonly source: RowSource
  readonly target: RowSource
  /** Of the source. */
  readonly range: KeyRange
  readonly hasher: TupleHasher
}

/** Compares a unit with what the target holds of it, in the way that its table is brought up to date. */
export function compareHeld(plan: TablePlan, r: Refresh, o: Sides): Promise<Compared | ListedCompared> {
  return r.rows === undefined
    ? compareUnit({ ...o, keyed: r.key !== null })
    : compareListed({ ...o, keys: rowKeys(plan, r.rows) })
}

/** Whether the rows of a unit were found by their keys. */
export function isListed(found: Compared | ListedCompared): found is ListedCompared {
  return 'keys' in found
}

/** Reads a unit of the source, then the rows of the target that have the same keys, in whatever order either likes. */
async function compareListed(
  o: Sides & { readonly keys: (bytes: Uint8Array, rows: number) => string[] },
): Promise<ListedCompared> {
  const keys: string[] = []
  const a = await digest(o.source, o.range, o.hasher, (bytes, rows) => keys.push(...o.keys(bytes, rows)))
  const b = { rows: 0, sum: 0n, whole: true }
  for (const range of listedRanges(keys)) {
    const part = await digest(o.target, range, o.hasher)
    b.rows += part.rows
    b.sum = addSums(b.sum, part.sum)
    b.whole &&= part.whole
  }
  return { ...outcome(a, b), keys, sum: sumText(a.sum) }
}

/** A range that is read in key order: a source that is one range as a whole gets open ends. */
function orderedRange(range: KeyRange): KeyRange {
  return range.kind === 'all' ? { kind: 'key', after: null, upto: null } : range
}
