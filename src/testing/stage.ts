/** Builds tables from meanings, writes and reads rows as canonical texts: the words that the suites are written in. */

import assert from 'node:assert/strict'
import { decoder } from '../core/decode.ts'
import { encoder } from '../core/encode.ts'
import type { Database, DdlStep, RowSink, SourceOptions, WireColumn } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'
import type { Mark, RejectRecord } from '../core/ledger.ts'
import { type Column, type LogicalType, type ObjectName, plainTable, type Schema, type Table } from '../core/schema.ts'
import { soleSchema } from '../core/schema-choice.ts'
import { rowFields, rowOffsets, skipRow } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'

/** A row as canonical texts, null for NULL. */
export type TextRow = readonly (string | null)[]

export interface ColumnWish {
  readonly name: string
  readonly type: LogicalType
  readonly nullable?: boolean
  readonly indexed?: boolean
  readonly more?: Partial<Column>
}

/** Whether the engine's closest type loses something: then values may be refused, but never changed. */
export function loses(db: Database, type: LogicalType): boolean {
  const typeName = named(db, 'any')
  return db.engine.dialect.renderType(type, { indexed: false, can: db.can, typeName }).loss !== undefined
}

/** A column of the closest type that the engine has. */
function column(db: Database, table: ObjectName, wish: ColumnWish): Column {
  const typeName = { ...table, name: `${table.name}_${wish.name}` }
  const { type } = db.engine.dialect.renderType(wish.type, { indexed: wish.indexed ?? false, can: db.can, typeName })
  return { name: wish.name, type, nullable: wish.nullable ?? true, ...wish.more }
}

export interface TableWish extends Partial<Omit<Table, 'primaryKey'>> {
  /** Columns of the primary key. */
  readonly key?: readonly string[]
}

/** A table of wishes. */
export function table(db: Database, name: string, wishes: readonly ColumnWish[], more: TableWish = {}): Table {
  const { key = [], ...rest } = more
  const own = named(db, name)
  const columns = wishes.map((w) => {
    const inKey = key.includes(w.name)
    return column(db, own, { ...w, indexed: w.indexed ?? inKey, nullable: inKey ? false : w.nullable })
  })
  const primaryKey = key.length === 0 ? {} : { primaryKey: { name: `${name}_pkey`, columns: key } }
  return plainTable(own, columns, { ...primaryKey, ...rest })
}

/** A name in the database's default schema. */
export function named(db: Database, name: string): ObjectName {
  const schema = db.can.schemas ? (soleSchema(db.address.schema, 'the suite') ?? 'public') : undefined
  return schema === undefined ? { name } : { schema, name }
}

/** A schema that holds just these tables. */
function schemaOf(db: Database, tables: readonly Table[]): Schema {
  const { engine, flavor, version } = db
  return { engine: engine.name, flavor, version, name: tables[0]?.name.schema ?? '', tables, others: [] }
}

/** All statements that make the tables, in the order of a copy. */
export function buildSteps(db: Database, tables: readonly Table[]): DdlStep[] {
  const { ddl } = db.engine.dialect
  return [
    ...ddl.before(schemaOf(db, tables)),
    ...tables.flatMap((t) => ddl.table(t)),
    ...tables.flatMap((t) => ddl.indexes(t)),
    ...tables.flatMap((t) => ddl.constraints(t)),
    ...tables.flatMap((t) => ddl.foreignKeys(t)),
  ]
}

/** Makes the tables. */
export async function build(db: Database, ...tables: readonly Table[]): Promise<void> {
  for (const step of buildSteps(db, tables)) await db.execute(step.sql)
}

/** The columns of a table as they are read and written. */
export function wireColumns(db: Database, of: Table): WireColumn[] {
  return of.columns.map((c) => ({ name: c.name, column: c, wire: db.engine.dialect.wire(c.type) }))
}

