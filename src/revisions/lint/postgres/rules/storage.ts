/** Rules about statements that write tables anew, move them, or hold them. */
import { edited, insertAfter } from '../edit.ts'
import { as, namesOf, optionOf, shown, tableName } from '../node.ts'
import { at, existing, rule } from '../postgres-rule.ts'

const setLogged = rule({
  code: 'set-logged',
  severity: 'error',
  title: 'SET LOGGED or SET UNLOGGED writes the table anew',
  why: 'The whole table and its indexes are written anew under an ACCESS EXCLUSIVE lock (SET LOGGED into the write-ahead log too). An UNLOGGED table is empty after a crash, and on replicas always.',
  safe: 'Make a table of the wanted kind, copy in portions, and change their names.\n\n```sql\nCREATE TABLE events_new (LIKE events INCLUDING ALL);\n```',
  bySize: true,
  check: (s) =>
    existing(s, 'AT_SetLogged', 'AT_SetUnLogged').map((a) =>
      at(a, `${shown(a.table)} is written anew and nobody can use it meanwhile`),
    ),
})

const unlogged = rule({
  code: 'unlogged-table',
  severity: 'warning',
  title: 'An UNLOGGED table',
  why: 'It is written to no log: after a crash it is empty, and replicas and backups by log do not have its rows.',
  safe: 'Keep in it only what can be made again, and say so.\n\n```sql\n-- naru:ignore unlogged-table a cache, filled on demand\nCREATE UNLOGGED TABLE rendered_pages (path text PRIMARY KEY, html text);\n```',
  check(s) {
    const relation = as(s.node, 'CreateStmt')?.relation ?? as(s.node, 'CreateTableAsStmt')?.into?.rel
    if (relation?.relpersistence !== 'u') return []
    return [
      {
        message: `${shown(tableName(relation))} is empty after a crash, and on replicas always`,
        table: tableName(relation),
      },
    ]
  },
})

const moveTable = rule({
  code: 'move-table',
  severity: 'error',
  title: 'A table moves to another tablespace or access method',
  why: 'SET TABLESPACE copies every block, SET ACCESS METHOD writes every row anew, both under an ACCESS EXCLUSIVE lock: nobody reads or writes until it is done.',
  safe: 'In a quiet hour; or make a table in the other place, copy in portions, and change their names.\n\n```sql\nCREATE TABLE events_new (LIKE events INCLUDING ALL) TABLESPACE fast;\n```',
  bySize: true,
  check(s) {
    const moved = existing(s, 'AT_SetTableSpace', 'AT_SetAccessMethod').map((a) =>
      at(a, `${shown(a.table)} is written anew in another place and nobody can use it meanwhile`),
    )
    const all = as(s.node, 'AlterTableMoveAllStmt')
    return all === undefined
      ? moved
      : [{ message: `all of tablespace ${all.orig_tablespacename} is copied while nobody can use it` }]
  },
})

const vacuumFull = rule({
  code: 'vacuum-full',
  severity: 'error',
  title: 'VACUUM FULL or CLUSTER writes the table anew',
  why: 'Both write the whole table and its indexes anew under an ACCESS EXCLUSIVE lock: nobody reads or writes until it is done, and it needs the room twice.',
  safe: 'Plain VACUUM makes room within the table beside everybody. To give room back to the system take an extension that works online (pg_repack, pg_squeeze).\n\n```sql\nVACUUM (ANALYZE) orders;\n```',
  bySize: true,
  check(s) {
    const vacuum = as(s.node, 'VacuumStmt')
    const message = 'written anew and nobody can use it meanwhile'
    if (vacuum?.is_vacuumcmd && optionOf(vacuum.options, 'full') !== undefined) {
      const tables = (vacuum.rels ?? []).map((r) => tableName(as(r, 'VacuumRelation')?.relation))
      if (tables.length === 0) return [{ message: `every table is ${message}` }]
      return tables.map((table) => ({ message: `${shown(table)} is ${message}`, table }))
    }
    const cluster = as(s.node, 'ClusterStmt')
    if (cluster === undefined) return []
    const table = cluster.relation === undefined ? undefined : tableName(cluster.relation)
    return [{ message: `${table === undefined ? 'every clustered table' : shown(table)} is ${message}`, table }]
  },
})

