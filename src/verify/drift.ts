/** Rows that differ, as people read them: key, columns, both texts. */
import { decoder, type FieldText } from '../core/decode.ts'
import { tupleHasher } from '../core/digest.ts'
import type { CellReject } from '../core/engine.ts'
import { displayKey } from '../core/key.ts'
import type { TablePlan } from '../core/plan.ts'
import type { DriftRow } from '../core/report.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { type RawValue, type Span, spans, type TupleKey } from './tuple-key.ts'

/** Rows named in a report; the rest is counted. */
export const REPORTED = 100

/** Rows that differ at first sight and are kept to be looked at again. */
export const CANDIDATES = 1000

/** Longest text of a value in a report, in UTF-16 units. */
const LONGEST = 500

/** A row kept for the report: small whatever the row holds. */
export interface RowImage {
  /** The hash of the whole row. */
  readonly hash: bigint
  readonly key: string
  readonly columns: readonly ColumnImage[]
}

interface ColumnImage {
  /** Canonical text; long values are cut. */
  readonly text: string | null
  /** Hash of the normalized value: equal exactly if the values are. */
  readonly hash: bigint
}

/** Makes images of rows of a planned table. */
export function imager(
  plan: TablePlan,
  key: TupleKey | null,
  raw: RawValue,
): (bytes: Uint8Array, at: number, hash: bigint) => RowImage {
  const texts = plan.columns.map((c) => fieldText(c.wire, raw))
  const hashers = plan.columns.map((c) => tupleHasher([c.wire]))
  return (bytes, at, hash) => ({
    hash,
    key: displayKey(key === null ? null : key.values(bytes, at)),
    columns: spans(bytes, at).map((span, i) => {
      const field = single(bytes, span)
      const text = span.start < 0 ? null : shorten(texts[i](bytes, span.start, span.end))
      return { text, hash: hashers[i].row(field, 0, field.length) }
    }),
  })
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
  if (span.start < 0) w.null()
  else w.field(bytes, span.start, span.end)
  return w.bytes.subarray(0, w.at)
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`
}

/** The drift between what the source and the target hold under one key; null where both are equal or both have nothing. */
export function driftOf(plan: TablePlan, source: RowImage | null, target: RowImage | null): DriftRow | null {
  const row = source ?? target
  if (row === null || source?.hash === target?.hash) return null
  const values = plan.columns.map((c, i) => ({
    name: c.source.name,
    source: source?.columns[i].text ?? null,
    target: target?.columns[i].text ?? null,
  }))
  if (source !== null && target !== null) {
    const columns = values.filter((_, i) => source.columns[i].hash !== target.columns[i].hash)
    return { key: row.key, kind: 'differs', columns }
  }
  const kind = source === null ? 'extra on target' : 'missing on target'
  return plan.key === null ? { key: row.key, kind, columns: values } : { key: row.key, kind }
}

/** A row that a side could not read: it is there, but never equal to anything. */
export function driftOfReject(side: 'source' | 'target', reject: CellReject): DriftRow {
  const text = `${reject.row[reject.column] ?? 'NULL'} (${reject.reason})`
  const [source, target] = side === 'source' ? [text, null] : [null, text]
  return {
    key: displayKey(reject.key),
    kind: side === 'source' ? 'missing on target' : 'extra on target',
    columns: [{ name: reject.column, source, target }],
  }
}

/** Rows that the source could not read beside those that differ: one that the target has under the same key is one row that differs. */
export function joinUnreadable(unreadable: readonly DriftRow[], drift: readonly DriftRow[]): DriftRow[] {
  const extra = new Map(drift.filter((d) => d.kind === 'extra on target').map((d) => [d.key, d]))
  const paired = new Set<DriftRow>()
  const first = unreadable.map((d): DriftRow => {
    const other = d.kind === 'missing on target' ? extra.get(d.key) : undefined
    if (other === undefined || paired.has(other)) return d
    paired.add(other)
    return { ...d, kind: 'differs' }
  })
  return [...first, ...drift.filter((d) => !paired.has(d))]
}
