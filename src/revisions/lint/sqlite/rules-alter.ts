/** Rules about ALTER TABLE: what SQLite refuses, always or as soon as there are rows. */

import type { Found, LintContext, LintScript } from '../rule.ts'
import type { Clause } from '../text/alter.ts'
import type { ColumnText } from '../text/column.ts'
import { shown } from '../text/edit.ts'
import { isMade, knownTable, type Statement } from '../text/known.ts'
import { isPartOfRebuild } from './rebuild.ts'
import { atLeast, olderThan, rule } from './sqlite-rule.ts'

interface Altering {
  readonly statement: Statement
  /** For people. */
  readonly table: string
  readonly context: LintContext
  readonly script: LintScript<Statement>
}

function ofClauses(
  check: (clause: Clause, altering: Altering) => Omit<Found, 'table'> | null,
): (statement: Statement, script: LintScript<Statement>) => readonly Found[] {
  return (statement, script) => {
    const { act } = statement
    const { context } = script
    if (act.kind !== 'alter-table') return []
    return act.clauses.flatMap((clause) => {
      const found = check(clause, { statement, table: shown(act.table.name), context, script })
      return found === null ? [] : [{ ...clause.place, table: act.table.name, ...found }]
    })
  }
}

const REBUILD =
  'Make a new table, copy the rows, drop the old one, rename the new one, with foreign keys off outside of the transaction:\n\n```sql\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE orders_new (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\nINSERT INTO orders_new (id, total) SELECT id, total FROM orders;\nDROP TABLE orders;\nALTER TABLE orders_new RENAME TO orders;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;\n```'

/** Since SQLite 3.53. */
function isNewClause(clause: Clause): boolean {
  if (clause.kind === 'alter-column') return clause.does === 'SET NOT NULL' || clause.does === 'DROP NOT NULL'
  if (clause.kind === 'drop-key') return clause.what === 'constraint' && !clause.exists
  return clause.kind === 'add-key' && clause.key.kind === 'check' && !clause.exists
}

function refusal(clause: Clause, context: LintContext): string | null {
  if (isNewClause(clause)) return atLeast(context, 53) ? null : 'SQLite before 3.53 refuses it'
  switch (clause.kind) {
    case 'add-column':
    case 'drop-column':
      return clause.exists ? 'SQLite has no IF [NOT] EXISTS for columns' : null
    case 'add-key':
      return 'SQLite adds no keys to a table (an index is made by CREATE INDEX)'
    case 'modify-column':
    case 'change-column':
    case 'alter-column':
      return 'SQLite does not change what a column is'
    case 'drop-key':
      return 'SQLite drops no keys of a table (an index goes by DROP INDEX)'
    case 'convert':
    case 'options':
    case 'partition':
    case 'rename-index':
      return 'SQLite does not have it'
    default:
      return null
  }
}