const refresh = rule({
  code: 'refresh-not-concurrent',
  severity: 'warning',
  title: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY',
  why: 'It takes an ACCESS EXCLUSIVE lock on the view and keeps it while the query runs: all readers of the view wait.',
  safe: 'With a unique index over columns of the view it can be refreshed beside its readers.\n\n```sql\nREFRESH MATERIALIZED VIEW CONCURRENTLY sales_by_day;\n```',
  fixable: true,
  bySize: true,
  check(s) {
    const statement = as(s.node, 'RefreshMatViewStmt')
    const table = tableName(statement?.relation)
    // WITH NO DATA empties it, which CONCURRENTLY cannot.
    if (statement === undefined || statement.concurrent === true || statement.skipData === true || s.known.isNew(table))
      return []
    return [
      {
        message: `readers of ${shown(table)} wait while its query runs`,
        table,
        fix: edited(s.sql, insertAfter(s, 'view', 'CONCURRENTLY')),
      },
    ]
  },
})

const lockTable = rule({
  code: 'lock-table',
  severity: 'warning',
  title: 'LOCK TABLE',
  why: 'Whoever needs the table waits to the end of the transaction; without a lock_timeout the statement itself waits for all who use the table now, and all who come later wait behind it.',
  safe: "Take the weakest mode that does, NOWAIT or a lock_timeout, and end the transaction soon.\n\n```sql\nSET LOCAL lock_timeout = '2s';\nLOCK TABLE counters IN SHARE ROW EXCLUSIVE MODE;\n```",
  check: (s) =>
    (as(s.node, 'LockStmt')?.relations ?? [])
      .map((r) => tableName(as(r, 'RangeVar')))
      .filter((table) => !s.known.isNew(table) && !s.known.lockTimeout)
      .map((table) => ({ message: `others wait for ${shown(table)} until the transaction ends`, table })),
})

const autovacuum = rule({
  code: 'autovacuum-off',
  severity: 'warning',
  title: 'Autovacuum is switched off for a table',
  why: 'Dead rows stay for ever, statistics grow old, and in the end the server vacuums the table anyway, at the worst moment, so that transaction numbers do not run out.',
  safe: 'Let it run oftener or more gently, instead of never.\n\n```sql\nALTER TABLE queue SET (autovacuum_vacuum_scale_factor = 0.01);\n```',
  check(s) {
    const options = [
      ...(as(s.node, 'CreateStmt')?.options ?? []),
      ...s.alterations.filter((a) => a.kind === 'AT_SetRelOptions').flatMap((a) => as(a.cmd.def, 'List')?.items ?? []),
    ]
    const given = optionOf(options, 'autovacuum_enabled')?.arg
    // A bare word is a type to the grammar.
    const value = as(given, 'String')?.sval ?? namesOf(as(given, 'TypeName')?.names).at(-1) ?? ''
    if (!/^(f|false|off|0|no|n)$/i.test(value)) return []
    return [{ message: 'dead rows of the table are never removed any more' }]
  },
})

const replicaIdentity = rule({
  code: 'replica-identity',
  severity: 'warning',
  title: 'REPLICA IDENTITY FULL or NOTHING',
  why: 'FULL writes every old row as a whole into the log, and subscribers look for it by reading the table where no index fits. With NOTHING, UPDATE and DELETE on a published table fail.',
  safe: 'Take the primary key, or a unique index over columns that are NOT NULL.\n\n```sql\nALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key;\n```',
  check: (s) =>
    s.alterations
      .filter((a) => a.kind === 'AT_ReplicaIdentity')
      .flatMap((a) => {
        const kind = as(a.cmd.def, 'ReplicaIdentityStmt')?.identity_type
        if (kind === 'f') return [at(a, `UPDATE and DELETE write whole rows of ${shown(a.table)} into the log`)]
        return kind === 'n' ? [at(a, `UPDATE and DELETE of ${shown(a.table)} cannot be replicated`)] : []
      }),
})

export const STORAGE = [setLogged, unlogged, moveTable, vacuumFull, refresh, lockTable, autovacuum, replicaIdentity]
