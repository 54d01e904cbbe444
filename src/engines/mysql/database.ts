/** One connection as a Database. */
import type { Capabilities } from '../../core/capabilities.ts'
import type { Address, Database, Engine, OpenOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { sqlBases } from '../../core/sql-bases.ts'
import { sqlFileLedger } from '../../core/sql-file-ledger.ts'
import { sqlJournal } from '../../core/sql-journal.ts'
import { sqlLedger } from '../../core/sql-ledger.ts'
import { sqlRepairs } from '../../core/sql-repairs.ts'
import { sqlSyncs } from '../../core/sql-syncs.ts'
import { blockers, sessionId } from './blockers.ts'
import { capabilities } from './capabilities.ts'
import { asClient, fingerprint } from './client.ts'
import { openSession, type Server } from './connect.ts'
import { describeQuery } from './describe.ts'
import { digester } from './digest.ts'
import { closeConnection } from './driver.ts'
import { definers, grantees, revokeAll } from './grantees.ts'
import { inspect } from './inspect.ts'
import { replicationLag } from './lag.ts'
import { ledgerDialect } from './ledger-dialect.ts'
import { lockSchema, patienceStatements } from './lock.ts'
import { surroundings } from './mend.ts'
import { ORPHAN_CHECK } from './orphans.ts'
import { type Statements, statements } from './query.ts'
import { tableSource } from './read.ts'
import { missingRights } from './rights.ts'
import { beginSnapshot, joinSnapshot, leaveSnapshot } from './snapshot.ts'
import { tableSink } from './write.ts'

/** What open databases found out about their servers. */
const servers = new WeakMap<Database, { readonly server: Server; readonly can: Capabilities }>()

/** Opens a database. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function openDatabase(engine: Engine, address: Address, o: OpenOptions): Promise<Database> {
  const known = o.like === undefined ? undefined : servers.get(o.like)
  const session = await openSession(address, o, known?.server)
  const { connection, server } = session
  const q = statements(connection)
  // DROP TABLE commits a transaction that is read only, and is done: the session must be it.
  if (o.readOnly) await q.execute('SET SESSION TRANSACTION READ ONLY')
  const can = known?.can ?? (await capabilities(q, server))
  const longestPacket = Number(server.variables.get('max_allowed_packet') ?? 0)
  const reading = { connection, address, statements: q, flavor: server.flavor, longestPacket }
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await closeConnection(connection)
  }
  const database: Database = {
    engine,
    address,
    flavor: server.flavor,
    version: server.version,
    can,
    query: q.query,
    execute: (sql) => executeStep(q, sql),
    inspect: () => inspect(q, server, address.database ?? ''),
    columnTypes: (sql) => describeQuery(connection, sql),
    snapshot: ({ lock }) => beginSnapshot(q, server, lock),
    join: () => joinSnapshot(q),
    leave: () => leaveSnapshot(q),
    source: (table, columns, options) => ({
      ...tableSource(reading, table, columns, options),
      digest: digester(q, table, columns, options),
    }),
    sink: (table, columns, options) => tableSink(session, address, q, table, columns, options),
    ledger: () => sqlLedger(q, ledgerDialect),
    fileLedger: () => sqlFileLedger(q, ledgerDialect),
    journal: () => sqlJournal(q, ledgerDialect),
    bases: () => sqlBases(q, ledgerDialect),
    repairs: () => sqlRepairs(q, ledgerDialect),
    syncs: () => sqlSyncs(q, ledgerDialect),
    surroundings: (table) => surroundings(q, table),
    sessionId: () => sessionId(q),
    blockers: (of) => blockers(q, server, of),
    lag: () => replicationLag(q),
    asClient: () => asClient(q, server, address.database ?? ''),
    fingerprint: (statement) => fingerprint(q, statement),
    grantees: () => grantees(q, server),
    definers: (owners) => definers(q, server, owners),
    missingRights: (u) => missingRights(q, server, address.database ?? '', u),
    revokeAll: () => revokeAll(q, server, address.database ?? ''),
    lock: (o) => lockSchema(q, server, address.database ?? '', o),
    async setPatience(o) {
      for (const sql of patienceStatements(server, o)) await q.execute(sql)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
  servers.set(database, { server, can })
  return database
}

/** The check of a foreign key can only fail by an error that is not about foreign keys. */
async function executeStep(q: Statements, sql: string): Promise<void> {
  try {
    await q.execute(sql)
  } catch (error) {
    const orphans = error instanceof NaruError && error.details.errno === 1242 && sql.startsWith(ORPHAN_CHECK)
    if (!orphans) throw error
    throw new NaruError('ORPHANS', 'rows refer to rows that are not there', { cause: error })
  }
}