export const unsupportedAlter = rule({
  code: 'unsupported-alter',
  severity: 'error',
  title: 'SQLite cannot alter a table so',
  why: 'ALTER TABLE of SQLite renames a table or a column, adds a column at the end, drops a column, and since 3.53 adds and drops CHECK and NOT NULL; one of these in a statement. All else is a syntax error.',
  safe: REBUILD,
  check(statement, { context }) {
    const { act } = statement
    if (act.kind !== 'alter-table') return []
    const found = act.clauses.flatMap((clause): Found[] => {
      const why = refusal(clause, context)
      return why === null
        ? []
        : [{ message: `${shown(act.table.name)}: ${why}`, table: act.table.name, ...clause.place }]
    })
    const brackets = /^ALTER TABLE \S+(?: \. \S+)? ADD (?:COLUMN )?\( /.test(
      statement
        .tokens()
        .map((t) => t.word || t.text)
        .join(' '),
    )
    if (found.length > 0 || (act.clauses.length < 2 && !brackets)) return found
    return [
      {
        message: `${shown(act.table.name)}: SQLite takes one change in a statement`,
        table: act.table.name,
        ...act.clauses[act.clauses.length - 1].place,
      },
    ]
  },
})

const isNull = (column: ColumnText): boolean =>
  column.default === undefined || column.default.tokens[0]?.word === 'NULL'

export const addRequiredColumn = rule({
  code: 'add-column-not-null',
  severity: 'error',
  title: 'A new NOT NULL column has no default',
  why: 'SQLite refuses it as soon as the table has a row: "Cannot add a NOT NULL column with default value NULL". On an empty table it works, so that a test does not notice.',
  safe: "```sql\nALTER TABLE orders ADD COLUMN state TEXT NOT NULL DEFAULT 'new';\n```",
  check: ofClauses((clause, { table }) => {
    if (clause.kind !== 'add-column' || clause.column.nullable !== false || !isNull(clause.column)) return null
    if (clause.column.generated !== undefined) return null
    return {
      message: `${table} cannot get ${clause.column.name}: NOT NULL without a default is refused as soon as there is a row`,
    }
  }),
})

/** CURRENT_TIMESTAMP, a call, or an expression in parentheses: a literal in parentheses is constant still. */
function isComputed(column: ColumnText): boolean {
  const tokens = column.default?.tokens ?? []
  const inner = tokens.filter((t) => t.text !== '(' && t.text !== ')' && t.text !== '-' && t.text !== '+')
  if (inner[0]?.word.startsWith('CURRENT_')) return true
  if (tokens[0]?.text !== '(') return false
  return inner.length > 1 || (inner[0]?.kind === 'word' && !/^(NULL|TRUE|FALSE)$/.test(inner[0].word))
}

export const addComputedDefault = rule({
  code: 'add-column-computed-default',
  severity: 'error',
  title: 'A new column has a default that is computed',
  why: 'CURRENT_TIMESTAMP and expressions are refused for a new column as soon as the table has a row: "Cannot add a column with non-constant default". On an empty table it works, so that a test does not notice.',
  safe: 'Add the column without a default and fill it, or rebuild the table.\n\n```sql\nALTER TABLE orders ADD COLUMN made TEXT;\nUPDATE orders SET made = CURRENT_TIMESTAMP WHERE made IS NULL;\n```',
  check: ofClauses((clause, { table }) => {
    if (clause.kind !== 'add-column' || !isComputed(clause.column) || clause.column.generated) return null
    return {
      message: `${table} cannot get ${clause.column.name}: a computed default is refused as soon as there is a row`,
    }
  }),
})

export const addKeyColumn = rule({
  code: 'add-key-column',
  severity: 'error',
  title: 'A new column is a key, or STORED',
  why: 'ALTER TABLE ADD COLUMN refuses PRIMARY KEY, UNIQUE and STORED columns, on empty tables too.',
  safe: 'For UNIQUE make an index behind it; a primary key or a STORED column needs a rebuild (a VIRTUAL one does not).\n\n```sql\nALTER TABLE users ADD COLUMN token TEXT;\nCREATE UNIQUE INDEX users_token ON users (token);\n```',
  check: ofClauses((clause, { table }) => {
    if (clause.kind !== 'add-column') return null
    const { column } = clause
    const what = column.primary
      ? 'PRIMARY KEY'
      : column.unique
        ? 'UNIQUE'
        : column.generated === 'stored'
          ? 'STORED'
          : null
    return what === null ? null : { message: `${table} cannot get ${column.name}: a new column cannot be ${what}` }
  }),
})

export const addReferenceDefault = rule({
  code: 'add-column-references-default',
  severity: 'warning',
  title: 'A new column with REFERENCES has a default',
  why: 'With foreign keys on (the default of many drivers, not of the sqlite3 shell) SQLite refuses it: "Cannot add a REFERENCES column with non-NULL default value".',
  safe: 'Add it with NULL, then fill it:\n\n```sql\nALTER TABLE orders ADD COLUMN region INTEGER REFERENCES regions (id);\nUPDATE orders SET region = 1;\n```',
  check: ofClauses((clause, { table, statement }) => {
    if (clause.kind !== 'add-column' || clause.column.references === undefined || isNull(clause.column)) return null
    if (statement.known.settings.get('foreign_keys') === '0') return null
    return { message: `${table} cannot get ${clause.column.name} with a default while foreign keys are on` }
  }),
})

export const dropColumn = rule({
  code: 'drop-column',
  severity: 'warning',
  title: 'A column is dropped with its values',
  why: 'The values are gone for good once the transaction is committed, and every row is written anew. Applications that still name the column fail. SQLite knows it since 3.35.',
  safe: 'First release an application that no longer reads or writes the column, then drop it in a later revision.\n\n```sql\n-- nothing reads or writes it any more since the last release\nSELECT count(*) FROM orders WHERE note IS NOT NULL;\n```',
  check: ofClauses((clause, { table, statement, context }) => {
    if (clause.kind !== 'drop-column' || statement.act.kind !== 'alter-table') return null
    if (olderThan(context, 35))
      return { message: `SQLite before 3.35 cannot drop ${table}.${clause.column.name}`, severity: 'error' }
    if (isMade(statement, statement.act.table.name)) return null
    return {
      message: `column ${table}.${clause.column.name} is dropped with its values, and every row is written anew`,
    }
  }),
})

/** What keeps a column from being dropped, as far as the script says. */
function holder(statement: Statement, name: string): string | null {
  const table = statement.act.kind === 'alter-table' ? knownTable(statement, statement.act.table.name) : undefined
  if (table === undefined) return null
  const column = table.columns.get(name)
  if (column?.primary) return 'it is the primary key'
  if (column?.unique) return 'it is UNIQUE'
  const key = table.keys.find((k) => k.parts.some((p) => p.column?.toLowerCase() === name))
  if (key !== undefined) {
    if (key.kind === 'primary' || key.kind === 'foreign') return `it is part of a ${key.kind} key`
    return key.name === undefined ? 'it is part of a unique key' : `the index ${key.name.name} holds it`
  }
  return table.made && table.columns.size === 1 ? 'a table needs a column' : null
}

export const dropColumnRefused = rule({
  code: 'drop-column-refused',
  severity: 'error',
  title: 'The column cannot be dropped',
  why: 'SQLite refuses to drop a column that is PRIMARY KEY or UNIQUE, that an index, a foreign key of the table, a CHECK of the table, a generated column, a trigger or a view names, or that is the last one.',
  safe: `Drop the index, the view or the trigger first and make it anew behind it. For a key: ${REBUILD[0].toLowerCase()}${REBUILD.slice(1)}`,
  check: ofClauses((clause, { table, statement }) => {
    if (clause.kind !== 'drop-column') return null
    const why = holder(statement, clause.column.name.toLowerCase())
    return why === null ? null : { message: `${table}.${clause.column.name} cannot be dropped: ${why}` }
  }),
})

export const renameColumn = rule({
  code: 'rename-column',
  severity: 'warning',
  title: 'A column is renamed',
  why: 'The application that runs now asks for the old name and fails until the new one is deployed. SQLite renames it in views and triggers as well (since 3.25, which is the first that knows the statement).',
  safe: 'Add a column with the new name, write both, fill the old rows, read the new one, drop the old one.\n\n```sql\nALTER TABLE users ADD COLUMN family_name TEXT;\nUPDATE users SET family_name = name WHERE family_name IS NULL;\n```',
  check: ofClauses((clause, { table, statement, context }) => {
    if (clause.kind !== 'rename-column' || statement.act.kind !== 'alter-table') return null
    if (olderThan(context, 25))
      return { message: `SQLite before 3.25 cannot rename ${table}.${clause.from.name}`, severity: 'error' }
    if (isMade(statement, statement.act.table.name)) return null
    return {
      message: `${table}.${clause.from.name} is called ${clause.to.name} from now on: what runs with the old name fails`,
    }
  }),
})

export const renameTable = rule({
  code: 'rename-table',
  severity: 'warning',
  title: 'A table is renamed',
  why: 'The application that runs now asks for the old name and fails until the new one is deployed. Foreign keys, views and triggers follow to the new name (views and triggers since 3.25).',
  safe: 'Leave a view with the old name until nobody asks for it any more.\n\n```sql\nCREATE VIEW customers AS SELECT * FROM clients;\n```',
  check: ofClauses((clause, { table, statement, script }) => {
    if (clause.kind !== 'rename-table' || statement.act.kind !== 'alter-table') return null
    if (isMade(statement, statement.act.table.name)) return null
    if (isPartOfRebuild(script)) return null
    return { message: `${table} is called ${shown(clause.to.name)} from now on: what runs with the old name fails` }
  }),
})
