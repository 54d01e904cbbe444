/** Rules about statements that change many rows, or other rows than one thinks. */
import { SMALL_ROWS } from '../../../core/size.ts'
import { shown } from '../text/edit.ts'
import { isMade } from '../text/known.ts'
import { inserting, withoutColumns, withoutWhere } from '../text/row-checks.ts'
import { rule } from './mysql-rule.ts'

export const missingWhere = rule({
  code: 'write-without-where',
  severity: 'warning',
  title: 'UPDATE or DELETE without WHERE',
  why: 'Every row is locked until the transaction ends, the undo log grows by all of them, and replicas apply the one large transaction after it is done: they fall behind by as long as it took. And perhaps the WHERE was only forgotten.',
  safe: "Say which rows, in batches by key with a commit between; where all shall go, TRUNCATE or a new table that is swapped in is quicker.\n\n```sql\nUPDATE orders SET state = 'new' WHERE state IS NULL AND id BETWEEN 1 AND 10000;\n```",
  check: withoutWhere,
})

export const largeWrite = rule({
  code: 'large-write',
  severity: 'warning',
  title: 'One statement searches a large table for rows to change',
  why: 'InnoDB locks every row that it looks at, not only those that match, and keeps the locks until the transaction ends; where the WHERE has no index that is the whole table. Replicas apply the transaction as a whole and fall behind. It is told only where the database was asked for the size of the table.',
  safe: "Walk over the key in batches, with a commit between:\n\n```sql\nDELETE FROM events WHERE made < '2020-01-01' ORDER BY id LIMIT 5000;\n-- again until no row was found\n```",
  check(statement, { context }) {
    const { act } = statement
    if ((act.kind !== 'update' && act.kind !== 'delete') || !act.where || act.limit || act.table === null) return []
    const rows = isMade(statement, act.table.name) ? 0 : (context.size?.(act.table.name)?.rows ?? 0)
    if (rows <= SMALL_ROWS) return []
    return [
      {
        message: `${statement.tokens()[0].word} goes through ${shown(act.table.name)}, about ${rows} rows, in one transaction`,
        table: act.table.name,
      },
    ]
  },
})

export const limitWithoutOrder = rule({
  code: 'limit-without-order',
  severity: 'warning',
  title: 'LIMIT without ORDER BY chooses rows at random',
  why: 'Which rows are first is up to the server. A replica that repeats the statement (binlog_format=STATEMENT or MIXED falls back to rows with a warning) may take others, and so may the same server the next time.',
  safe: 'Order by the primary key:\n\n```sql\nDELETE FROM events WHERE done = 1 ORDER BY id LIMIT 1000;\n```',
  check({ act, ...statement }) {
    if ((act.kind !== 'update' && act.kind !== 'delete') || !act.limit || act.order) return []
    return [
      {
        message: `which rows ${statement.tokens()[0].word} takes is left to the server`,
        ...(act.table !== null && { table: act.table.name }),
      },
    ]
  },
})

export const truncate = rule({
  code: 'truncate',
  severity: 'warning',
  title: 'TRUNCATE empties a table for good',
  why: 'TRUNCATE is DDL: it commits the open transaction, cannot be rolled back, fires no triggers, starts AUTO_INCREMENT anew (ids of former rows are handed out again), and waits for every transaction that has looked at the table, with all later ones behind it. A foreign key to the table refuses it.',
  safe: 'DELETE in batches where somebody may need the rows or the ids; otherwise rename the table away, make an empty one in its place, and drop the old one later.\n\n```sql\nCREATE TABLE events_new LIKE events;\nRENAME TABLE events TO events_old, events_new TO events;\n```',
  check(statement) {
    const { act } = statement
    if (act.kind !== 'truncate' || isMade(statement, act.table.name)) return []
    return [
      { message: `all rows of ${shown(act.table.name)} go, and no rollback brings them back`, table: act.table.name },
    ]
  },
})

export const replaceInto = rule({
  code: 'replace-into',
  severity: 'warning',
  title: 'REPLACE deletes the row that is there',
  why: 'REPLACE deletes every row that has the same value in any unique key and inserts a new one: columns that are not named fall back to their defaults, children go by ON DELETE CASCADE, triggers for DELETE fire, AUTO_INCREMENT moves on, and one new row may take several old ones with it.',
  safe: "Change the row that is there:\n\n```sql\nINSERT INTO settings (name, value) VALUES ('a', '1') ON DUPLICATE KEY UPDATE value = '1';\n```",
  check: inserting(
    'replace',
    (table) => `rows of ${table} with the same key are deleted first, with what hangs on them`,
  ),
})

export const insertIgnore = rule({
  code: 'insert-ignore',
  severity: 'note',
  title: 'INSERT IGNORE hides more than duplicates',
  why: 'IGNORE makes warnings of all errors: values that do not fit are cut or become 0, NULL becomes an empty value, rows without a parent are left out. Nobody sees which rows were changed or skipped.',
  safe: "Say what shall happen with a duplicate, and let other errors be errors:\n\n```sql\nINSERT INTO tags (name) VALUES ('a') ON DUPLICATE KEY UPDATE name = name;\n```",
  check: inserting('ignore', (table) => `rows that ${table} refuses are changed or left out without an error`),
})

export const insertWithoutColumns = rule({
  code: 'insert-without-columns',
  severity: 'note',
  title: 'INSERT names no columns',
  why: 'The values go by the order of the columns at the moment: a column that is added, moved or dropped later makes the script fail, or puts values into other columns.',
  safe: "Name them:\n\n```sql\nINSERT INTO tags (id, name) VALUES (1, 'a');\n```",
  check: withoutColumns,
})