/** Texts → wire tuples. Throws CellError where a text is none of its type. */
export function encodeRows(columns: readonly WireColumn[], rows: readonly TextRow[]): Uint8Array {
  const encoders = columns.map((c) => encoder(c.wire))
  const w = new ByteWriter(1024)
  for (const row of rows) {
    w.int16(columns.length)
    row.forEach((text, i) => {
      if (text === null) w.null()
      else encoders[i](w, text)
    })
  }
  return w.bytes.subarray(0, w.at)
}

/** Wire tuples → texts. */
export function decodeRows(columns: readonly WireColumn[], bytes: Uint8Array, rows: number): TextRow[] {
  const decoders = columns.map((c) => decoder(c.wire))
  const offsets = rowOffsets(bytes, rows)
  assert.equal(offsets[rows], bytes.length, 'a batch holds whole rows and nothing else')
  return Array.from({ length: rows }, (_, i) =>
    rowFields(bytes, offsets[i]).map((f, n) => (f === null ? null : decoders[n](f, 0, f.length))),
  )
}

/** Rows of a batch as single tuples. */
export function tuples(bytes: Uint8Array, rows: number): Uint8Array[] {
  const found: Uint8Array[] = []
  let at = 0
  for (let i = 0; i < rows; i++) {
    const end = skipRow(bytes, at)
    found.push(bytes.slice(at, end))
    at = end
  }
  return found
}

/** A mark of one chunk; everything has a default. */
export function markOf(change: Partial<Mark> = {}): Mark {
  const none = { read: 0, written: 0, rejected: 0, filtered: 0, merged: 0, digest: '', done: false }
  return { run: 'run', unit: '0.0', seq: 1, after: null, ...none, ...change }
}

let units = 0

/** One transaction: rows, a mark of a unit of its own, commit. Rolls back and rethrows when refused. */
export async function writeChunk(
  sink: RowSink,
  columns: readonly WireColumn[],
  rows: readonly TextRow[],
  mark: Partial<Mark> = { unit: `own.${units++}` },
  rejects: readonly RejectRecord[] = [],
): Promise<void> {
  const bytes = encodeRows(columns, rows)
  await sink.begin()
  try {
    if (rows.length > 0) await sink.rows(bytes, rows.length, { savepoint: false })
    await sink.mark(markOf({ read: rows.length, written: rows.length, ...mark }), rejects)
    await sink.commit()
  } catch (error) {
    await sink.rollback()
    throw error
  }
}

/** Makes the ledger and writes rows in one chunk. */
export async function fill(db: Database, of: Table, rows: readonly TextRow[]): Promise<void> {
  await db.ledger().prepare()
  const columns = wireColumns(db, of)
  await using sink = await db.sink(of, columns, { existing: false })
  await writeChunk(sink, columns, rows)
}

export interface ReadWish {
  readonly key?: readonly string[] | null
  readonly where?: string
  readonly range?: KeyRange
  readonly rows?: number
  readonly columns?: readonly WireColumn[]
}

/** Reads a range (the whole table where none is given) as texts. */
export async function readTexts(db: Database, of: Table, wish: ReadWish = {}): Promise<TextRow[]> {
  const columns = wish.columns ?? wireColumns(db, of)
  const o: SourceOptions = {
    key: wish.key === undefined ? (of.primaryKey?.columns ?? null) : wish.key,
    where: wish.where,
  }
  const source = db.source(of, columns, o)
  const whole: KeyRange = o.key === null ? { kind: 'all' } : { kind: 'key', after: null, upto: null }
  const found: TextRow[] = []
  for await (const batch of source.read(wish.range ?? whole, { bytes: 1 << 20, rows: wish.rows ?? 10_000 })) {
    assert.ok(batch.rows <= (wish.rows ?? 10_000), 'a batch has no more rows than asked for')
    assert.deepEqual(batch.rejects, [])
    found.push(...decodeRows(columns, batch.bytes, batch.rows))
    batch.release()
  }
  return found
}

/** Rows as sorted lines, for comparing without order. */
export function asSet(rows: readonly TextRow[]): string[] {
  return rows.map((r) => JSON.stringify(r)).sort()
}
