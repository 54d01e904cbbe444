/** Rules about types of columns. */
import type { Found } from '../../rule.ts'
import { columnsOf, constraintAt, isType, type MadeColumn, modifiers, retyped, typeOf, typeSpan } from '../columns.ts'
import { edited } from '../edit.ts'
import { as, namesOf, shown } from '../node.ts'
import { at, existing, type PostgresRule, rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'
import { typeChange } from '../type-change.ts'

const changeType = rule({
  code: 'change-column-type',
  severity: 'error',
  title: 'The type of a column changes',
  why: 'ALTER COLUMN … TYPE rewrites the table and its indexes under an ACCESS EXCLUSIVE lock, unless old and new type have the same bytes: varchar to a longer varchar or to text, numeric to more digits of the same scale, cidr to inet, timestamp to timestamptz while the time zone of the session is UTC. Programs may choke on the new type as well. Where the database can be asked, naru knows the old type.',
  safe: 'Add a column of the new type, write both by a trigger, copy old rows in portions, let programs read the new one, drop the old one.\n\n```sql\nALTER TABLE orders ADD COLUMN id_new bigint;\n```',
  bySize: true,
  check(s, { context }) {
    return existing(s, 'AT_AlterColumnType').flatMap((a) => {
      const def = as(a.cmd.def, 'ColumnDef')
      const name = a.cmd.name ?? ''
      if (def === undefined) return []
      const change = typeChange(def, context.columnType?.(a.table, name) ?? null)
      if (change === 'unchanged') return []
      const what = `${shown(a.table)}.${name} becomes ${typeOf(def.typeName)}`
      return change === 'rewritten'
        ? [at(a, `${what}: the table is rewritten and nobody can use it meanwhile`)]
        : [
            at(
              a,
              `${what}: unless the old type has the same bytes, the table is rewritten and nobody can use it meanwhile`,
              { severity: 'warning' },
            ),
          ]
    })
  },
})

interface TypeRule extends Pick<PostgresRule, 'code' | 'severity' | 'title' | 'why' | 'safe'> {
  readonly types: readonly string[]
  readonly message: string
  /** The type that is meant instead; undefined: none that fits this column. Absent: none that ever does. */
  readonly instead?: (s: PostgresStatement, c: MadeColumn) => string | undefined
}

/** Changing the type of a column that is there costs more than the better type gives: only new columns have a rewriting. */
function rewriting(s: PostgresStatement, c: MadeColumn, instead: TypeRule['instead']): Partial<Found> {
  const type = c.how === 'type' ? undefined : instead?.(s, c)
  return type === undefined ? {} : { fix: edited(s.sql, retyped(s, c.def, type)) }
}

function typeRule({ types, message, instead, ...told }: TypeRule): PostgresRule {
  const names = new Set(types)
  return rule({
    ...told,
    ...(instead !== undefined && { fixable: true }),
    check: (s) =>
      columnsOf(s)
        .filter((c) => isType(s, c.def, names))
        .map((c): Found => {
          const place =
            c.how === 'type' ? c.alteration?.span() : { from: s.at(c.def.location), to: typeSpan(s, c.def).to }
          return {
            message: `${shown(c.table)}.${c.name}: ${message}`,
            table: c.table,
            ...place,
            ...rewriting(s, c, instead),
          }
        }),
  })
}

/** text that is no longer; what is added to a table that is there would be read for the CHECK. */
function limitedText(s: PostgresStatement, c: MadeColumn): string | undefined {
  const [length = typeOf(c.def.typeName) === 'varchar' ? undefined : 1] = modifiers(c.def.typeName)
  if (length === undefined) return 'text'
  if (c.how !== 'create' || c.def.typeName?.arrayBounds !== undefined) return undefined
  const from = s.at(c.def.location)
  const name = s.tokens().find((t) => t.from === from)?.text
  return name === undefined ? undefined : `text CHECK (length(${name}) <= ${length})`
}

const json = typeRule({
  code: 'json-type',
  severity: 'warning',
  title: 'json instead of jsonb',
  why: 'json is kept as text: it has no equality operator, so SELECT DISTINCT, UNION and GROUP BY over it fail, and no index reaches into it.',
  safe: 'Take jsonb, unless blanks and the order of keys must be kept.\n\n```sql\nCREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);\n```',
  types: ['json'],
  message: 'json has no equality: SELECT DISTINCT and UNION over it fail',
  instead: () => 'jsonb',
})

const character = typeRule({
  code: 'char-type',
  severity: 'warning',
  title: 'char(n) fills up with blanks',
  why: 'char(n) stores blanks up to its length and forgets them in comparisons: it saves no room, and LIKE and concatenation surprise. char without a length holds one character.',
  safe: 'Take text, with a CHECK where the length matters.\n\n```sql\nCREATE TABLE countries (code text PRIMARY KEY CHECK (length(code) = 2));\n```',
  types: ['bpchar', 'char'],
  message: 'char is filled up with blanks',
  instead: limitedText,
})

const varchar = typeRule({
  code: 'varchar-type',
  severity: 'note',
  title: 'varchar(n) instead of text',
  why: 'The limit makes nothing faster or smaller. Lowering it later, or changing it by mistake, rewrites or reads the whole table under an ACCESS EXCLUSIVE lock.',
  safe: 'Take text, with a CHECK where there is a limit: it can be changed by NOT VALID and VALIDATE.\n\n```sql\nCREATE TABLE users (name text CHECK (length(name) <= 100));\n```',
  types: ['varchar'],
  message: 'a limit of varchar is hard to change later',
  instead: limitedText,
})

const timestamp = typeRule({
  code: 'timestamp-without-zone',
  severity: 'warning',
  title: 'timestamp without time zone',
  why: 'It keeps what a clock showed, not a moment: nobody knows which moment `2026-03-29 02:30` was, and two sessions of different time zones write different values for the same moment.',
  safe: 'Take timestamptz: it keeps the moment, in the same eight bytes.\n\n```sql\nCREATE TABLE orders (placed timestamptz NOT NULL DEFAULT now());\n```',
  types: ['timestamp'],
  message: 'a timestamp without time zone names no moment',
  instead: (_, c) => {
    const [digits] = modifiers(c.def.typeName)
    return digits === undefined ? 'timestamptz' : `timestamptz(${digits})`
  },
})

const timetz = typeRule({
  code: 'timetz-type',
  severity: 'warning',
  title: 'time with time zone',
  why: 'An offset without a date says nothing: which offset a zone has depends on the day. PostgreSQL has the type for the standard only.',
  safe: 'Take time, and the zone as text beside it; or timestamptz.\n\n```sql\nCREATE TABLE shops (opens time NOT NULL, zone text NOT NULL);\n```',
  types: ['timetz'],
  message: 'an offset without a date says nothing',
})

const money = typeRule({
  code: 'money-type',
  severity: 'warning',
  title: 'The type money',
  why: 'Its fraction and its text depend on lc_monetary of the server: a dump that is loaded elsewhere holds other amounts. It knows no currency.',
  safe: 'Take numeric, and the currency beside it.\n\n```sql\nCREATE TABLE orders (total numeric(12, 2) NOT NULL, currency text NOT NULL);\n```',
  types: ['money'],
  message: 'what money means depends on lc_monetary of the server',
})

const SERIALS: Readonly<Record<string, string>> = {
  serial: 'integer',
  serial4: 'integer',
  bigserial: 'bigint',
  serial8: 'bigint',
  smallserial: 'smallint',
  serial2: 'smallint',
}

const serial = typeRule({
  code: 'serial-type',
  severity: 'warning',
  title: 'serial instead of an identity column',
  why: 'serial makes a sequence beside the table: its privileges are granted apart, CREATE TABLE … LIKE shares it, and nothing keeps a program from writing numbers that the sequence will give out later.',
  safe: 'Take an identity column, which the SQL standard has.\n\n```sql\nCREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);\n```',
  types: Object.keys(SERIALS),
  message: 'serial leaves its sequence apart from the table',
  instead: (_, c) => `${SERIALS[typeOf(c.def.typeName)]} GENERATED BY DEFAULT AS IDENTITY`,
})

const SMALL_INTEGERS = new Set(['int2', 'int4', 'serial', 'serial4', 'smallserial', 'serial2'])

/** Columns of the primary key that stands at the end of CREATE TABLE. */
function keyColumns(s: PostgresStatement): ReadonlySet<string> {
  const constraints = (as(s.node, 'CreateStmt')?.tableElts ?? []).map((e) => as(e, 'Constraint'))
  const key = constraints.find((c) => c?.contype === 'CONSTR_PRIMARY')
  // Of a key of several columns each counts its own things.
  return new Set(key?.keys?.length === 1 ? namesOf(key.keys) : [])
}

const integerKey = rule({
  code: 'integer-key',
  severity: 'warning',
  title: 'A key of 32 or 16 bits',
  why: 'integer ends at 2,147,483,647 and smallint at 32,767; gaps of rolled back transactions count too. When the last number is given, every INSERT fails, and the way to bigint rewrites the table and all that refer to it.',
  safe: 'Take bigint for keys from the beginning: alignment often takes the four bytes anyway.\n\n```sql\nCREATE TABLE orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);\n```',
  fixable: true,
  check(s) {
    const keys = keyColumns(s)
    const numbered = (c: MadeColumn) =>
      keys.has(c.name) ||
      constraintAt(c.def, 'CONSTR_PRIMARY') !== undefined ||
      constraintAt(c.def, 'CONSTR_IDENTITY') !== undefined ||
      typeOf(c.def.typeName).includes('serial')
    return columnsOf(s)
      .filter((c) => c.how !== 'type' && isType(s, c.def, SMALL_INTEGERS) && numbered(c))
      .map((c) => {
        const instead = typeOf(c.def.typeName).includes('serial') ? 'bigserial' : 'bigint'
        return {
          message: `${shown(c.table)}.${c.name} has ${/2|small/.test(typeOf(c.def.typeName)) ? 16 : 32} bits: when its numbers are used up every INSERT fails`,
          table: c.table,
          from: s.at(c.def.location),
          to: typeSpan(s, c.def).to,
          fix: edited(s.sql, retyped(s, c.def, instead)),
        }
      })
  },
})

export const TYPE = [changeType, json, character, varchar, timestamp, timetz, money, serial, integerKey]
