/** Rules about how ALTER TABLE goes: what it may do is said, and once for all changes of a table. */
import type { ObjectName } from '../../../core/schema.ts'
import type { Clause } from '../text/alter.ts'
import { edited, inserted, shown } from '../text/edit.ts'
import { isMade, type Statement } from '../text/known.ts'
import { columnChange, typeChange } from './column-change.ts'
import { rebuildsToAdd, rebuildsToDrop } from './instant.ts'
import { rule } from './mysql-rule.ts'
import { type Server, serverOf } from './server.ts'

/** What a clause certainly allows, while others write: nothing but the catalogue, or in place; null: not that, or not known. */
function allows(statement: Statement, server: Server, clause: Clause): 'instant' | 'inplace' | null {
  switch (clause.kind) {
    case 'add-column': {
      const why = rebuildsToAdd(server, clause.column)
      if (why === null) return server.instantColumns === 'none' ? 'inplace' : 'instant'
      return / writers wait| unique | primary /.test(why) || clause.column.references || clause.column.check
        ? null
        : 'inplace'
    }
    case 'drop-column':
      return rebuildsToDrop(server) ? 'inplace' : 'instant'
    case 'rename-column':
    case 'alter-column':
      return 'inplace'
    case 'add-key':
      return clause.key.kind === 'index' || clause.key.kind === 'unique' ? 'inplace' : null
    case 'drop-key':
      return clause.what === 'index' ? 'inplace' : null
    default:
      return allowsChange(statement, server, clause)
  }
}

function allowsChange(statement: Statement, server: Server, clause: Clause): 'inplace' | null {
  const change = columnChange(statement, clause, {})
  if (change?.from === undefined || change.to.check || change.to.unique || change.to.primary) return null
  if (change.from.generated !== undefined || change.to.generated !== undefined) return null
  const type = typeChange(statement, server, change)
  const collated = change.from.collation !== change.to.collation || change.from.charset !== change.to.charset
  if (collated || Boolean(change.from.autoIncrement) !== Boolean(change.to.autoIncrement)) return null
  return type === 'same' || type === 'appended' ? 'inplace' : null
}

const WAYS = { instant: 'ALGORITHM=INSTANT', inplace: 'ALGORITHM=INPLACE, LOCK=NONE' } as const

/** The way that all clauses allow. INSTANT only where each is: an index beside a new column is not. */
function wayOf(statement: Statement, server: Server, clauses: readonly Clause[]): keyof typeof WAYS | null {
  const ways = clauses.map((c) => allows(statement, server, c))
  if (ways.some((w) => w === null)) return null
  return server.saysInstant && ways.every((w) => w === 'instant') ? 'instant' : 'inplace'
}

export const algorithmNotStated = rule({
  code: 'algorithm-not-stated',
  severity: 'note',
  fixable: true,
  title: 'ALTER TABLE does not say what it may do',
  why: 'Without ALGORITHM and LOCK the server takes the cheapest way that there is, and if that is a copy with writers waiting, it does so silently. What is cheap on one version is a copy on another, or for a table with a full-text index, an old row format, another engine.',
  safe: 'Say what may happen; the server refuses at once where it cannot:\n\n```sql\nALTER TABLE orders ADD COLUMN note TEXT, ALGORITHM=INSTANT;\nALTER TABLE orders ADD INDEX (customer), ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check(statement, { context }) {
    const { act } = statement
    const server = serverOf(context)
    if (act.kind === 'create-index') return indexWithoutWay(statement)
    if (act.kind !== 'alter-table' || act.clauses.length === 0 || isMade(statement, act.table.name)) return []
    if (act.clauses.some((c) => c.kind === 'algorithm' || c.kind === 'lock')) return []
    if (act.clauses.every((c) => c.kind === 'rename-table' || c.kind === 'other' || c.kind === 'partition')) return []
    const way = wayOf(statement, server, act.clauses)
    const message = `nothing keeps the server from copying ${shown(act.table.name)} while writers wait`
    return [
      {
        message,
        table: act.table.name,
        ...(way !== null && { fix: inserted(statement.sql, act.end, `, ${WAYS[way]}`) }),
      },
    ]
  },
})

