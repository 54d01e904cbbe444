/**
 * What the rows of one key come to, computed beside the target: the same that its statements (upsert.ts) make of them one after the other.
 * So the rows that it should hold are known without writing any.
 */
import { createHash } from 'node:crypto'
import { tupleHasher } from '../core/digest.ts'
import { CellError, encoder } from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import type { ConflictRule, TablePlan } from '../core/plan.ts'
import type { Table } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { type FieldOrder, fieldOrder, type Span, spans } from '../verify/tuple-key.ts'

/** Values of a row, column by column; equal texts are equal values. */
export type Folded = readonly (string | null)[]

export interface Fold {
  /** All that the plans write, as the target is read; values come in their order. */
  readonly columns: readonly WireColumn[]
  /**
   * The row at `offset` that a plan (its position in the group) sends: `old` is what others of its key came to, undefined where it is the first.
   * `leftOut`: places of its columns that a row function said nothing of.
   */
  add(plan: number, old: Folded | undefined, bytes: Uint8Array, offset: number, leftOut?: readonly number[]): Folded
  /** The row at `offset` of the target, read by `columns`. */
  held(bytes: Uint8Array, offset: number): Folded
}

/** In place of a value that nothing beside the database tells. */
const OPEN = '?'

/** A row as a tuple, NULL where a value is open, and the places of those. */
export interface OpenTuple {
  readonly bytes: Uint8Array
  readonly open: readonly number[]
}

/** Values longer than this are known by their SHA-256. */
const LONG = 32

/** Forms of keys that are the same exactly where their bytes are. */
const EXACT: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'uuid', 'bytea'])
/** Forms whose order is the same everywhere. */
const ORDERED: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'date', 'timestamp', 'timestamptz'])

/** How rows of these plans, which merge into one table in this order, come together; a text: why that cannot be said exactly. */
export function foldOf(group: readonly TablePlan[]): Fold | string {
  const [{ target, action }] = group
  if (action === 'append') return 'rows that it held before stay in it'
  const columns = new Map<string, WireColumn>()
  for (const { target: column, wire } of group.flatMap((plan) => plan.columns)) {
    const known = columns.get(column.name)
    if (known !== undefined && JSON.stringify(known.wire) !== JSON.stringify(wire))
      return `its sources send ${column.name} in different forms`
    columns.set(column.name, { name: column.name, column, wire })
  }
  const why = group.map((plan) => unfoldable(plan, columns)).find((w) => w !== null) ?? uniqueChanged(group, target)
  if (why !== null) return why
  const all = [...columns.values()]
  const texts = all.map((c) => valueText(c.wire))
  const defaults = all.map((c, i) => defaultOf(c, group, texts[i]))
  const unknown = defaults.indexOf(undefined)
  if (unknown >= 0) return `not all of its sources give ${all[unknown].name}, and its default is not a plain value`
  return foldBy(group, { columns: all, defaults: defaults as readonly (string | null)[], texts })
}

/** The same for a comparison: values are whole, and OPEN where they cannot be said exactly. `columns`: those that are compared. */
export function openFold(group: readonly TablePlan[], columns: readonly WireColumn[]): Fold {
  const defaults = columns.map((c) => {
    const value = defaultOf(c, group, base64)
    return value === undefined ? OPEN : value
  })
  return foldBy(group, { columns, defaults, texts: columns.map(() => base64) })
}

/** A row of `openFold`. */
export function openTuple(values: Folded): OpenTuple {
  const w = new ByteWriter(256)
  const open: number[] = []
  w.int16(values.length)
  for (const [i, value] of values.entries()) {
    if (value === OPEN) open.push(i)
    if (value === null || value === OPEN) w.null()
    else w.field(Buffer.from(value, 'base64'))
  }
  return { bytes: w.bytes.subarray(0, w.at), open }
}

function unfoldable(plan: TablePlan, columns: ReadonlyMap<string, WireColumn>): string | null {
  if (plan.key === null) return `${plan.label} reads a table without a key`
  const { key = [], update = {} } = plan.upsert ?? {}
  if (key.length === 0 || key.some((name) => !EXACT.has(columns.get(name)?.wire.kind ?? '')))
    return 'its key is no number'
  const vague = Object.entries(update).find(([name, rule]) => {
    const wire = columns.get(name)?.wire
    return (rule === 'least' || rule === 'greatest') && (wire === undefined || !isOrdered(wire))
  })
  return vague === undefined ? null : `only the database knows which ${vague[0]} is the ${vague[1]}`
}

const isOrdered = (wire: WireType) => ORDERED.has(wire.kind) && !('beyond' in wire && wire.beyond === true)

