/** One connection to a SQLite file as a Database. */
import type { SQLInputValue } from 'node:sqlite'
import type { Address, Database, Engine, OpenOptions, Row, Value } from '../../core/engine.ts'
import { sqlLedger } from '../../core/sql-ledger.ts'
import { MEMORY } from './address.ts'
import { capabilities } from './capabilities.ts'
import { type Handle, openHandle } from './handle.ts'
import { inspectDatabase } from './inspect.ts'
import { ledgerDialect } from './ledger.ts'
import { openSource } from './read.ts'
import { beginReading, endReading, takeSnapshot } from './snapshot.ts'
import { openSink } from './write.ts'

/** Opens the file. Throws DATABASE_MISSING, CONNECT_FAILED, PERMISSION_DENIED. */
export async function connect(engine: Engine, address: Address, o: OpenOptions = {}): Promise<Database> {
  const path = address.path ?? MEMORY
  const handle = openHandle(path, o.role)
  const close = async () => {
    if (handle.db().isOpen) endReading(handle)
    handle.close()
  }
  const database: Database = {
    engine,
    address,
    flavor: 'sqlite',
    version: handle.version,
    can: capabilities(path === MEMORY),
    query: (sql, params) => handle.patient('a statement was refused', () => queryRows(handle, sql, params ?? [])),
    execute: (sql) => handle.patient('a statement was refused', () => runScript(handle, sql)),
    inspect: () => handle.patient('cannot read the schema', () => inspectDatabase(handle.db(), path, handle.version)),
    snapshot: (s) => takeSnapshot(handle, s.lock),
    join: () => handle.patient('cannot begin to read', () => beginReading(handle)),
    async leave() {
      endReading(handle)
    },
    source: (table, columns, options) => openSource(handle, table, columns, options),
    sink: async (table, columns) => openSink(handle, table, columns),
    ledger: () => sqlLedger(database, ledgerDialect),
    close,
    [Symbol.asyncDispose]: close,
  }
  return database
}

const WRITES = /^\s*(insert|update|delete|replace|create|drop|alter|begin|pragma|vacuum|analyze|reindex)\b/i

/** A bare BEGIN takes the writer's lock at once: waiting for it half-way would be a deadlock for two that both read first. */
function runScript(handle: Handle, sql: string): void {
  const db = handle.writable()
  try {
    db.exec(sql === 'BEGIN' ? 'BEGIN IMMEDIATE' : sql)
  } finally {
    handle.busy = db.isTransaction
  }
}

function queryRows(handle: Handle, sql: string, params: readonly Value[]): Row[] {
  const db = WRITES.test(sql) && !handle.readOnly ? handle.writable() : handle.db()
  const statement = db.prepare(sql)
  statement.setReadBigInts(true)
  return statement.all(...params.map(input)).map(toRow)
}

function input(value: Value): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : value
}

/** Integers are numbers as long as a number is exact. */
function toRow(raw: Record<string, unknown>): Row {
  const row: Record<string, Value> = {}
  for (const [name, value] of Object.entries(raw)) {
    row[name] = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : (value as Value)
  }
  return row
}
