/** Rules about tables and databases that go or get another name. */

import type { Found } from '../rule.ts'
import type { PlacedTable } from '../text/cursor.ts'
import { shown } from '../text/edit.ts'
import { isMade, type Statement } from '../text/known.ts'
import { rule } from './mysql-rule.ts'

const there = (statement: Statement, tables: readonly PlacedTable[]): readonly PlacedTable[] =>
  tables.filter((t) => !isMade(statement, t.name))

const about = ({ name, from, to }: PlacedTable, message: string): Found => ({ message, table: name, from, to })

export const dropTable = rule({
  code: 'drop-table',
  severity: 'warning',
  title: 'A table is dropped with its rows',
  why: 'The rows are gone for good: DDL commits by itself and no transaction brings them back. Views, routines and foreign keys that name the table fail; on older servers dropping a large table stalls the others while its pages are taken out of memory.',
  safe: 'Rename it away first and drop it when nobody has missed it for a while:\n\n```sql\nRENAME TABLE orders_old TO orders_old_to_drop;\n```',
  check(statement, { statements, index }) {
    const { act } = statement
    if (act.kind !== 'drop-table' || act.temporary) return []
    // DROP TABLE IF EXISTS before CREATE TABLE of the same name: the table is made anew, its rows go all the same.
    const again = (t: PlacedTable) =>
      statements
        .slice(index + 1)
        .some(({ act: a }) => a.kind === 'create-table' && shown(a.table.name) === shown(t.name))
    return there(statement, act.tables).map((t) =>
      about(
        t,
        `table ${shown(t.name)} is dropped with its rows${again(t) ? ', and an empty one is made in its place' : ''}`,
      ),
    )
  },
})

export const dropDatabase = rule({
  code: 'drop-database',
  severity: 'error',
  title: 'A database goes with all that is in it',
  why: 'All tables, rows, routines and events go at once and for good, while others may use them.',
  safe: "Do it by hand, with a backup that was read back, never in a revision.\n\n```sql\nSELECT table_name FROM information_schema.tables WHERE table_schema = 'old_shop';\n```",
  check({ act }) {
    if (act.kind !== 'drop-object' || !(act.what === 'DATABASE' || act.what === 'SCHEMA')) return []
    return [{ message: `the database ${act.name === null ? '' : shown(act.name.name)} goes with all that is in it` }]
  },
})

export const renameTable = rule({
  code: 'rename-table',
  severity: 'warning',
  title: 'A table is renamed',
  why: 'The application that runs now asks for the old name and fails until the new one is deployed; the new one fails until the statement has run. Views, triggers of other tables and routines keep the old name and fail when they are next used.',
  safe: 'Leave a view with the old name until nobody asks for it any more, or swap two tables in one statement, which others see at once:\n\n```sql\nRENAME TABLE orders TO orders_old, orders_new TO orders;\n```',
  check(statement) {
    const { act } = statement
    const pairs =
      act.kind === 'rename-table'
        ? act.pairs
        : act.kind === 'alter-table'
          ? act.clauses.flatMap((c) => (c.kind === 'rename-table' ? [{ from: act.table, to: c.to }] : []))
          : []
    // A swap: another table takes a name that was given up, in the same statement.
    const taken = new Set(pairs.map((p) => shown(p.to.name)))
    if (pairs.some((p) => taken.has(shown(p.from.name)))) return []
    return pairs
      .filter((p) => !isMade(statement, p.from.name))
      .map((p) =>
        about(
          p.from,
          `${shown(p.from.name)} is called ${shown(p.to.name)} from now on: what runs with the old name fails`,
        ),
      )
  },
})
