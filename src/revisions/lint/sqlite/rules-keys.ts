/** Rules about keys of tables as they are made. */
import type { ColumnText } from '../text/column.ts'
import { edited, shown } from '../text/edit.ts'
import type { Statement } from '../text/known.ts'
import type { CreateTable } from '../text/table.ts'
import { rule } from './sqlite-rule.ts'

const has = (act: CreateTable, option: string): boolean => act.options.some((o) => o.name === option)

const key = (act: CreateTable) => act.keys.find((k) => k.key.kind === 'primary')?.key

/** The columns of the primary key; none where there is no key. */
function keyColumns(act: CreateTable): readonly ColumnText[] {
  const inline = act.columns.filter((c) => c.primary)
  if (inline.length > 0) return inline
  const names = key(act)?.parts.map((p) => p.column?.toLowerCase()) ?? []
  return act.columns.filter((c) => names.includes(c.name.toLowerCase()))
}

/** `INTEGER PRIMARY KEY DESC` is none, for history's sake. */
const isDescending = (c: ColumnText): boolean =>
  c.tokens.some((t, i) => t.word === 'DESC' && c.tokens[i - 1]?.word === 'KEY')

function isRowid(act: CreateTable, columns: readonly ColumnText[]): boolean {
  return (
    columns.length === 1 &&
    columns[0].type?.word === 'INTEGER' &&
    columns[0].type.args.length === 0 &&
    !isDescending(columns[0]) &&
    !has(act, 'WITHOUT ROWID')
  )
}

export const rowidAlias = rule({
  code: 'rowid-alias',
  severity: 'warning',
  fixable: true,
  title: 'INT PRIMARY KEY is no INTEGER PRIMARY KEY',
  why: 'Only a column of the very type INTEGER (and not PRIMARY KEY DESC) is the rowid itself: numbered by itself, never NULL, found without an index. INT, BIGINT and the like are an ordinary column with an index beside: INSERT without it stores NULL.',
  safe: '```sql\nCREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER NOT NULL);\n```',
  check({ act, sql }) {
    if (act.kind !== 'create-table' || has(act, 'WITHOUT ROWID')) return []
    const columns = keyColumns(act)
    const [{ type, name } = { type: null, name: '' }] = columns
    if (columns.length !== 1 || type === null || !/INT/.test(type.word) || isRowid(act, columns)) return []
    const { from, to } = type
    const descending = type.word === 'INTEGER' && isDescending(columns[0])
    const message = `${shown(act.table.name)}.${name} is not the rowid: INSERT does not number it, and NULL gets in`
    return [
      {
        message,
        table: act.table.name,
        from,
        to,
        ...(!descending && { fix: edited(sql, [{ from, to, text: 'INTEGER' }]) }),
      },
    ]
  },
})

export const autoincrement = rule({
  code: 'autoincrement-unneeded',
  severity: 'note',
  title: 'AUTOINCREMENT is rarely needed',
  why: 'INTEGER PRIMARY KEY numbers by itself. AUTOINCREMENT only makes sure that numbers of deleted rows at the end are never given out again, and for that reads and writes the table sqlite_sequence with every INSERT.',
  safe: 'Leave it out unless numbers that were given out must never come back (references kept outside of the database).\n\n```sql\nid INTEGER PRIMARY KEY\n```',
  check({ act }) {
    if (act.kind !== 'create-table') return []
    return act.columns.flatMap((c) => {
      const token = c.tokens.find((t) => t.word === 'AUTOINCREMENT')
      if (token === undefined || c.type?.word !== 'INTEGER') return []
      return [
        {
          message: `${shown(act.table.name)}.${c.name} would be numbered without AUTOINCREMENT`,
          table: act.table.name,
          from: token.from,
          to: token.to,
        },
      ]
    })
  },
})

export const autoincrementRefused = rule({
  code: 'autoincrement-refused',
  severity: 'error',
  title: 'AUTOINCREMENT where SQLite refuses it',
  why: 'AUTOINCREMENT stands only behind INTEGER PRIMARY KEY of a table with rowids; AUTO_INCREMENT is MySQL’s word.',
  safe: '```sql\nid INTEGER PRIMARY KEY\n```',
  check({ act }) {
    if (act.kind !== 'create-table') return []
    return act.columns.flatMap((c) => {
      const token = c.tokens.find((t) => t.word === 'AUTOINCREMENT' || t.word === 'AUTO_INCREMENT')
      if (
        token === undefined ||
        (token.word === 'AUTOINCREMENT' && c.type?.word === 'INTEGER' && c.primary && !has(act, 'WITHOUT ROWID'))
      )
        return []
      // Behind the type without PRIMARY KEY before it AUTO_INCREMENT is read as a part of the type.
      return [
        {
          message: `${shown(act.table.name)}.${c.name} is not numbered: ${token.word} is refused here, or is only a part of the type`,
          table: act.table.name,
          from: token.from,
          to: token.to,
        },
      ]
    })
  },
})

