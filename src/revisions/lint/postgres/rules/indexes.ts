/** Rules about indexes. */
import type { Found, LintContext } from '../../rule.ts'
import { edited, insertAfter } from '../edit.ts'
import { refusedInTransaction } from '../locks.ts'
import { as, optionOf, shown, tableName } from '../node.ts'
import { rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

/** CONCURRENTLY runs outside of transactions only; out of a revision naru takes it by itself. */
const canBeConcurrent = (s: PostgresStatement, context: LintContext): boolean =>
  s.known.transaction === null || (context.revision === true && !s.known.explicit)

function concurrently(s: PostgresStatement, context: LintContext, behind: string): Partial<Found> {
  return canBeConcurrent(s, context) ? { fix: edited(s.sql, insertAfter(s, behind, 'CONCURRENTLY')) } : {}
}

const createIndex = rule({
  code: 'index-not-concurrent',
  severity: 'error',
  title: 'CREATE INDEX without CONCURRENTLY',
  why: 'CREATE INDEX takes a SHARE lock on the table and keeps it while all rows are read and sorted: every INSERT, UPDATE and DELETE waits until the index is done, minutes on large tables. Reading goes on.',
  safe: 'Build it beside the writers, outside of a transaction; naru takes it out of the transaction of a revision by itself. If it fails it leaves an INVALID index, to be dropped before trying again. On a partitioned table build it on each partition first.\n\n```sql\nCREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const index = as(s.node, 'IndexStmt')
    const table = tableName(index?.relation)
    if (index === undefined || index.concurrent === true || s.known.isNew(table)) return []
    // ON ONLY makes the empty index of a partitioned table.
    if (index.relation?.inh !== true) return []
    return [
      {
        message: `writers of ${shown(table)} wait until the index is built`,
        table,
        ...concurrently(s, context, 'index'),
      },
    ]
  },
})

const dropIndex = rule({
  code: 'drop-index-not-concurrent',
  severity: 'warning',
  title: 'DROP INDEX without CONCURRENTLY',
  why: 'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table of the index: it waits for all who use the table, and all who come later wait behind it. Queries that needed the index are slow from then on.',
  safe: 'Drop it beside readers and writers, outside of a transaction.\n\n```sql\nDROP INDEX CONCURRENTLY orders_customer_idx;\n```',
  fixable: true,
  check(s, { context }) {
    const drop = as(s.node, 'DropStmt')
    if (drop?.removeType !== 'OBJECT_INDEX' || drop.concurrent === true) return []
    // CONCURRENTLY takes one index, and no CASCADE.
    const plain = drop.objects?.length === 1 && drop.behavior !== 'DROP_CASCADE'
    return [
      {
        message: 'the table of the index is taken from all who use it',
        ...(plain && concurrently(s, context, 'index')),
      },
    ]
  },
})

const reindex = rule({
  code: 'reindex-not-concurrent',
  severity: 'error',
  title: 'REINDEX without CONCURRENTLY',
  why: 'REINDEX keeps writers of the table out while it builds, and takes ACCESS EXCLUSIVE locks on the indexes themselves, so that most queries wait too.',
  safe: 'PostgreSQL 12 and later build the new index beside readers and writers.\n\n```sql\nREINDEX INDEX CONCURRENTLY orders_customer_idx;\n```',
  fixable: true,
  check(s, { context }) {
    const statement = as(s.node, 'ReindexStmt')
    if (statement === undefined || optionOf(statement.params, 'concurrently') !== undefined) return []
    const kind = {
      REINDEX_OBJECT_INDEX: 'index',
      REINDEX_OBJECT_TABLE: 'table',
      REINDEX_OBJECT_SCHEMA: 'schema',
      REINDEX_OBJECT_SYSTEM: '',
      REINDEX_OBJECT_DATABASE: 'database',
    }[statement.kind ?? 'REINDEX_OBJECT_SYSTEM']
    const table = statement.kind === 'REINDEX_OBJECT_TABLE' ? { table: tableName(statement.relation) } : {}
    return [
      {
        message: 'writers, and most readers, wait until the index is built anew',
        ...table,
        ...(kind !== '' && concurrently(s, context, kind)),
      },
    ]
  },
})

const manyColumns = rule({
  code: 'index-many-columns',
  severity: 'note',
  title: 'An index over more than three columns',
  why: 'An index serves queries by its first columns; further ones seldom narrow the search, and every write pays for them. (A unique index says what is unique, and is not meant.)',
  safe: 'Index the columns that narrow the search; put those that are only read into INCLUDE.\n\n```sql\nCREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id, placed) INCLUDE (total);\n```',
  check(s) {
    const index = as(s.node, 'IndexStmt')
    const columns = index?.indexParams?.length ?? 0
    if (index === undefined || index.unique === true || columns <= 3) return []
    return [
      {
        message: `the index has ${columns} columns: few searches use more than three`,
        table: tableName(index.relation),
      },
    ]
  },
})

const notInTransaction = rule({
  code: 'not-in-transaction',
  severity: 'error',
  title: 'A statement that the server refuses in a transaction',
  why: 'CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE and the like commit by themselves in the middle; the server refuses them between BEGIN and COMMIT. (In a revision without BEGIN naru takes them out of its transaction by itself.)',
  safe: 'Commit before, or give it a script of its own.\n\n```sql\nCOMMIT;\nCREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);\n```',
  check(s, { context }) {
    const what = refusedInTransaction(s.node)
    const allowed = s.known.transaction === null || (context.revision === true && !s.known.explicit)
    return what === null || allowed ? [] : [{ message: `${what} cannot run in a transaction` }]
  },
})

export const INDEXES = [createIndex, dropIndex, reindex, manyColumns, notInTransaction]
