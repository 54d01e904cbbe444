/** An open PostgreSQL or PGlite database. */
import type { Address, Database, Engine, OpenOptions } from '../../core/engine.ts'
import { isSeveral } from '../../core/schema-choice.ts'
import { sqlBases } from '../../core/sql-bases.ts'
import { sqlFileLedger } from '../../core/sql-file-ledger.ts'
import { sqlLedger } from '../../core/sql-ledger.ts'
import { sqlRepairs } from '../../core/sql-repairs.ts'
import { sqlSyncs } from '../../core/sql-syncs.ts'
import { unwritable } from '../../disk/unwritable.ts'
import { blockers, sessionId } from './blockers.ts'
import { type ServerFacts, serverFacts } from './capabilities.ts'
import { asClient, fingerprint } from './client.ts'
import { type OpenSession, openSession } from './connect.ts'
import { invalidIndexes } from './debris.ts'
import { describeQuery } from './describe.ts'
import { digester } from './digest.ts'
import { inspect } from './inspect/index.ts'
import { chosenSchemas } from './inspect/schemas.ts'
import { replicationLag } from './lag.ts'
import { ledgerDialect } from './ledger.ts'
import { holdOffVacuum, lockSchema, setPatience } from './lock.ts'
import { surroundings } from './mend.ts'
import { rowSource } from './read.ts'
import { missingRights } from './rights.ts'
import type { Session } from './session.ts'
import { beginSnapshot, joinSnapshot, leaveSnapshot } from './snapshot.ts'
import { rowSink } from './write.ts'

const DEFAULT_SCHEMA = 'public'

/** What open databases found out about their servers. */
const servers = new WeakMap<Database, ServerFacts & Pick<OpenSession, 'plain'>>()

async function factsOf(session: Session, inProcess: boolean) {
  try {
    return await serverFacts(session, inProcess)
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Connects. Throws CONNECT_FAILED, AUTH_FAILED, DATABASE_MISSING. */
export async function openDatabase(engine: Engine, address: Address, o: OpenOptions): Promise<Database> {
  const flavor = address.flavor === 'pglite' ? 'pglite' : 'postgres'
  const inProcess = flavor === 'pglite'
  const known = o.like === undefined ? undefined : servers.get(o.like)
  const { session, plain } = await openSession(address, o, known?.plain ?? false)
  const { version, can } = known ?? (await factsOf(session, inProcess))
  const execute = async (sql: string) => {
    await session.execute(sql)
  }
  const database: Database = {
    engine,
    address,
    flavor,
    version,
    can,
    query: (sql, params) => session.query(sql, params),
    execute,
    inspect: (scope) =>
      inspect(session, {
        schema: scope?.schema ?? address.schema ?? DEFAULT_SCHEMA,
        flavor,
        version,
        required: o.role === 'source',
        crossing: scope?.crossing ?? false,
      }),
    columnTypes: (sql) => describeQuery(session, sql),
    snapshot: () => beginSnapshot(session, !inProcess),
    join: (token) => joinSnapshot(session, token),
    leave: () => leaveSnapshot(session),
    source: (table, columns, options) => ({
      ...rowSource(session, table, columns, options),
      digest: digester(session, version, table, columns, options),
    }),
    sink: (table, columns, options) =>
      rowSink(session, table, columns, { ...options, mayDisable: can.canDisableTriggers }),
    debris: async () => invalidIndexes(session, await chosenSchemas(session, address.schema ?? DEFAULT_SCHEMA)),
    setHelpers: (o) => execute(`SET max_parallel_maintenance_workers TO ${o === 'none' ? '0' : 'DEFAULT'}`),
    setPatience: (o) => setPatience(session, o),
    ...(!inProcess && {
      holdOffVacuum: (tables) => holdOffVacuum(session, tables),
      sessionId: () => sessionId(session),
      blockers: (of: string) => blockers(session, of),
      lag: () => replicationLag(session),
    }),
    asClient: () => asClient(session, isSeveral(address.schema) ? undefined : address.schema),
    fingerprint: (statement) => fingerprint(session, statement),
    async grantees() {
      const rows = await session.query('SELECT rolname FROM pg_roles')
      return new Set(['PUBLIC', ...rows.map((r) => String(r.rolname))])
    },
    async missingRights(u) {
      const lacking = await missingRights(session, u, can.canDisableTriggers)
      return inProcess && u.ledger && address.path !== undefined ? [...unwritable(address.path), ...lacking] : lacking
    },
    lock: (o) => lockSchema(session, address.database ?? address.label, o),
    ledger: () => sqlLedger({ query: (sql) => session.query(sql), execute }, ledgerDialect),
    fileLedger: () => sqlFileLedger({ query: (sql) => session.query(sql), execute }, ledgerDialect),
    bases: () => sqlBases({ query: (sql) => session.query(sql), execute }, ledgerDialect),
    repairs: () => sqlRepairs({ query: (sql) => session.query(sql), execute }, ledgerDialect),
    syncs: () => sqlSyncs({ query: (sql) => session.query(sql), execute }, ledgerDialect),
    surroundings: (table) => surroundings(session, table),
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  }
  servers.set(database, { version, can, plain })
  return database
}