export const withoutRowidWithoutKey = rule({
  code: 'without-rowid-without-key',
  severity: 'error',
  title: 'WITHOUT ROWID needs a primary key',
  why: 'A table without rowids is kept in the order of its primary key; SQLite refuses it without one.',
  safe: '```sql\nCREATE TABLE words (word TEXT PRIMARY KEY) WITHOUT ROWID;\n```',
  check({ act }) {
    if (act.kind !== 'create-table' || !has(act, 'WITHOUT ROWID') || act.columns.some((c) => c.primary) || key(act))
      return []
    return [{ message: `${shown(act.table.name)} has no primary key`, table: act.table.name }]
  },
})

export const nullableKey = rule({
  code: 'nullable-primary-key',
  severity: 'warning',
  fixable: true,
  title: 'PRIMARY KEY lets NULL in',
  why: 'By an old mistake that is kept for compatibility, PRIMARY KEY of SQLite does not imply NOT NULL, except for INTEGER PRIMARY KEY, WITHOUT ROWID and STRICT tables. NULLs are all different: a key with NULL stands there any number of times.',
  safe: '```sql\nCREATE TABLE words (word TEXT NOT NULL PRIMARY KEY);\n```',
  check({ act, sql }) {
    if (act.kind !== 'create-table' || has(act, 'WITHOUT ROWID') || has(act, 'STRICT')) return []
    const columns = keyColumns(act)
    if (isRowid(act, columns)) return []
    const open = columns.filter((c) => c.nullable !== false)
    if (open.length === 0) return []
    const names = open.map((c) => c.name).join(', ')
    const [{ from, to }] = open
    return [
      {
        message: `NULL gets into the primary key of ${shown(act.table.name)}: ${names}`,
        table: act.table.name,
        from,
        to,
        fix: edited(
          sql,
          open.map((c) => ({ from: c.to, to: c.to, text: ' NOT NULL' })),
        ),
      },
    ]
  },
})

/** Columns that refer to another table, one list a key. */
function foreignKeys(
  act: CreateTable,
): { readonly columns: readonly string[]; readonly from: number; readonly to: number }[] {
  const inline = act.columns.filter((c) => c.references).map((c) => ({ columns: [c.name], from: c.from, to: c.to }))
  const keys = act.keys
    .filter((k) => k.key.kind === 'foreign')
    .map(({ key: k, from, to }) => ({ columns: k.parts.flatMap((p) => p.column ?? []), from, to }))
  return [...inline, ...keys]
}

/** First columns of all that is indexed, in this statement or later. */
function indexed(act: CreateTable, later: readonly Statement[]): (readonly (string | undefined)[])[] {
  const inline = act.columns.filter((c) => c.primary || c.unique).map((c) => [c.name.toLowerCase()])
  const all = [
    ...act.keys.map((k) => k.key),
    ...later.flatMap(({ act: a }) =>
      a.kind === 'create-index' && shown(a.table.name).toLowerCase() === shown(act.table.name).toLowerCase()
        ? [a.key]
        : [],
    ),
  ]
  return [
    ...inline,
    ...all
      .filter((k) => k.kind !== 'foreign' && k.kind !== 'check')
      .map((k) => k.parts.map((p) => p.column?.toLowerCase())),
  ]
}

export const foreignKeyIndex = rule({
  code: 'foreign-key-without-index',
  severity: 'warning',
  fixable: true,
  title: 'A foreign key has no index',
  why: 'SQLite makes no index for a foreign key. Each DELETE or UPDATE of a parent then reads the whole child table, once for every row.',
  safe: '```sql\nCREATE INDEX orders_customer ON orders (customer);\n```',
  check(statement, { statements, index }) {
    const { act, sql } = statement
    if (act.kind !== 'create-table' || act.temporary) return []
    const there = indexed(act, statements.slice(index + 1))
    return foreignKeys(act)
      .filter(
        ({ columns }) => columns.length > 0 && !there.some((i) => columns.every((c, n) => i[n] === c.toLowerCase())),
      )
      .map(({ columns, from, to }) => {
        const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
        const { schema, name } = act.table.name
        const own = quoted(`${name}_${columns.join('_')}_idx`)
        const make = `CREATE INDEX ${schema === undefined ? '' : `${quoted(schema)}.`}${own} ON ${quoted(name)} (${columns.map(quoted).join(', ')});`
        return {
          message: `${shown(act.table.name)} has no index on ${columns.join(', ')}, which refers to another table`,
          table: act.table.name,
          from,
          to,
          fix: `${edited(sql, [])}\n${make}`,
        }
      })
  },
})
