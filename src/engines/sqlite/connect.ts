/** One connection to a SQLite file as a Database. */
import { dirname } from 'node:path'
import type { Address, Database, Engine, Look, OpenOptions, Row, Value } from '../../core/engine.ts'
import type { ObjectName } from '../../core/schema.ts'
import { sqlBases } from '../../core/sql-bases.ts'
import { sqlFileLedger } from '../../core/sql-file-ledger.ts'
import { sqlLedger } from '../../core/sql-ledger.ts'
import { sqlRepairs } from '../../core/sql-repairs.ts'
import { sqlSyncs } from '../../core/sql-syncs.ts'
import { unwritable } from '../../disk/unwritable.ts'
import { MEMORY, NAMELESS } from './address.ts'
import { capabilities } from './capabilities.ts'
import { carryRows } from './carry.ts'
import { ddl } from './ddl.ts'
import { failure, isBusy } from './failure.ts'
import { borrowDescriptor } from './file/descriptors.ts'
import { type LookTask, lookAt } from './file/look.ts'
import { type Handle, openHandle } from './handle.ts'
import { inspectDatabase } from './inspect.ts'
import { ledgerDialect } from './ledger.ts'
import { quote } from './literal.ts'
import { surroundings } from './mend.ts'
import { tableParts } from './parts.ts'
import { openQueryThread, type QueryThread, wantsThread } from './query-thread.ts'
import { openSource } from './read.ts'
import { selectRows } from './select.ts'
import { endReading, joinReading, takeSnapshot } from './snapshot.ts'
import { triggersAside } from './triggers-aside.ts'
import { openSink } from './write.ts'

/** Opens the file. Throws DATABASE_MISSING, CONNECT_FAILED, PERMISSION_DENIED. */
export async function connect(engine: Engine, address: Address, o: OpenOptions = {}): Promise<Database> {
  const path = address.path ?? MEMORY
  const handle = openHandle(path, o)
  const asked = queries(handle)
  const close = async () => {
    await asked.close()
    if (handle.db().isOpen) endReading(handle)
    handle.close()
  }
  const database: Database = {
    engine,
    address,
    flavor: 'sqlite',
    version: handle.version,
    can: capabilities(path === MEMORY || path === NAMELESS),
    query: (sql, params) => asked.query(sql, params ?? []),
    execute: (sql) => handle.patient(REFUSED, () => runScript(handle, sql), sql === 'COMMIT'),
    inspect: () => handle.patient('cannot read the schema', () => inspectDatabase(handle.db(), path, handle.version)),
    parts: (table, o) => handle.patient('cannot read the table in parts', () => tableParts(handle, table, o)),
    look: (table, range, at) => asked.look({ table: table.name, range, at }),
    snapshot: (s) => takeSnapshot(handle, s.lock),
    join: (token) => handle.patient('cannot begin to read', () => joinReading(handle, token)),
    async leave() {
      endReading(handle)
    },
    source: (table, columns, options) => openSource(handle, table, columns, options),
    sink: async (table, columns, options) => openSink(handle, table, columns, options),
    emptying: async (table) => emptying(handle, table),
    asClient: () => handle.patient(REFUSED, () => settleSession(handle)),
    async setPatience(o) {
      if (o.lock !== undefined) handle.patience = o.lock === 0 ? Number.POSITIVE_INFINITY : o.lock
    },
    missingRights: async (u) =>
      u.ledger && path !== MEMORY && path !== NAMELESS ? unwritable(path, dirname(path)) : [],
    ledger: () => sqlLedger(database, ledgerDialect),
    fileLedger: () => sqlFileLedger(database, ledgerDialect),
    bases: () => sqlBases(database, ledgerDialect),
    repairs: () => sqlRepairs(database, ledgerDialect),
    syncs: () => sqlSyncs(database, ledgerDialect),
    surroundings: async (table) => surroundings(handle.db(), await database.inspect(), table),
    copyRows: (object, from) =>
      handle.patient('the rows of a virtual table did not come along', () =>
        carryRows(handle.writable(), object, from.path ?? MEMORY),
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
  return database
}

const DEFAULTS = ['foreign_keys', 'legacy_alter_table', 'ignore_check_constraints', 'recursive_triggers']

/** Settings as sqlite3 has them, and no other file attached. */
function settleSession(handle: Handle): void {
  const db = handle.writable()
  for (const name of DEFAULTS) db.exec(`PRAGMA ${name} = OFF`)
  for (const row of db.prepare('PRAGMA database_list').all()) {
    const name = String(row.name)
    if (name !== 'main' && name !== 'temp') db.exec(`DETACH ${quote(name)}`)
  }
}

/** DELETE fires triggers, which TRUNCATE of other engines does not. */
function emptying(handle: Handle, table: ObjectName): string {
  const sql = ddl.truncate(table)
  const aside = triggersAside(handle.db(), table)
  return aside === null ? sql : `BEGIN IMMEDIATE;\n${aside.drop}\n${sql};\n${aside.create}\nCOMMIT`
}

const REFUSED = 'a statement was refused'
const WRITES = /^\s*(insert|update|delete|replace|create|drop|alter|begin|pragma|vacuum|analyze|reindex)\b/i

/** A bare BEGIN takes the writer's lock at once: waiting for it half-way would be a deadlock for two that both read first. */
function runScript(handle: Handle, sql: string): void {
  const db = handle.writable()
  const within = db.isTransaction
  try {
    db.exec(sql === 'BEGIN' ? 'BEGIN IMMEDIATE' : sql)
  } catch (error) {
    // A script that began a transaction and failed in it: what comes next must not happen inside.
    if (!within && db.isTransaction) db.exec('ROLLBACK')
    throw error
  } finally {
    handle.busy = db.isTransaction
  }
}

/** SELECTs of a large source, and looks at its values, run in a thread of their own, all else here. */
function queries(handle: Handle): {
  query(sql: string, params: readonly Value[]): Promise<Row[]>
  look(task: LookTask): Promise<Look | null>
  close(): Promise<void>
} {
  let thread: QueryThread | undefined
  let file: ReturnType<typeof borrowDescriptor> = null
  return {
    async look(task) {
      if (!wantsThread(handle)) return lookAt(handle, task)
      file ??= borrowDescriptor(handle.path)
      if (file === null) return null
      thread ??= openQueryThread(handle.path)
      // Whatever is wrong with the file is told by the query that is asked instead.
      return thread.look(task, file.fd).catch(() => null)
    },
    async query(sql, params) {
      const here = () => selectRows(WRITES.test(sql) && !handle.readOnly ? handle.writable() : handle.db(), sql, params)
      if (!/^\s*select\b/i.test(sql) || !wantsThread(handle)) return handle.patient(REFUSED, here)
      thread ??= openQueryThread(handle.path)
      return thread.query(sql, params).catch((error: unknown) => {
        if (isBusy(error)) return handle.patient(REFUSED, here)
        throw failure(error, REFUSED)
      })
    },
    async close() {
      await thread?.close()
      file?.giveBack()
      file = null
    },
  }
}
