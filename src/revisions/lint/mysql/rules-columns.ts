/** Rules about columns that come, go or change their type: what is copied, and who waits. */
import { shown } from '../text/edit.ts'
import { columnChange, typeChange } from './column-change.ts'
import { rebuildsToAdd, rebuildsToDrop } from './instant.ts'
import { type Altering, forbids, ofClauses, rule } from './mysql-rule.ts'

const table = (a: Altering): string => shown(a.alter.table.name)

const waiting = ({ server }: Altering): string =>
  server.onlineCopy ? 'the server reads and writes every row anew' : 'writers wait until every row is copied'

export const columnTypeChange = rule({
  code: 'change-column-type',
  severity: 'warning',
  bySize: true,
  title: 'A change of type copies the table',
  why: 'Another type, a shorter length, a changed sign or character set: InnoDB copies the table row by row (ALGORITHM=COPY) and keeps writers out meanwhile (before MariaDB 11.2), hours on large tables; replicas then do the same and fall behind. Values that do not fit stop the statement in strict mode and are cut otherwise. Without the former definition in the same script nobody can tell by the statement whether only a default or a comment changes.',
  safe: 'Add a column of the new type, fill it in batches, let the application write both, swap the names. If nothing is to be copied, say so, and the server refuses instead of copying:\n\n```sql\nALTER TABLE orders MODIFY note VARCHAR(200) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check: ofClauses((clause, a) => {
    const change = columnChange(a.statement, clause, a.context)
    if (change === null || forbids(a.alter, 'copy')) return null
    const kind = typeChange(a.statement, a.server, change)
    const column = `${table(a)}.${change.name}`
    if (kind === 'copied') return { message: `${column} becomes another type: ${waiting(a)}` }
    if (kind !== 'unknown') return null
    return { message: `${column} is defined anew: if its type changes, ${waiting(a)}` }
  }),
})

export const varcharLengthByte = rule({
  code: 'varchar-length-byte',
  severity: 'warning',
  bySize: true,
  title: 'A VARCHAR grows beyond 255 bytes',
  why: 'The length of a VARCHAR is kept in one byte up to 255 bytes and in two beyond. Growing across that border copies the table while writers wait; growing on one side of it changes the catalogue only. 255 bytes are 63 characters of utf8mb4. MariaDB passes the border without a copy where the column could hold at most 127 bytes.',
  safe: 'Stay below the border, or plan the copy for a quiet hour or with a tool that copies online (gh-ost, pt-online-schema-change). New columns are better made with more than 255 bytes from the beginning.\n\n```sql\nCREATE TABLE users (id BIGINT PRIMARY KEY, name VARCHAR(255)) DEFAULT CHARSET=utf8mb4;\n```',
  check: ofClauses((clause, a) => {
    const change = columnChange(a.statement, clause, a.context)
    if (change === null || forbids(a.alter, 'copy')) return null
    if (typeChange(a.statement, a.server, change) !== 'length-byte') return null
    return { message: `${table(a)}.${change.name} grows beyond 255 bytes: ${waiting(a)}` }
  }),
})

export const addColumnRebuild = rule({
  code: 'add-column-rebuild',
  severity: 'warning',
  bySize: true,
  title: 'A new column writes the table anew',
  why: 'InnoDB adds a column in the catalogue alone (INSTANT) at the end of a table since MySQL 8.0.12 and MariaDB 10.3.2, anywhere since MySQL 8.0.29 and MariaDB 10.4. Older servers rebuild the table. AUTO_INCREMENT, STORED columns, columns that come with their own unique key, and defaults that are computed for each row (uuid()) rebuild or copy it on every version, most of them while writers wait.',
  safe: 'Put the column at the end, without a key, and fill and index it in statements of their own:\n\n```sql\nALTER TABLE orders ADD COLUMN token CHAR(36), ALGORITHM=INSTANT;\n-- fill in batches\nALTER TABLE orders ADD UNIQUE KEY (token), ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'add-column' || forbids(a.alter, 'rebuild')) return null
    const why = rebuildsToAdd(a.server, clause.column)
    return why === null ? null : { message: `${table(a)} is written anew for ${clause.column.name}: ${why}` }
  }),
})

