/** Rules about columns and values: what SQLite stores is not what the words say. */
import { definedColumns, definedTable } from '../text/defined.ts'
import { edited, shown } from '../text/edit.ts'
import type { Statement } from '../text/known.ts'
import { type Token, unquoted } from '../text/token.ts'
import { rule } from './sqlite-rule.ts'

type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC'

/** https://www.sqlite.org/datatype3.html, "Determination Of Column Affinity" */
function affinityOf(type: string): Affinity {
  if (/INT/.test(type)) return 'INTEGER'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'TEXT'
  if (/BLOB/.test(type)) return 'BLOB'
  return /REAL|FLOA|DOUB/.test(type) ? 'REAL' : 'NUMERIC'
}

const INTEGERS =
  /^((UNSIGNED |TINY|SMALL|MEDIUM|BIG)*INT(EGER)?( UNSIGNED)?|INT[1248]|LONG INT|UNSIGNED BIG INT|.*\bINT(EGER)?\b.*)$/
const TEXTS =
  /^(STRING|STR|UUID|GUID|JSON|JSONB|XML|URL|EMAIL|INET|ENUM|NAME|PHONE|CITEXT|BYTES|BYTEA|BINARY|VARBINARY)$/

/** What a type seems to say and does not do. */
function surprise(type: string): string | null {
  const affinity = affinityOf(type)
  if (affinity === 'INTEGER' && !INTEGERS.test(type))
    return `because of the letters INT it turns texts and fractions that look like whole numbers into integers`
  if (affinity === 'NUMERIC' && TEXTS.test(type))
    return `it has numeric affinity: '00123' becomes 123, '1e3' becomes 1000`
  return null
}

export const typeAffinity = rule({
  code: 'type-affinity',
  severity: 'warning',
  fixable: true,
  title: 'A type that changes what is stored',
  why: 'SQLite looks at letters of the type: INT makes an integer (FLOATING POINT and INTERVAL have them too), then CHAR, CLOB, TEXT a text, BLOB nothing, REAL, FLOA, DOUB a float; all else, STRING, UUID and JSON for example, is numeric: texts that look like numbers become numbers when they are stored, and leading zeros are gone.',
  safe: 'Take TEXT, INTEGER, REAL, BLOB or NUMERIC, and STRICT to have them kept:\n\n```sql\nCREATE TABLE people (zip TEXT NOT NULL, height REAL) STRICT;\n```',
  check(statement) {
    const table = definedTable(statement)
    if (
      table === null ||
      (statement.act.kind === 'create-table' && statement.act.options.some((o) => o.name === 'STRICT'))
    )
      return []
    return definedColumns(statement).flatMap(({ name, type }) => {
      const why = type === null ? null : surprise(type.word)
      if (type === null || why === null) return []
      const { from, to } = type
      const text = /^(STRING|STR|UUID|GUID|JSON|XML|URL|EMAIL|CITEXT)$/.test(type.word)
      return [
        {
          message: `${shown(table)}.${name} is ${type.word}: ${why}`,
          table,
          from,
          to,
          ...(text && { fix: edited(statement.sql, [{ from, to, text: 'TEXT' }]) }),
        },
      ]
    })
  },
})

export const decimalIsFloat = rule({
  code: 'decimal-is-float',
  severity: 'note',
  title: 'DECIMAL is kept as a float',
  why: 'SQLite has no decimals: DECIMAL(10,2) and NUMERIC keep whole numbers as integers and all else as 8-byte floats. 0.1 + 0.2 is not 0.3, digits beyond the fifteenth are lost, and neither length nor scale is checked.',
  safe: 'Keep money as an INTEGER of its smallest unit, or exact digits as TEXT:\n\n```sql\nprice_cents INTEGER NOT NULL\n```',
  check(statement) {
    const table = definedTable(statement)
    if (table === null) return []
    return definedColumns(statement).flatMap(({ name, type }) => {
      if (
        type === null ||
        !/^(DECIMAL|NUMERIC|DEC|MONEY)$/.test(type.word) ||
        Number(type.args[1] ?? (type.args.length > 0 ? 0 : 1)) === 0
      )
        return []
      return [{ message: `${shown(table)}.${name} keeps fractions as floats`, table, from: type.from, to: type.to }]
    })
  },
})

