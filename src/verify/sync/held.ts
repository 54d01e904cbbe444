/** Rows of the target among which those of a chunk are looked for: fetched for the whole chunk at once. */
import type { Database, RowSource } from '../../core/engine.ts'
import type { KeyRange } from '../../core/key.ts'
import { rowPositions, type TablePlan, targetColumns } from '../../core/plan.ts'
import { ByteWriter } from '../../core/writer.ts'
import type { KeyId, Mendable } from '../repair/mendable.ts'
import { copyRow } from '../repair/tuple.ts'
import { readTarget } from '../side.ts'
import {
  type NumberedTuples,
  type NumberReader,
  numbered,
  numberReader,
  type Span,
  spansOf,
  type Tuples,
} from './match.ts'

export type Place =
  /** Those with the same keys. */
  | { readonly kind: 'keys' }
  /** All of a range of the source's key, so that rows which no mapping makes are seen. */
  | { readonly kind: 'range'; readonly range: KeyRange }
  /** All that a predicate of the target names; rows of the chunk that are not among them are looked for by key. */
  | { readonly kind: 'where'; readonly sql: string }

export interface HeldReader {
  /** Reads the key where it is one integer. */
  readonly number: NumberReader | null
  /** The chunk's rows by their numbers, where these rise. */
  rising(expected: Tuples): NumberedTuples | null
  /** The target's rows, in the order of their key; good until the next call. Rows of other keys may be among them. */
  read(expected: Tuples, place: Place): Promise<Tuples>
  /** Rows with the keys of these, by id. */
  byKey(rows: readonly Uint8Array[]): Promise<Map<KeyId, Uint8Array>>
}

const BATCH = { bytes: 512 * 1024, rows: 65_536 } as const
const ALL: KeyRange = { kind: 'key', after: null, upto: null }
/** Rows that may come along in place of a list of keys: a range of numbers is found faster than a thousand of them. */
const ALONG = { times: 4, rows: 100 } as const

/** The reader of a table's rows in the form in which they are compared. */
export function heldReader(plan: TablePlan, m: Mendable, db: Database): HeldReader {
  const columns = targetColumns(plan)
  const key = m.keyColumns.map((c) => c.name)
  const number = numberReader(
    rowPositions(plan) ?? [],
    columns.map((c) => c.wire),
  )
  const ranges = db.source(plan.target, columns, { key })
  const own = new ByteWriter(1 << 16)
  const gather = async (source: RowSource, range: KeyRange): Promise<Tuples> => {
    own.at = 0
    let rows = 0
    for await (const batch of source.read(range, BATCH)) {
      own.raw(batch.bytes)
      rows += batch.rows
      batch.release()
    }
    return { bytes: own.bytes.subarray(0, own.at), rows }
  }
  const where = (sql: string) => gather(db.source(plan.target, columns, { key, where: sql }), ALL)
  const ofKeys = (keys: readonly Uint8Array[]) =>
    where(
      m.sql.keys(
        plan.target,
        m.keyColumns,
        keys.map((row) => m.keyOf(row)),
      ),
    )
  const self: HeldReader = {
    number,
    rising: (expected) => (number === null ? null : numbered(expected, number)),
    async read(expected, place) {
      if (place.kind === 'where') return where(place.sql)
      if (place.kind === 'range') return gather(readTarget(plan, db), place.range)
      if (expected.rows === 0) return { bytes: own.bytes.subarray(0, 0), rows: 0 }
      const range = dense(self.rising(expected))
      if (range !== null) return gather(ranges, range)
      return ofKeys([...spansOf(expected)].map((s) => rowAt(expected, s)))
    },
    async byKey(rows) {
      const found = new Map<KeyId, Uint8Array>()
      if (rows.length === 0) return found
      const held = await ofKeys(rows)
      for (const s of spansOf(held)) found.set(m.keyId(rowAt(held, s)), copyRow(held.bytes, s.at, s.end))
      return found
    },
  }
  return self
}

/** The range of these numbers, where few others can lie in it. */
function dense(rows: NumberedTuples | null): KeyRange | null {
  if (rows === null) return null
  const first = rows.numbers[0]
  const last = rows.numbers[rows.rows - 1]
  if (last - first >= rows.rows * ALONG.times + ALONG.rows) return null
  return { kind: 'key', after: [BigInt(first) - 1n], upto: [BigInt(last)] }
}

/** A row as a view. */
export function rowAt({ bytes }: Tuples, { at, end }: Span): Uint8Array {
  return bytes.subarray(at, end)
}
