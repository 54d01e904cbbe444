/** A table of the target whose rows are changed: how its rows are found, read and told apart. */
import { tupleHasher } from '../../core/digest.ts'
import type { Database, RowSource, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Key } from '../../core/key.ts'
import type { MendSql, Surroundings } from '../../core/mend.ts'
import { type ColumnPlan, type TablePlan, targetColumns } from '../../core/plan.ts'
import { type Column, dataColumns, displayName } from '../../core/schema.ts'
import { skipRow, type WireType } from '../../core/wire.ts'
import { type PairReader, pairReader } from '../drift.ts'
import type { RowView } from '../pair.ts'
import { readOptions } from '../side.ts'
import { type RawValue, type TupleKey, tupleKey } from '../tuple-key.ts'
import { copyRow, isWhole, pick } from './tuple.ts'

/** A row as the target holds it. */
export interface HeldRow {
  /** In the form of the comparison. */
  readonly row: Uint8Array
  /** Whole, in the target's own form. */
  readonly own: Uint8Array
}

/** What tells a row from others: equal keys, equal ids. */
export type KeyId = bigint | string

/** Rows by their key. */
export type HeldRows = Map<KeyId, HeldRow>

export interface Mendable {
  readonly db: Database
  readonly plan: TablePlan
  readonly sql: MendSql
  readonly around: Surroundings
  readonly key: TupleKey | null
  /** Columns of the key on the target. */
  readonly keyColumns: readonly Column[]
  /** Every column that holds data, in the target's own form. */
  readonly own: readonly WireColumn[]
  readonly pair: PairReader
  keyId(row: Uint8Array): KeyId
  keyOf(row: Uint8Array): Key
  /** Rows of these keys; with `lock` they stay so until the transaction ends. */
  read(keys: readonly Key[], lock: boolean): Promise<HeldRows>
  /** Of these keys those that the table spells in another way than `read` looks for. */
  spelledOtherwise(ids: ReadonlySet<KeyId>): Promise<ReadonlySet<KeyId>>
}

/** A column in the form in which its engine loses nothing. */
export function ownColumns(db: Database, plan: TablePlan): WireColumn[] {
  const { dialect } = db.engine
  return dataColumns(plan.target).map((column) => ({
    name: column.name,
    column,
    wire: dialect.exactWire?.(column.type) ?? dialect.wire(column.type),
  }))
}

/** A plan by which rows of a table go back into it in its own form. */
export function ownPlan(plan: TablePlan, own: readonly WireColumn[], key: readonly string[] | null): TablePlan {
  const columns = own.map((c): ColumnPlan => ({ source: c.column, target: c.column, wire: c.wire, rule: 'same' }))
  return { ...plan, source: plan.target, columns, key, where: undefined, targetWhere: undefined }
}

/** Looks at a table. Throws UNSUPPORTED where its rows cannot be mended. */
export async function mendable(db: Database, plan: TablePlan, raw: RawValue): Promise<Mendable> {
  const sql = db.engine.dialect.mend
  const around = await db.surroundings?.(plan.target)
  if (sql === undefined || around === undefined || !around.transactional) throw unmendable(db, plan, around)
  const key = tupleKey(plan, raw)
  const own = ownColumns(db, plan)
  const reading = readingOf(plan, own)
  const keyColumns = (plan.key ?? []).map((name) => {
    const found = plan.columns.find((c) => c.source.name === name)
    if (found === undefined) throw new NaruError('INTERNAL', `key column ${name} is not among the columns compared`)
    return found.target
  })
  const idOf = key === null ? null : tupleId(key.wires)
  const keyId = (row: Uint8Array) => {
    const tuple = key?.tuple(row, 0)
    if (tuple === undefined || idOf === null) throw new NaruError('INTERNAL', `${plan.label} has no key`)
    return idOf(tuple)
  }
  return {
    db,
    plan,
    sql,
    around,
    key,
    keyColumns,
    own,
    pair: pairReader(plan, raw),
    keyId,
    keyOf: (row) => key?.values(row, 0) ?? [],
    async read(keys, lock) {
      const found: HeldRows = new Map()
      if (keys.length === 0) return found
      const where = sql.keys(plan.target, keyColumns, keys)
      const source = db.source(plan.target, reading.columns, { key: keyColumns.map((c) => c.name), where, lock })
      for await (const batch of source.read({ kind: 'key', after: null, upto: null }, readOptions())) {
        for (let i = 0, at = 0; i < batch.rows; i++) {
          const held = reading.held(batch.bytes, at)
          found.set(keyId(held.row), held)
          at = skipRow(batch.bytes, at)
        }
        batch.release()
      }
      return found
    },
    async spelledOtherwise(ids) {
      if (ids.size === 0 || !keyColumns.some((c) => sql.loose?.(c))) return new Set()
      return new Set((await scanned(db.source(plan.target, targetColumns(plan), { key: null }), ids, keyId)).keys())
    },
  }
}

