/** Rules about making and dropping indexes. */
import { insertAfter } from './edit.ts'
import { as, shown, tableName } from './node.ts'
import { rule } from './postgres-rule.ts'

export const indexNotConcurrent = rule({
  code: 'index-not-concurrent',
  severity: 'error',
  title: 'CREATE INDEX without CONCURRENTLY',
  why: 'CREATE INDEX takes a SHARE lock on the table and keeps it while all rows are read and sorted: every INSERT, UPDATE and DELETE waits until the index is done, minutes on large tables. Reading goes on.',
  safe: 'Build it beside the writers, outside of a transaction. If it fails it leaves an INVALID index, to be dropped before trying again.\n\n```sql\nCREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);\n```',
  fixable: true,
  bySize: true,
  check(s, { context }) {
    const index = as(s.node, 'IndexStmt')
    if (index === undefined || index.concurrent === true) return []
    const table = tableName(index.relation)
    if (s.known.isNew(table)) return []
    const fixable = s.known.transaction === null || context.revision === true
    const message = `writers of ${shown(table)} wait until the index is built`
    return [{ message, table, ...(fixable && { fix: insertAfter(s, 'index', 'CONCURRENTLY') }) }]
  },
})