/** Words of other databases that SQLite takes for a part of the type, or for nothing. */
export const foreignWords = rule({
  code: 'words-in-type',
  severity: 'warning',
  title: 'A word of another database is taken for a part of the type',
  why: 'SQLite reads any words behind the name of a column as its type: AFTER, FIRST and COMMENT do nothing there, and are kept in the schema for ever.',
  safe: 'Leave them out: a new column stands at the end, and a comment stands in the statement (`-- …`), which SQLite keeps.\n\n```sql\nALTER TABLE orders ADD COLUMN note TEXT -- what the customer wrote\n;\n```',
  check(statement) {
    const table = definedTable(statement)
    if (table === null) return []
    return definedColumns(statement).flatMap((c) => {
      if (c.position === undefined && c.comment === undefined) return []
      const token = c.tokens.find((t) => /^(FIRST|AFTER|COMMENT)$/.test(t.word)) ?? c.tokens[0]
      return [
        { message: `${shown(table)}.${c.name}: ${token.word} does nothing`, table, from: token.from, to: token.to },
      ]
    })
  },
})

export const localTime = rule({
  code: 'local-time-default',
  severity: 'warning',
  title: 'A default in local time',
  why: "datetime('now', 'localtime') stores the wall clock of whatever machine writes: the hour that comes twice in autumn is ambiguous, and rows of two machines cannot be compared. SQLite stores no zone with it.",
  safe: 'Store UTC and turn it into local time when showing:\n\n```sql\nmade TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n```',
  check(statement) {
    const table = definedTable(statement)
    if (table === null) return []
    return definedColumns(statement).flatMap(({ name, default: value }) => {
      const token = value?.tokens.find((t) => /^'localtime'$/i.test(t.text))
      return token === undefined
        ? []
        : [
            {
              message: `${shown(table)}.${name} is in the local time of the machine that writes`,
              table,
              from: token.from,
              to: token.to,
            },
          ]
    })
  },
})

export const doubleQuoted = rule({
  code: 'double-quoted-string',
  severity: 'warning',
  fixable: true,
  title: 'A text in double quotes',
  why: 'Double quotes hold a name. SQLite takes them for a text only where no column has that name, and only in builds that still allow it: newer ones say "no such column".',
  safe: "Single quotes for texts:\n\n```sql\nINSERT INTO tags (name) VALUES ('a');\n```",
  check(statement) {
    const tokens = [
      ...valuesOf(statement),
      ...definedColumns(statement).flatMap((c) => c.default?.tokens.slice(0, 1) ?? []),
    ]
    const texts = tokens.filter(
      (t) => t.kind === 'name' && t.text[0] === '"' && t.text.length > 1 && t.text.endsWith('"'),
    )
    if (texts.length === 0) return []
    const [{ from, to, text }] = texts
    const edits = texts.map((t) => ({ from: t.from, to: t.to, text: `'${unquoted(t).replaceAll("'", "''")}'` }))
    return [{ message: `${text.slice(0, 30)} is a name, not a text`, from, to, fix: edited(statement.sql, edits) }]
  },
})

/** What INSERT … VALUES holds, up to what may name columns again. */
function valuesOf(statement: Statement): readonly Token[] {
  const { act, sql } = statement
  if (act.kind !== 'insert' || act.select || !sql.includes('"')) return []
  const tokens = statement.tokens()
  if (tokens.some((t) => t.word === 'SELECT')) return []
  const from = tokens.findIndex((t) => t.word === 'VALUES')
  const end = tokens.findIndex(
    (t, i) => i > from && (t.word === 'RETURNING' || (t.word === 'ON' && tokens[i + 1]?.word === 'CONFLICT')),
  )
  return from < 0 ? [] : tokens.slice(from, end < 0 ? undefined : end)
}
