/** Rules about what a transaction holds, and for how long. */
import { edited } from '../edit.ts'
import { exclusiveTables } from '../locks.ts'
import { as, shown, tableName } from '../node.ts'
import { rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

/** Tables that were there before the script, and from which the statement keeps everybody away. */
function takenTables(s: PostgresStatement) {
  return exclusiveTables(s.node).filter((table) => !s.known.isNew(table))
}

function waitedBefore(statements: readonly PostgresStatement[], index: number): boolean {
  return statements.findIndex((s) => takenTables(s).length > 0) < index
}

const lockTimeout = rule({
  code: 'lock-timeout-missing',
  severity: 'warning',
  title: 'A strong lock is asked for without lock_timeout',
  why: 'The statement waits for every query that uses the table now, and everybody who comes later waits behind it, readers too: one forgotten transaction stops the application. Without lock_timeout it waits for ever. (Revisions that naru runs have one: it sets it and tries again.)',
  safe: "Set it before the first such statement; try again when it strikes.\n\n```sql\nSET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN note text;\n```",
  fixable: true,
  check(s, { statements, index, context }) {
    if (context.revision === true || s.known.lockTimeout) return []
    const [table] = takenTables(s)
    // Once a script: at the first statement that has to wait.
    if (table === undefined || waitedBefore(statements, index)) return []
    const message = `waits for all who use ${shown(table)} without end, and all who come later wait behind it`
    return [{ message, table, fix: `SET lock_timeout = '5s';\n${edited(s.sql)}` }]
  },
})

const severalTables = rule({
  code: 'several-tables-locked',
  severity: 'warning',
  title: 'One transaction takes several tables from everybody',
  why: 'A transaction keeps its locks to its end. While it waits for the second table it keeps the first one from all readers, and a program that uses both in the other order makes a deadlock: one of the two is rolled back.',
  safe: 'One table a transaction, one transaction a script.\n\n```sql\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nCOMMIT;\nBEGIN;\nALTER TABLE customers ADD COLUMN note text;\nCOMMIT;\n```',
  check(s) {
    const { held } = s.known
    const more = takenTables(s).find((table) => !s.known.holds(table))
    if (held === undefined || more === undefined) return []
    return [
      {
        message: `${shown(more)} is waited for while the transaction keeps ${shown(held)} from everybody`,
        table: more,
      },
    ]
  },
})

const backfill = rule({
  code: 'backfill-under-lock',
  severity: 'error',
  title: 'Rows are written while the transaction holds a table',
  why: 'An earlier statement of the transaction took an ACCESS EXCLUSIVE lock, and keeps it until all these rows are written: nobody reads or writes that table meanwhile.',
  safe: 'Change the table in one transaction; write rows in others, in portions.\n\n```sql\nALTER TABLE users ADD COLUMN active boolean;\nCOMMIT;\nUPDATE users SET active = true WHERE active IS NULL AND id BETWEEN 1 AND 10000;\n```',
  bySize: true,
  check(s) {
    const { held } = s.known
    const copies = as(s.node, 'InsertStmt')?.selectStmt
    const writes =
      as(s.node, 'UpdateStmt') ??
      as(s.node, 'DeleteStmt') ??
      (as(copies, 'SelectStmt')?.valuesLists === undefined ? as(s.node, 'InsertStmt') : undefined)
    if (held === undefined || writes === undefined) return []
    const table = tableName(writes.relation)
    return [
      {
        message: `rows of ${shown(table)} are written while the transaction keeps ${shown(held)} from everybody`,
        table,
      },
    ]
  },
})

const nesting = rule({
  code: 'transaction-nesting',
  severity: 'error',
  title: 'BEGIN or COMMIT where it does not belong',
  why: 'BEGIN in a transaction does nothing but warn, and the first COMMIT ends it all: what follows runs without protection. COMMIT or ROLLBACK in a revision end the transaction in which naru records that it was applied.',
  safe: 'Leave BEGIN and COMMIT to whoever runs the script (naru, `psql --single-transaction`), or write each once. Within a transaction a SAVEPOINT can be rolled back to.\n\n```sql\nSAVEPOINT before_cleaning;\n```',
  check(s, { context }) {
    const kind = as(s.node, 'TransactionStmt')?.kind
    const begins = kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START'
    const ends = kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK'
    if (!begins && !ends) return []
    if (context.inTransaction)
      return [
        { message: `the script runs in a transaction: ${begins ? 'BEGIN does nothing' : 'this ends it too early'}` },
      ]
    if (begins && s.known.explicit) return [{ message: 'a transaction is open already: BEGIN does nothing' }]
    return ends && !s.known.explicit ? [{ message: 'no transaction is open: this does nothing' }] : []
  },
})

const uncommitted = rule({
  code: 'transaction-uncommitted',
  severity: 'error',
  title: 'A transaction is begun and not ended',
  why: 'The script ends with a transaction that is open: when the client disconnects, all of it is rolled back, and until then its locks are held.',
  safe: 'End it.\n\n```sql\nCOMMIT;\n```',
  check(s, { statements, index }) {
    const kind = as(s.node, 'TransactionStmt')?.kind
    if (kind !== 'TRANS_STMT_BEGIN' && kind !== 'TRANS_STMT_START') return []
    if (s.known.explicit) return []
    const ends = statements
      .slice(index + 1)
      .some((l) =>
        ['TRANS_STMT_COMMIT', 'TRANS_STMT_ROLLBACK', 'TRANS_STMT_PREPARE'].includes(
          as(l.node, 'TransactionStmt')?.kind ?? '',
        ),
      )
    return ends ? [] : [{ message: 'the script ends without COMMIT: all of it is rolled back' }]
  },
})

export const TRANSACTION = [lockTimeout, severalTables, backfill, nesting, uncommitted]
