/** `naru replay`: rows of a reject file, mended by hand, go to the target after all. */

import { readFile } from 'node:fs/promises'
import type { RejectLine } from '../copy/reject.ts'
import { CellError, encoder } from '../core/encode.ts'
import type { Address, Database, RowSink, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import { dataColumns, displayName, type ObjectName, type Table } from '../core/schema.ts'
import type { SchemaChoice } from '../core/schema-choice.ts'
import { ByteWriter } from '../core/writer.ts'
import { openDatabase } from './open.ts'

export interface ReplayOutcome {
  readonly replayed: number
  readonly refused: readonly {
    readonly line: number
    readonly table: string
    readonly key: string
    readonly reason: string
  }[]
}

/**
 * Inserts each line of a reject file (`row`: target column → canonical text, null = NULL; columns left out get their default by NULL).
 * Rows that are still refused are told with their line; the others land, each on its own.
 * @throws FILE_UNREADABLE, TABLE_MISSING, COLUMN_MISSING
 */
export async function replay(file: string, to: Address, reporter: Reporter): Promise<ReplayOutcome> {
  const lines = await readLines(file)
  await using db = await openDatabase(to, { role: 'target' })
  const schema = await db.inspect({ schema: to.schema ?? schemasOf(lines) })
  const sinks = new Map<string, ReplayTable>()
  const refused: ReplayOutcome['refused'][number][] = []
  let replayed = 0
  try {
    for (const { number, line } of lines) {
      const name = displayName(line.target)
      const table = sinks.get(name) ?? (await openTable(db, schema.tables, line.target))
      sinks.set(name, table)
      const reason = await insert(table, line)
      if (reason === null) replayed++
      else {
        refused.push({ line: number, table: line.table, key: line.key, reason })
        reporter.report({ type: 'reject', table: line.table, key: line.key, reason })
      }
    }
  } finally {
    for (const table of sinks.values()) await table.sink[Symbol.asyncDispose]()
  }
  return { replayed, refused }
}

/** The rows say which schemas their tables lie in. */
function schemasOf(lines: readonly { readonly line: RejectLine }[]): SchemaChoice | undefined {
  const named = new Set(lines.flatMap(({ line }) => line.target.schema ?? []))
  return named.size === 0 ? undefined : { several: [...named] }
}

interface ReplayTable {
  readonly name: string
  readonly sink: RowSink
  readonly columns: readonly WireColumn[]
}

async function readLines(file: string): Promise<{ number: number; line: RejectLine }[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new NaruError('FILE_UNREADABLE', `cannot read ${file}`, { why: (error as Error).message, cause: error })
  })
  return text
    .split('\n')
    .flatMap((raw, i) => (raw.trim() === '' ? [] : [{ number: i + 1, line: parseLine(raw, file, i + 1) }]))
}

function parseLine(raw: string, file: string, number: number): RejectLine {
  try {
    const line = JSON.parse(raw) as RejectLine
    if (typeof line.target?.name === 'string' && typeof line.row === 'object' && line.row !== null) return line
  } catch {
    // told below, as for JSON of another shape
  }
  throw new NaruError('USAGE', `${file}:${number} is no line of a reject file`, {
    why: 'each line is a JSON object with table, target, key, reason and row',
    state: 'nothing was changed',
  })
}

async function openTable(db: Database, tables: readonly Table[], wanted: ObjectName): Promise<ReplayTable> {
  const table =
    tables.find((t) => t.name.name === wanted.name && t.name.schema === wanted.schema) ??
    tables.find((t) => t.name.name === wanted.name)
  if (table === undefined) {
    throw new NaruError('TABLE_MISSING', `the target has no table ${displayName(wanted)}`, {
      state: 'no further row was replayed',
    })
  }
  const columns = dataColumns(table).map((c) => ({ name: c.name, column: c, wire: db.engine.dialect.wire(c.type) }))
  return { name: displayName(table.name), columns, sink: await db.sink(table, columns, { existing: false }) }
}

/** The reason why the row was refused, or null when it landed. */
async function insert(table: ReplayTable, line: RejectLine): Promise<string | null> {
  if (line.of === 'source') return 'the mapping refused it; mend the source or the mapping, and copy the table again'
  let row: Uint8Array
  try {
    row = encodeRow(table, line)
  } catch (error) {
    if (error instanceof CellError) return error.message
    throw error
  }
  await table.sink.begin()
  try {
    await table.sink.rows(row, 1, { savepoint: false })
  } catch (error) {
    await table.sink.rollback()
    if (error instanceof NaruError && error.code === 'ROW_REFUSED') return error.why ?? error.message
    throw error
  }
  await table.sink.commit()
  return null
}

function encodeRow(table: ReplayTable, line: RejectLine): Uint8Array {
  const unknown = Object.keys(line.row).find((name) => !table.columns.some((c) => c.name === name))
  if (unknown !== undefined) {
    throw new NaruError('COLUMN_MISSING', `${table.name} has no column ${unknown}`, {
      state: 'no further row was replayed',
    })
  }
  const w = new ByteWriter(1024)
  w.int16(table.columns.length)
  for (const c of table.columns) {
    const text = line.row[c.name]
    if (text === undefined || text === null) w.null()
    else encodeCell(w, c, text)
  }
  return w.bytes.subarray(0, w.at)
}

function encodeCell(w: ByteWriter, column: WireColumn, text: string): void {
  try {
    encoder(column.wire)(w, text)
  } catch (error) {
    if (error instanceof CellError) throw new CellError(`${column.name}: ${error.message}`)
    throw error
  }
}
