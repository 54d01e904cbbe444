/** Rules about rows and tables that go, and about rows that get in. */
import { shown } from '../text/edit.ts'
import { isMade } from '../text/known.ts'
import { inserting, madeByQuery, withoutColumns, withoutWhere } from '../text/row-checks.ts'
import { isPartOfRebuild } from './rebuild.ts'
import { rule } from './sqlite-rule.ts'

export const dropTable = rule({
  code: 'drop-table',
  severity: 'warning',
  title: 'A table is dropped with its rows',
  why: 'The rows are gone for good once the transaction is committed, with the indexes and triggers of the table. With foreign keys on, its rows are deleted first: children go by ON DELETE CASCADE, or stop it.',
  safe: 'Rename it away first and drop it when nobody has missed it for a while:\n\n```sql\nALTER TABLE orders_old RENAME TO orders_old_to_drop;\n```',
  check(statement, script) {
    const { act } = statement
    const { statements, index } = script
    if (act.kind !== 'drop-table') return []
    // The end of a rebuild: another table takes the name.
    const replaced = (name: string) =>
      statements
        .slice(index + 1)
        .some(
          ({ act: a }) =>
            a.kind === 'alter-table' &&
            a.clauses.some((c) => c.kind === 'rename-table' && shown(c.to.name).toLowerCase() === name.toLowerCase()),
        )
    return act.tables
      .filter(({ name }) => !isMade(statement, name) && !replaced(shown(name)) && !isPartOfRebuild(script))
      .map(({ name, from, to }) => ({
        message: `table ${shown(name)} is dropped with its rows`,
        table: name,
        from,
        to,
      }))
  },
})

export const missingWhere = rule({
  code: 'write-without-where',
  severity: 'warning',
  title: 'UPDATE or DELETE without WHERE',
  why: 'Every row changes in one transaction, during which nobody else can write to the file. And perhaps the WHERE was only forgotten.',
  safe: 'Say which rows, or say that all are meant: `WHERE true`.\n\n```sql\nDELETE FROM events WHERE true;\n```',
  check: withoutWhere,
})

export const replaceInto = rule({
  code: 'replace-into',
  severity: 'warning',
  title: 'REPLACE deletes the row that is there',
  why: 'REPLACE and INSERT OR REPLACE delete every row that has the same value in any unique key and insert a new one: columns that are not named fall back to their defaults, children go by ON DELETE CASCADE, and the rowid may change. Triggers for DELETE fire only with recursive_triggers on.',
  safe: "Change the row that is there (since 3.24):\n\n```sql\nINSERT INTO settings (name, value) VALUES ('a', '1') ON CONFLICT (name) DO UPDATE SET value = excluded.value;\n```",
  check: inserting(
    'replace',
    (table) => `rows of ${table} with the same key are deleted first, with what hangs on them`,
  ),
})

export const insertIgnore = rule({
  code: 'insert-ignore',
  severity: 'note',
  title: 'INSERT OR IGNORE hides more than duplicates',
  why: 'Rows that break NOT NULL, CHECK or a unique key are left out without a word, whatever the reason.',
  safe: "Say which duplicate is meant:\n\n```sql\nINSERT INTO tags (name) VALUES ('a') ON CONFLICT (name) DO NOTHING;\n```",
  check: inserting('ignore', (table) => `rows that ${table} refuses are left out without an error`),
})

export const insertWithoutColumns = rule({
  code: 'insert-without-columns',
  severity: 'note',
  title: 'INSERT names no columns',
  why: 'The values go by the order of the columns at the moment: a column that is added or dropped later makes the script fail, or puts values into other columns.',
  safe: "Name them:\n\n```sql\nINSERT INTO tags (id, name) VALUES (1, 'a');\n```",
  check: withoutColumns,
})

export const limitRefused = rule({
  code: 'limit-refused',
  severity: 'warning',
  title: 'UPDATE or DELETE with LIMIT',
  why: 'Only builds with SQLITE_ENABLE_UPDATE_DELETE_LIMIT know it; to all others it is a syntax error.',
  safe: 'Choose the rows by a query:\n\n```sql\nDELETE FROM events WHERE id IN (SELECT id FROM events WHERE done = 1 ORDER BY id LIMIT 1000);\n```',
  check({ act, ...statement }) {
    if ((act.kind !== 'update' && act.kind !== 'delete') || !act.limit) return []
    return [
      {
        message: `most builds of SQLite refuse LIMIT in ${statement.tokens()[0].word}`,
        ...(act.table !== null && { table: act.table.name }),
      },
    ]
  },
})

export const createAsSelect = rule({
  code: 'create-table-as',
  severity: 'warning',
  title: 'CREATE TABLE … AS SELECT',
  why: 'The new table has neither keys nor NOT NULL, defaults, checks or collations, and of the types only the affinity is left.',
  safe: 'Make the table first, then fill it:\n\n```sql\nCREATE TABLE orders_copy (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\nINSERT INTO orders_copy (id, total) SELECT id, total FROM orders;\n```',
  check: madeByQuery,
})