export const dropColumn = rule({
  code: 'drop-column',
  severity: 'warning',
  title: 'A column is dropped with its values',
  why: 'The values are gone for good: DDL commits by itself and no transaction brings them back. Applications that still name the column fail from that moment on, and ORMs name all columns that they knew when they started. Before MySQL 8.0.29 and MariaDB 10.4 the table is also rebuilt.',
  safe: 'First release an application that no longer reads or writes the column (in MySQL 8 and MariaDB an INVISIBLE column shows who still selects it), then drop it in a later revision.\n\n```sql\nALTER TABLE orders ALTER COLUMN note SET INVISIBLE;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'drop-column') return null
    const rebuilt = rebuildsToDrop(a.server) && !forbids(a.alter, 'rebuild')
    return {
      message: `column ${table(a)}.${clause.column.name} is dropped with its values${rebuilt ? ', and the table is written anew' : ''}`,
    }
  }),
})

export const columnNotNull = rule({
  code: 'set-not-null',
  severity: 'warning',
  bySize: true,
  title: 'A column becomes NOT NULL',
  why: 'The table is rebuilt and every row is read. A row with NULL stops the statement in strict mode; without strict mode NULL silently becomes 0 or an empty text.',
  safe: 'Fill the NULLs in batches first, let the application stop writing them, and run it in strict mode without letting the server copy:\n\n```sql\nALTER TABLE users MODIFY email VARCHAR(200) NOT NULL, ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check: ofClauses((clause, a) => {
    const change = columnChange(a.statement, clause, a.context)
    if (change?.from === undefined || change.to.nullable !== false) return null
    if (change.from.nullable === false || change.from.primary || change.to.generated !== undefined) return null
    return {
      message: `${table(a)}.${change.name} becomes NOT NULL: the table is written anew, and a row with NULL stops it`,
    }
  }),
})

export const columnNullable = rule({
  code: 'drop-not-null',
  severity: 'note',
  bySize: true,
  title: 'A column becomes nullable: the table is rebuilt',
  why: 'Whether a column may be NULL is kept in every row, so InnoDB rebuilds the table (in place, writers go on). It costs the time and the space of the whole table.',
  safe: 'Plan it for a quiet hour, together with other changes of the same table that rebuild it, in one ALTER TABLE.\n\n```sql\nALTER TABLE orders MODIFY note TEXT NULL, ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check: ofClauses((clause, a) => {
    const change = columnChange(a.statement, clause, a.context)
    if (change?.from?.nullable !== false || change.to.nullable === false || forbids(a.alter, 'rebuild')) return null
    if (change.from.primary || change.to.primary || change.to.autoIncrement) return null
    return { message: `${table(a)}.${change.name} becomes nullable: the table is written anew` }
  }),
})

export const addRequiredColumn = rule({
  code: 'add-column-not-null',
  severity: 'warning',
  title: 'A new NOT NULL column has no default',
  why: 'MySQL does not refuse it: the rows that are there silently get 0, an empty text or, for dates, 0000-00-00 (which strict mode with NO_ZERO_DATE refuses). And every INSERT that does not name the new column fails in strict mode: all those of the application that runs now.',
  safe: "Say the default, or add the column nullable, fill it, and make it NOT NULL in a later revision:\n\n```sql\nALTER TABLE orders ADD COLUMN state VARCHAR(20) NOT NULL DEFAULT 'new';\n```",
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'add-column') return null
    const { column } = clause
    if (column.type === null || column.nullable !== false || column.default !== undefined) return null
    if (column.autoIncrement || column.generated !== undefined || column.type.word === 'SERIAL') return null
    if (column.tokens.some((t) => t.word === 'ROW')) return null
    return {
      message: `rows of ${table(a)} silently get an invented value for ${column.name}, and INSERTs without it fail`,
    }
  }),
})

export const renameColumn = rule({
  code: 'rename-column',
  severity: 'warning',
  title: 'A column is renamed',
  why: 'The application that runs now asks for the old name and fails until the new one is deployed; the new one fails until the statement has run. MySQL does not rename it in views, triggers and routines: they fail when they are next used.',
  safe: 'Add a column with the new name, write both, fill the old rows, read the new one, drop the old one; or leave the name in the database and change it in the mapping of the application.\n\n```sql\nALTER TABLE users ADD COLUMN family_name VARCHAR(100), ALGORITHM=INSTANT;\nUPDATE users SET family_name = name WHERE id BETWEEN 1 AND 10000;\n```',
  check: ofClauses((clause, a) => {
    const named =
      clause.kind === 'rename-column'
        ? { from: clause.from.name, to: clause.to.name }
        : clause.kind === 'change-column'
          ? { from: clause.from.name, to: clause.column.name }
          : null
    if (named === null || named.from.toLowerCase() === named.to.toLowerCase()) return null
    return { message: `${table(a)}.${named.from} is called ${named.to} from now on: what runs with the old name fails` }
  }),
})
