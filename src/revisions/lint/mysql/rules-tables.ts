/** Rules about whole tables that are written anew: character sets, options, keys. */
import { shown } from '../text/edit.ts'
import { knownTable } from '../text/known.ts'
import { type Altering, forbids, ofClauses, rule } from './mysql-rule.ts'

const table = (a: Altering): string => shown(a.alter.table.name)

export const convertCharset = rule({
  code: 'convert-charset',
  severity: 'warning',
  bySize: true,
  title: 'CONVERT TO CHARACTER SET copies the table',
  why: 'Every text of the table is converted: the table is copied row by row while writers wait (MariaDB spares the copy for utf8mb3 to utf8mb4 where no length byte and no index is touched). TEXT types may silently become larger ones, keys may pass 3072 bytes, values that differ in case or accent only may collide in a unique key under the new collation, and a foreign key to a column in the old character set stops it.',
  safe: 'Look for collisions first (GROUP BY the column under the new collation, HAVING count(*) > 1), convert columns one by one with MODIFY where few need it, and plan the copy or use a tool that copies online.\n\n```sql\nSELECT name COLLATE utf8mb4_general_ci AS same, count(*) FROM users GROUP BY same HAVING count(*) > 1;\nALTER TABLE users MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'convert' || forbids(a.alter, 'copy')) return null
    return {
      message: `every text of ${table(a)} is converted to ${clause.charset}: the table is copied while writers wait`,
    }
  }),
})

export const defaultCharsetOnly = rule({
  code: 'default-charset-only',
  severity: 'warning',
  title: 'The default character set changes, the columns do not',
  why: 'ALTER TABLE … CHARACTER SET changes what later columns get. All columns that are there keep their character set: emoji still fail, comparisons still mix collations.',
  safe: 'To change the columns too, convert them (a copy of the table), all or one by one:\n\n```sql\nALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;\nALTER TABLE users MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'options' || a.alter.clauses.some((c) => c.kind === 'convert')) return null
    const option = clause.options.find((o) => o.name === 'CHARSET' || o.name === 'COLLATE')
    if (option === undefined) return null
    return {
      message: `columns of ${table(a)} keep their character set: ${option.value.toLowerCase()} is for later ones only`,
    }
  }),
})

const REBUILDING = new Set(['ROW_FORMAT', 'KEY_BLOCK_SIZE', 'FORCE', 'PAGE_COMPRESSED', 'ENCRYPTED', 'ENCRYPTION'])

export const tableRebuild = rule({
  code: 'table-rebuild',
  severity: 'warning',
  bySize: true,
  title: 'The statement writes the whole table anew',
  why: 'ENGINE=…, ROW_FORMAT, KEY_BLOCK_SIZE, encryption, FORCE, ORDER BY and OPTIMIZE TABLE write every row and every index again. Another engine and partitioning copy the table while writers wait; the others go on beside them, but take the space of the table a second time, and replicas repeat it one after the other.',
  safe: 'Do it in a quiet hour, together with other changes of the table that rebuild it, and say what may not happen:\n\n```sql\nALTER TABLE orders ROW_FORMAT=DYNAMIC, ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check(statement, script) {
    const { act } = statement
    if (act.kind === 'maintain' && act.what === 'OPTIMIZE TABLE') {
      return act.tables
        .filter((t) => knownTable(statement, t.name)?.made !== true)
        .map((t) => ({ message: `${shown(t.name)} is written anew`, table: t.name, from: t.from, to: t.to }))
    }
    return rebuildingClauses(statement, script)
  },
})

const rebuildingClauses = ofClauses((clause, a) => {
  // Whoever says INPLACE knows that the table is written anew, and that others go on meanwhile.
  if (forbids(a.alter, 'copy')) return null
  if (clause.kind === 'partition' && /^(PARTITION BY|REMOVE|REORGANIZE|COALESCE|REBUILD)/.test(clause.does)) {
    return { message: `${table(a)} is written anew: ${clause.does} copies its rows` }
  }
  if (clause.kind !== 'options') return null
  const option = clause.options.find((o) => REBUILDING.has(o.name) || o.name === 'ENGINE')
  if (option === undefined) return null
  return { message: `${table(a)} is written anew for ${[option.name, option.value].filter((w) => w !== '').join('=')}` }
})

export const primaryKeyChange = rule({
  code: 'primary-key-change',
  severity: 'warning',
  bySize: true,
  title: 'The primary key changes: the table is written anew',
  why: 'InnoDB keeps the rows in the order of the primary key, and every index holds it. Another key rebuilds the table and all indexes. Dropped without a new one in the same statement the table is copied while writers wait, row-based replication then searches every row by a full scan, and tools that work by key (online copies, group replication) stop.',
  safe: 'Drop and add in one statement, in place:\n\n```sql\nALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (tenant, id), ALGORITHM=INPLACE, LOCK=NONE;\n```',
  check: ofClauses((clause, a) => {
    const drops = clause.kind === 'drop-key' && clause.what === 'primary'
    const adds = a.alter.clauses.some((c) => c.kind === 'add-key' && c.key.kind === 'primary')
    if (drops && !forbids(a.alter, 'copy')) {
      if (!adds) return { message: `${table(a)} loses its primary key and is copied while writers wait` }
      return forbids(a.alter, 'rebuild')
        ? null
        : { message: `${table(a)} gets another primary key and is written anew` }
    }
    if (clause.kind !== 'add-key' || clause.key.kind !== 'primary' || forbids(a.alter, 'rebuild')) return null
    const also = a.alter.clauses.some((c) => c.kind === 'drop-key' && c.what === 'primary')
    return also ? null : { message: `${table(a)} gets a primary key and is written anew in its order` }
  }),
})

