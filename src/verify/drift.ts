/** Rows that differ, as people read them: key, columns, both texts. A typed comparison of the values decides, never the hash of the row. */
import { decoder, type FieldText } from '../core/decode.ts'
import { tupleHasher } from '../core/digest.ts'
import { canonicalJson } from '../core/json-canonical.ts'
import type { KeyValue } from '../core/key.ts'
import type { ColumnPlan, TablePlan } from '../core/plan.ts'
import type { DriftColumn, DriftEntry, DriftKind, DriftRow } from '../core/report.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import type { Pair, RowView } from './pair.ts'
import { keyPositions } from './side.ts'
import type { Unreadable } from './tally.ts'
import { type Tolerances, withinTolerance } from './tolerance.ts'
import { type RawValue, type Span, spans } from './tuple-key.ts'

/** Rows named in a report unless another number is asked for; the rest is counted. */
export const REPORTED = 100

/** Longest text of a value in a report, in UTF-16 units. */
const LONGEST = 500

/** Reads pairs of rows of a planned table. `same`: both sides mean the same; `tolerated`: the difference lies within the tolerances. */
export type PairReader = (pair: Pair) => DriftEntry | 'same' | 'tolerated'

/** How fields are compared and shown, column by column, chosen once. */
interface ColumnReader {
  readonly name: string
  text(row: RowView | null, span: Span | null): string | null
  same(a: RowView, left: Span, b: RowView, right: Span): boolean
}

/** The reader of a planned table's rows. */
export function pairReader(plan: TablePlan, raw: RawValue, tolerances: Tolerances = {}): PairReader {
  const columns = plan.columns.map((c) => columnReader(c, raw))
  const keys = keyPositions(plan)
  return ({ source, target }) => {
    const left = source === null ? null : spans(source.bytes, source.at)
    const right = target === null ? null : spans(target.bytes, target.at)
    const value = (i: number): DriftColumn => ({
      name: columns[i].name,
      source: columns[i].text(source, left?.[i] ?? null),
      target: columns[i].text(target, right?.[i] ?? null),
    })
    const key = keys?.map((i) => ({ name: columns[i].name, value: value(i)[source === null ? 'target' : 'source'] }))
    const all = columns.map((_, i) => i)
    if (source === null || target === null || left === null || right === null) {
      const kind: DriftKind = source === null ? 'extra on target' : 'missing on target'
      return { kind, key: key ?? null, columns: all.map(value) }
    }
    const differing = all.filter((i) => !columns[i].same(source, left[i], target, right[i])).map(value)
    const beyond = differing.filter((c) => !withinTolerance(tolerances[c.name], c))
    if (beyond.length === 0) return differing.length === 0 ? 'same' : 'tolerated'
    return { kind: 'differs', key: key ?? null, columns: beyond }
  }
}

function columnReader({ source: { name, type }, target, wire }: ColumnPlan, raw: RawValue): ColumnReader {
  const text = fieldText(wire, raw)
  const hasher = tupleHasher([wire])
  const hash = (row: RowView, span: Span) => {
    const field = single(row.bytes, span)
    return hasher.row(field, 0, field.length)
  }
  const meaning = (row: RowView, span: Span) => canonicalJson(text(row.bytes, span.start, span.end))
  // The storage classes of SQLite travel as they are: what a text among them means is only seen here.
  const json = wire.kind === 'raw' && type.logical.kind === 'json' && target.type.logical.kind === 'json'
  return {
    name,
    text: (row, span) =>
      row === null || span === null || span.start < 0 ? null : text(row.bytes, span.start, span.end),
    same(a, left, b, right) {
      if (left.start < 0 || right.start < 0) return left.start < 0 && right.start < 0
      const bytes = Buffer.compare(a.bytes.subarray(left.start, left.end), b.bytes.subarray(right.start, right.end))
      if (bytes === 0 || hash(a, left) === hash(b, right)) return true
      const one = json ? meaning(a, left) : null
      return one !== null && one === meaning(b, right)
    },
  }
}

function fieldText(wire: WireType, raw: RawValue): FieldText {
  if (wire.kind !== 'raw' || raw === undefined) return decoder(wire)
  return (bytes, start, end) => {
    const value = raw(wire.native, bytes.subarray(start, end))
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
  }
}

function single(bytes: Uint8Array, span: Span): Uint8Array {
  const w = new ByteWriter(16)
  w.int16(1)
  w.field(bytes, span.start, span.end)
  return w.bytes.subarray(0, w.at)
}

function shorten(text: string | null): string | null {
  if (text === null || text.length <= LONGEST) return text
  return `${text.slice(0, LONGEST)}… (${text.length} characters)`
}

/** An entry in a report: small whatever the row holds. What is on one side alone is named by its key, if it has one. */
export function reportRow(entry: DriftEntry, key: string): DriftRow {
  if (entry.kind !== 'differs' && entry.key !== null && entry.unreadable !== true) return { key, kind: entry.kind }
  const columns = entry.columns.map((c) => ({ ...c, source: shorten(c.source), target: shorten(c.target) }))
  return { key, kind: entry.kind, columns }
}

/** A row that a side could not read: it is there, but never equal to anything. */
export function entryOfReject(plan: TablePlan, { side, reject }: Unreadable): DriftEntry {
  const text = `${reject.row[reject.column] ?? 'NULL'} (${reject.reason})`
  const [source, target] = side === 'source' ? [text, null] : [null, text]
  const names = plan.key
  const key =
    reject.key?.map((v, i) => ({ name: names?.[i] ?? `key ${i + 1}`, value: v === null ? null : keyText(v) })) ?? null
  const kind: DriftKind = side === 'source' ? 'missing on target' : 'extra on target'
  return { kind, key, columns: [{ name: reject.column, source, target }], unreadable: true }
}

function keyText(value: KeyValue): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}
