/** SQLite files for the tests of its engine: made by plain SQL, read and written through the engine. */
import { DatabaseSync } from 'node:sqlite'
import { decoder } from '../../src/core/decode.ts'
import type { CellReject, Database, SourceOptions, WireColumn } from '../../src/core/engine.ts'
import type { Key, KeyRange } from '../../src/core/key.ts'
import type { Table } from '../../src/core/schema.ts'
import type { WireType } from '../../src/core/wire.ts'
import { rowFields, rowOffsets } from '../../src/core/wire.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { freshDatabase } from '../harness/database.ts'

/** A fresh file. */
export interface SqliteFile extends AsyncDisposable {
  readonly path: string
  /** A plain connection of node:sqlite, without naru. */
  plain<T>(work: (db: DatabaseSync) => T): T
  open(role: 'source' | 'target'): Promise<Database>
}

/** Makes a file and runs a script in it. */
export async function sqliteFile(script = ''): Promise<SqliteFile> {
  const place = await freshDatabase('sqlite')
  const path = place.url.slice('sqlite:'.length)
  const opened: Database[] = []
  const file: SqliteFile = {
    path,
    plain(work) {
      const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
      try {
        return work(db)
      } finally {
        db.close()
      }
    },
    async open(role) {
      const db = await sqlite.open(sqlite.parse(place.url), { role })
      opened.push(db)
      return db
    },
    async [Symbol.asyncDispose]() {
      for (const db of opened) await db.close()
      await place[Symbol.asyncDispose]()
    },
  }
  if (script !== '') file.plain((db) => db.exec(script))
  return file
}

/** The table of that name. Throws where there is none. */
export async function tableOf(db: Database, name: string): Promise<Table> {
  const table = (await db.inspect()).tables.find((t) => t.name.name === name)
  if (table === undefined) throw new Error(`no table ${name}`)
  return table
}

/** Columns with the wires that the dialect chooses, others where given; generated columns are left out. */
export function columnsOf(table: Table, wires: Readonly<Record<string, WireType>> = {}): WireColumn[] {
  return table.columns
    .filter((c) => c.generated === undefined)
    .map((c) => ({ name: c.name, column: c, wire: wires[c.name] ?? sqlite.dialect.wire(c.type) }))
}

/** What a range gave. */
export interface ReadRows {
  readonly rows: (string | null)[][]
  readonly rejects: CellReject[]
  readonly batches: { readonly rows: number; readonly bytes: Uint8Array; readonly last: Key | null }[]
}

/** Reads a range as canonical texts. */
export async function readRows(
  db: Database,
  table: Table,
  columns: readonly WireColumn[],
  o: SourceOptions & { readonly range?: KeyRange; readonly bytes?: number; readonly rowsAtOnce?: number },
): Promise<ReadRows> {
  const decoders = columns.map((c) => decoder(c.wire))
  const result: ReadRows = { rows: [], rejects: [], batches: [] }
  const range = o.range ?? { kind: 'key', after: null, upto: null }
  const source = db.source(table, columns, o)
  for await (const batch of source.read(range, { bytes: o.bytes ?? 1 << 20, rows: o.rowsAtOnce ?? 10_000 })) {
    const bytes = Buffer.from(batch.bytes)
    for (const at of rowOffsets(bytes, batch.rows).subarray(0, batch.rows)) {
      result.rows.push(rowFields(bytes, at).map((f, i) => (f === null ? null : decoders[i](f, 0, f.length))))
    }
    result.rejects.push(...batch.rejects)
    result.batches.push({ rows: batch.rows, bytes, last: batch.last })
    batch.release()
  }
  return result
}