/** A value that must be unique and changes on the way might be met by a row that is not written again. */
function uniqueChanged(group: readonly TablePlan[], table: Table): string | null {
  const changing = group.flatMap((p) => Object.entries(p.upsert?.update ?? {}).filter(([, rule]) => rule !== 'first'))
  const names = new Set(changing.map(([name]) => name))
  const found = [...names].find(
    (name) =>
      table.uniques.some((u) => u.columns.includes(name)) ||
      table.indexes.some((i) => i.unique && i.parts.some((p) => p.column === name || p.expression?.includes(name))),
  )
  return found === undefined ? null : `${found} must be unique and changes while rows are merged`
}

/** What a row gets in a column that its plan does not write; undefined where that cannot be known. */
function defaultOf(
  { column, wire }: WireColumn,
  group: readonly TablePlan[],
  text: ValueText,
): string | null | undefined {
  if (group.every((plan) => plan.columns.some((c) => c.target.name === column.name))) return null
  if (column.default === undefined)
    return column.generated === undefined && column.identity === undefined ? null : undefined
  if (column.default.kind !== 'value') return undefined
  const w = new ByteWriter(64)
  try {
    encoder(wire)(w, column.default.text)
  } catch (error) {
    if (error instanceof CellError) return undefined
    throw error
  }
  // The encoder writes the length in front.
  return text(w.bytes, 4, w.at)
}

type ValueText = (bytes: Uint8Array, start: number, end: number) => string

const base64: ValueText = (bytes, start, end) =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('base64')

function valueText(wire: WireType): ValueText {
  if (wire.kind === 'json' || wire.kind === 'jsonb' || (wire.kind === 'text' && wire.fixed === true)) {
    const hasher = tupleHasher([wire])
    const w = new ByteWriter(256)
    return (bytes, start, end) => {
      w.at = 0
      w.int16(1)
      w.field(bytes, start, end)
      return `#${hasher.sum(w.bytes.subarray(0, w.at), 1).toString(36)}`
    }
  }
  if (isOrdered(wire)) return base64
  return (bytes, start, end) =>
    end - start <= LONG
      ? base64(bytes, start, end)
      : `#${createHash('sha256').update(bytes.subarray(start, end)).digest('base64')}`
}

interface FoldParts {
  readonly columns: readonly WireColumn[]
  readonly defaults: Folded
  readonly texts: readonly ValueText[]
}

function foldBy(group: readonly TablePlan[], { columns, defaults, texts }: FoldParts): Fold {
  const orders = columns.map((c) => (isOrdered(c.wire) ? fieldOrder(c.wire) : null))
  const read = (bytes: Uint8Array, fields: readonly Span[], at: number, column: number) =>
    fields[at].start < 0 ? null : texts[column](bytes, fields[at].start, fields[at].end)
  const places = group.map((plan) => columns.map((c) => plan.columns.findIndex((p) => p.target.name === c.name)))
  const rules = group.map(({ upsert }, plan) =>
    columns.map((c, i): ConflictRule => (places[plan][i] < 0 ? 'first' : (upsert?.update[c.name] ?? 'first'))),
  )
  return {
    columns,
    add(plan, old, bytes, offset, leftOut = []) {
      const fields = spans(bytes, offset)
      const at = places[plan]
      const fresh = (i: number) => (leftOut.includes(at[i]) ? OPEN : read(bytes, fields, at[i], i))
      if (old === undefined) return columns.map((_, i) => (at[i] < 0 ? defaults[i] : fresh(i)))
      return old.map((value, i) => {
        const rule = rules[plan][i]
        return rule === 'first' ? value : merged(rule, value, fresh(i), orders[i])
      })
    },
    held(bytes, offset) {
      const fields = spans(bytes, offset)
      return columns.map((_, i) => read(bytes, fields, i, i))
    },
  }
}

/** As `merged` in upsert.ts. `order`: null where only the database knows it. */
function merged(rule: ConflictRule, old: string | null, fresh: string | null, order: FieldOrder | null): string | null {
  if (rule === 'last') return fresh
  if (old === null || fresh === null) return old ?? fresh
  if (rule === 'first' || rule === 'filled' || old === fresh) return old
  if (old === OPEN || fresh === OPEN || order === null) return OPEN
  const [a, b] = [Buffer.from(fresh, 'base64'), Buffer.from(old, 'base64')]
  const way = order(a, { start: 0, end: a.length }, b, { start: 0, end: b.length })
  return (rule === 'least' ? way < 0 : way > 0) ? fresh : old
}