function indexWithoutWay(statement: Statement) {
  const { act } = statement
  if (act.kind !== 'create-index' || isMade(statement, act.table.name)) return []
  if (statement.tokens().some((t) => t.word === 'ALGORITHM' || t.word === 'LOCK')) return []
  const plain = act.key.kind === 'index' || act.key.kind === 'unique'
  const message = `nothing keeps the server from locking ${shown(act.table.name)} while the index is built`
  return [
    {
      message,
      table: act.table.name,
      ...(plain && { fix: inserted(statement.sql, act.end, ' ALGORITHM=INPLACE LOCK=NONE') }),
    },
  ]
}

/** The table there before the script for which the statement needs the metadata lock alone. */
function takenTable(statement: Statement): ObjectName | undefined {
  const { act } = statement
  const named =
    act.kind === 'drop-table'
      ? act.tables
      : act.kind === 'rename-table'
        ? act.pairs.map((p) => p.from)
        : act.kind === 'alter-table' || act.kind === 'create-index' || act.kind === 'truncate'
          ? [act.table]
          : []
  return named.find((t) => !isMade(statement, t.name))?.name
}

/** MariaDB: ALTER TABLE t WAIT 5 …, DROP TABLE t NOWAIT. */
const waitsLittle = (statement: Statement): boolean => statement.tokens().some((t) => /^(NO)?WAIT$/.test(t.word))

export const lockTimeoutMissing = rule({
  code: 'lock-timeout-missing',
  severity: 'note',
  fixable: true,
  title: 'DDL waits for its lock without end',
  why: 'ALTER, DROP, RENAME and TRUNCATE, also those that are INSTANT, wait for every open transaction that has read the table, and every later query on it waits behind them: one forgotten transaction stops the application. lock_wait_timeout is a year by default in MySQL, a day in MariaDB. Revisions have a limit of their own.',
  safe: 'Set a limit before the first such statement, and try again when it strikes (MariaDB also knows `ALTER TABLE orders WAIT 5 …`):\n\n```sql\nSET SESSION lock_wait_timeout = 5;\nALTER TABLE orders ADD COLUMN note TEXT, ALGORITHM=INSTANT;\n```',
  check(statement, { statements, index, context }) {
    const table = takenTable(statement)
    if (table === undefined || context.revision === true || statement.known.settings.has('lock_wait_timeout')) return []
    // Once a script: at the first statement that has to wait.
    if (waitsLittle(statement) || statements.slice(0, index).some((s) => takenTable(s) !== undefined)) return []
    const message = `waits for all who use ${shown(table)} without end, and all who come later wait behind it`
    return [{ message, table, fix: `SET SESSION lock_wait_timeout = 5;\n${edited(statement.sql, [])}` }]
  },
})

export const altersCouldBeOne = rule({
  code: 'alters-could-be-one',
  severity: 'note',
  bySize: true,
  title: 'Several ALTER TABLE of one table',
  why: 'Each that rebuilds or copies the table, or builds an index, reads all rows again. In one statement the server does all of it in one pass, and the table is seen either before or after all changes.',
  safe: 'Put the clauses into one statement, unless one of them is instant alone and would be rebuilt with the others:\n\n```sql\nALTER TABLE orders MODIFY total DECIMAL(12,2) NOT NULL, ADD INDEX (customer);\n```',
  check(statement, { statements, index, context }) {
    const { act } = statement
    if (act.kind !== 'alter-table' || isMade(statement, act.table.name) || !heavy(statement, context)) return []
    const same = (s: Statement) =>
      s.act.kind === 'alter-table' && shown(s.act.table.name).toLowerCase() === shown(act.table.name).toLowerCase()
    const first = statements.slice(0, index).find((s) => same(s) && heavy(s, context))
    if (first === undefined) return []
    return [
      {
        message: `${shown(act.table.name)} was altered before: in one statement its rows are read once`,
        table: act.table.name,
      },
    ]
  },
})

/** Reads all rows. */
function heavy(statement: Statement, context: Parameters<typeof serverOf>[0]): boolean {
  const { act } = statement
  if (act.kind !== 'alter-table') return false
  const server = serverOf(context)
  return act.clauses.some((c) => {
    if (c.kind === 'add-key' || c.kind === 'convert' || c.kind === 'partition') return true
    if (c.kind === 'add-column') return rebuildsToAdd(server, c.column) !== null
    if (c.kind === 'drop-column') return rebuildsToDrop(server)
    const change = columnChange(statement, c, context)
    return change !== null && typeChange(statement, server, change) === 'copied'
  })
}