export const addCheck = rule({
  code: 'check-validates',
  severity: 'warning',
  bySize: true,
  title: 'A new CHECK copies the table',
  why: 'For a check the server reads all rows by copying the table while writers wait (before MariaDB 11.2); a row that breaks it stops the statement. MySQL before 8.0.16 reads CHECK and forgets it.',
  safe: 'In MySQL add it unenforced (at once), repair the rows, and enforce it later; or keep the rule in the application until a quiet hour.\n\n```sql\nALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT ENFORCED;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'add-key' || clause.key.kind !== 'check' || clause.key.notEnforced) return null
    if (!a.server.checks && a.server.mariadb === false) {
      return { message: `MySQL before 8.0.16 forgets the CHECK of ${table(a)}: it checks nothing` }
    }
    if (forbids(a.alter, 'copy') || a.server.onlineCopy) return null
    return { message: `${table(a)} is copied to check every row, while writers wait` }
  }),
})

export const addForeignKey = rule({
  code: 'foreign-key-validates',
  severity: 'warning',
  bySize: true,
  title: 'A new foreign key copies the table',
  why: 'With foreign_key_checks=1, the default, the table is copied while writers wait, and the parent is locked against changes of its structure; a row without a parent stops the statement. With foreign_key_checks=0 it goes in place, but no row is checked, now or later.',
  safe: 'Look for rows without a parent first. On large tables either plan the copy, or add the key unchecked and prove the rows by a query:\n\n```sql\nSELECT count(*) FROM orders o LEFT JOIN customers c ON c.id = o.customer WHERE o.customer IS NOT NULL AND c.id IS NULL;\nSET foreign_key_checks = 0;\nALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id), ALGORITHM=INPLACE, LOCK=NONE;\nSET foreign_key_checks = 1;\n```',
  check: ofClauses((clause, a) => {
    if (clause.kind !== 'add-key' || clause.key.kind !== 'foreign' || forbids(a.alter, 'copy')) return null
    if (a.statement.known.settings.get('foreign_key_checks') === '0') return null
    const parent = clause.key.references === undefined ? '' : ` to ${shown(clause.key.references.table)}`
    return { message: `${table(a)} is copied for its foreign key${parent}, while writers wait` }
  }),
})

export const fulltextLocks = rule({
  code: 'fulltext-locks',
  severity: 'warning',
  bySize: true,
  title: 'FULLTEXT and SPATIAL indexes are built while writers wait',
  why: 'InnoDB builds them under a lock that lets others read only. The first FULLTEXT index of a table also rebuilds it, for a hidden column; with it MariaDB adds and drops no column instantly any more.',
  safe: 'Build it in a quiet hour, or on a copy of the table that is swapped in; or keep the search in an index of its own outside of the table.\n\n```sql\nCREATE TABLE articles_new LIKE articles;\nRENAME TABLE articles TO articles_old, articles_new TO articles;\n```',
  check(statement, script) {
    const { act } = statement
    if (act.kind !== 'create-index') return specialClauses(statement, script)
    if (!isSpecial(act.key.kind) || knownTable(statement, act.table.name)?.made) return []
    return [
      {
        message: `writers of ${shown(act.table.name)} wait until the ${act.key.kind} index is built`,
        table: act.table.name,
      },
    ]
  },
})

const isSpecial = (kind: string): boolean => kind === 'fulltext' || kind === 'spatial'

const specialClauses = ofClauses((clause, a) => {
  if (clause.kind !== 'add-key' || !isSpecial(clause.key.kind)) return null
  return { message: `writers of ${table(a)} wait until the ${clause.key.kind} index is built` }
})

export const uniqueAdded = rule({
  code: 'unique-added',
  severity: 'warning',
  title: 'A unique key is added to a table with rows',
  why: 'A value that stands twice stops the statement after all rows were read, and what writers insert twice meanwhile stops it at the very end. Texts are equal by their collation: case, accents and (in PAD SPACE collations) blanks at the end do not count. From then on the application that runs must expect duplicates to be refused.',
  safe: 'Count first, and let nothing write duplicates before it runs:\n\n```sql\nSELECT email, count(*) FROM users GROUP BY email HAVING count(*) > 1;\n```',
  check(statement, script) {
    const { act } = statement
    if (act.kind !== 'create-index') return uniqueClauses(statement, script)
    if (act.key.kind !== 'unique' || knownTable(statement, act.table.name)?.made) return []
    return [
      {
        message: `a value that stands twice in ${shown(act.table.name)} stops the unique index`,
        table: act.table.name,
      },
    ]
  },
})

const uniqueClauses = ofClauses((clause, a) => {
  if (clause.kind !== 'add-key' || clause.key.kind !== 'unique') return null
  return { message: `a value that stands twice in ${table(a)} stops the unique key` }
})
