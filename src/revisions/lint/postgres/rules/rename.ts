/** Rules about names that programs know. */

import { NAME_BYTES } from '../edit.ts'
import { as, shown, tableName } from '../node.ts'
import { rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

const renameColumn = rule({
  code: 'rename-column',
  severity: 'error',
  title: 'A column is renamed',
  why: 'Programs that run know the old name: from this moment each of their statements that names the column fails, until all of them are released anew. No order of release avoids it.',
  safe: 'Add a column of the new name, write both (a trigger does), copy old values in portions, release programs that read the new one, drop the old one. Or rename the table and put a view with the old names in its place.\n\n```sql\nALTER TABLE users ADD COLUMN mail text;\n```',
  check(s) {
    const rename = as(s.node, 'RenameStmt')
    if (rename?.renameType !== 'OBJECT_COLUMN') return []
    const table = tableName(rename.relation)
    if (s.known.isNew(table)) return []
    return [
      {
        message: `${shown(table)}.${rename.subname} is called ${rename.newname} from now on: programs that know the old name fail`,
        table,
      },
    ]
  },
})

const TABLES: ReadonlySet<string> = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE'])

/** A view of the old name in the same transaction keeps old programs running. */
function isReplaced(s: PostgresStatement, later: readonly PostgresStatement[], name: string): boolean {
  return later.some(
    (l) =>
      as(l.node, 'ViewStmt')?.view?.relname === name &&
      l.known.transaction === s.known.transaction &&
      l.known.transaction !== null,
  )
}

const renameTable = rule({
  code: 'rename-table',
  severity: 'error',
  title: 'A table or view is renamed',
  why: 'Programs that run know the old name: from this moment each of their statements on the table fails, until all of them are released anew.',
  safe: 'Rename it and leave a view of the old name, in one transaction; drop the view when no program uses it.\n\n```sql\nBEGIN;\nALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;\nCOMMIT;\n```',
  check(s, { statements, index }) {
    const rename = as(s.node, 'RenameStmt')
    if (rename?.renameType === undefined || !TABLES.has(rename.renameType)) return []
    const table = tableName(rename.relation)
    if (s.known.isNew(table) || isReplaced(s, statements.slice(index + 1), table.name)) return []
    return [
      {
        message: `${shown(table)} is called ${rename.newname} from now on: programs that know the old name fail`,
        table,
      },
    ]
  },
})

const moveSchema = rule({
  code: 'rename-schema',
  severity: 'error',
  title: 'A schema is renamed, or something is moved to another',
  why: 'Every statement that names the schema, and every search_path that has it, misses what is in it from this moment on.',
  safe: 'Make a new schema, leave views of the old names in the old one, and move on release by release.\n\n```sql\nCREATE SCHEMA sales;\nCREATE VIEW sales.orders AS SELECT * FROM public.orders;\n```',
  check(s) {
    const rename = as(s.node, 'RenameStmt')
    if (rename?.renameType === 'OBJECT_SCHEMA') {
      return [
        {
          message: `the schema ${rename.subname} is called ${rename.newname} from now on: programs that know the old name fail`,
        },
      ]
    }
    const moved = as(s.node, 'AlterObjectSchemaStmt')
    if (moved?.objectType === undefined || !TABLES.has(moved.objectType)) return []
    const table = tableName(moved.relation)
    if (s.known.isNew(table)) return []
    return [
      {
        message: `${shown(table)} moves to the schema ${moved.newschema}: programs that look for it elsewhere fail`,
        table,
      },
    ]
  },
})

const renameEnumValue = rule({
  code: 'rename-enum-value',
  severity: 'error',
  title: 'A value of an enum is renamed',
  why: 'Programs that run write and compare the old value: the server refuses it from this moment on as none of the enum.',
  safe: "Add the new value, let programs take both, rewrite rows in portions, and leave the old value unused.\n\n```sql\nALTER TYPE state ADD VALUE 'closed';\n```",
  check(s) {
    const change = as(s.node, 'AlterEnumStmt')
    if (change?.oldVal === undefined) return []
    return [{ message: `'${change.oldVal}' is '${change.newVal}' from now on: programs that write the old value fail` }]
  },
})

/** Long enough to be looked at: a letter has up to four bytes. */
const LONG = /[^\s'$(),;.]{16,}/

/** Names as they were written, which the parser has cut already. */
function longNames(s: PostgresStatement): { readonly name: string; readonly from: number; readonly to: number }[] {
  if (!LONG.test(s.sql)) return []
  return s.tokens().flatMap(({ text, from, to }) => {
    const name = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
    const isName = text.startsWith('"') || /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(text)
    return isName && Buffer.byteLength(name) > NAME_BYTES ? [{ name, from, to }] : []
  })
}

const identifierTooLong = rule({
  code: 'identifier-too-long',
  severity: 'warning',
  title: 'A name is longer than the server keeps',
  why: 'PostgreSQL cuts names after 63 bytes of UTF-8 (21 Korean syllables) and tells it in a notice only. Programs that compare the name do not find it, and two long names may become one.',
  safe: 'Choose a shorter name.\n\n```sql\nCREATE INDEX CONCURRENTLY orders_by_customer_idx ON orders (customer_id);\n```',
  check: (s) =>
    longNames(s).map(({ name, from, to }) => ({
      message: `the name ${name} has ${Buffer.byteLength(name)} bytes: it is cut after ${NAME_BYTES}`,
      from,
      to,
    })),
})

export const RENAME = [renameColumn, renameTable, moveSchema, renameEnumValue, identifierTooLong]