/** Rows of these keys, whichever way they are spelled: all rows are read. */
export async function scanned(
  source: RowSource,
  ids: ReadonlySet<KeyId>,
  keyId: (row: Uint8Array) => KeyId,
): Promise<Map<KeyId, Uint8Array>> {
  const found = new Map<KeyId, Uint8Array>()
  for await (const batch of source.read({ kind: 'all' }, readOptions())) {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      const end = skipRow(batch.bytes, at)
      const row = batch.bytes.subarray(at, end)
      const id = keyId(row)
      if (ids.has(id)) found.set(id, copyRow(batch.bytes, at, end))
      at = end
    }
    batch.release()
  }
  return found
}

/** Ids of tuples: their bytes, where no two spellings mean the same, else a hash of what they mean. */
export function tupleId(wires: readonly WireType[]): (tuple: Uint8Array) => KeyId {
  const spelled = wires.some((w) => w.kind === 'json' || w.kind === 'jsonb' || (w.kind === 'text' && w.fixed === true))
  const hasher = tupleHasher(wires)
  if (spelled) return (tuple) => hasher.row(tuple, 0, tuple.length)
  return (tuple) => Buffer.from(tuple.buffer, tuple.byteOffset, tuple.byteLength).toString('latin1')
}

function unmendable(db: Database, plan: TablePlan, around: Surroundings | undefined): NaruError {
  const name = displayName(plan.target.name)
  return new NaruError('UNSUPPORTED', `the rows of ${name} cannot be mended`, {
    why:
      around === undefined
        ? `${db.engine.name} has no single rows to change`
        : 'its storage engine has no transactions: a row could be lost half-way',
    hint:
      around === undefined
        ? 'Copy the tables that differ again.'
        : `Leave it out with --exclude ${plan.label}, or give it the engine InnoDB.`,
    state: 'nothing was changed',
  })
}

const view = (bytes: Uint8Array): RowView => ({ bytes, at: 0 })

/** Whether two rows mean the same, as verification says it. */
export function meansSame(m: Mendable, source: Uint8Array, target: Uint8Array): boolean {
  return m.pair({ key: null, source: view(source), target: view(target), place: null }) === 'same'
}

/** Both forms of a row in one reading: what they have in common is read once. */
export function readingOf(plan: TablePlan, own: readonly WireColumn[]) {
  const compared = targetColumns(plan)
  const columns: WireColumn[] = [...compared]
  const places = own.map((c) => {
    const known = compared.findIndex((p) => p.name === c.name && JSON.stringify(p.wire) === JSON.stringify(c.wire))
    if (known >= 0) return known
    columns.push(c)
    return columns.length - 1
  })
  const first = compared.map((_, i) => i)
  const alike = isWhole(places, compared.length)
  return {
    columns,
    held(bytes: Uint8Array, at: number): HeldRow {
      const fields = (bytes[at] << 8) | bytes[at + 1]
      const whole = fields === compared.length
      const row = whole ? copyRow(bytes, at, skipRow(bytes, at)) : pick(bytes, at, first)
      return { row, own: alike ? row : pick(bytes, at, places) }
    },
  }
}
