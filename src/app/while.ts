/** `--while`: a query of the user's own that gives one number, and what must hold of it. */
import type { Database, Row } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { printable } from '../core/printable.ts'
import type { Watch } from '../core/throttle.ts'

type Operator = '<' | '<=' | '>' | '>=' | '=' | '<>'

/** A condition, as it was written. */
export interface Condition {
  readonly side: 'source' | 'target'
  readonly sql: string
  readonly operator: Operator
  readonly limit: number
}

const FORM = /^(?:(source|target):)?\s*(\S[\s\S]*?)\s*(<=|>=|<>|!=|<|>|=)\s*(-?\d+(?:\.\d+)?)$/
const NAME = /^\w+$/
const OPPOSITE: Readonly<Record<Operator, string>> = { '<': '≥', '<=': '>', '>': '≤', '>=': '<', '=': '≠', '<>': '=' }
const HOLDS: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
}
/** Characters of a query that are shown. */
const SHOWN = 60

/** The condition in a text; a string says what is wrong with it. */
export function parseCondition(text: string): Condition | string {
  const match = FORM.exec(text.trim())
  if (match === null) return 'Expected [target:]QUERY OPERATOR NUMBER, such as "Threads_running < 40".'
  const [, side = 'source', query, operator, limit] = match
  const sql = query.replace(/;\s*$/, '')
  if (sql.includes(';')) return 'Expected one query: there is a ; in it.'
  const known = operator === '!=' ? '<>' : (operator as Operator)
  return { side: side as Condition['side'], sql, operator: known, limit: Number(limit) }
}

/** What must hold on a database while rows are read. Its session is to be one that only reads. */
export function conditionWatch(c: Condition, db: Database): Watch {
  const sql = statementOf(c, db)
  return {
    async look() {
      const value = single(c, await db.query(sql))
      if (HOLDS[c.operator](value, c.limit)) return null
      return `${shown(c)} ${value} ${OPPOSITE[c.operator]} ${c.limit}`
    },
  }
}

const shown = ({ sql }: Condition) => printable(sql.length > SHOWN ? `${sql.slice(0, SHOWN)}…` : sql)

/** A name alone is a status variable of MySQL and MariaDB. */
function statementOf(c: Condition, db: Database): string {
  if (!NAME.test(c.sql)) return c.sql
  if (db.engine.name === 'mysql')
    return `SHOW GLOBAL STATUS LIKE ${db.engine.dialect.literal(c.sql.replaceAll('_', '\\_'))}`
  throw new NaruError('USAGE', `--while: ${c.sql} is no query`, {
    why: `status variables by name are those of MySQL and MariaDB; ${db.address.label} is neither`,
    hint: 'Write a query that gives one number: SELECT count(*) FROM … < 40.',
    state: 'nothing was changed',
  })
}

/** The number in the last column of the only row. Throws USAGE. */
function single(c: Condition, rows: readonly Row[]): number {
  const value = rows.length === 1 ? Object.values(rows[0]).at(-1) : undefined
  const number = value === null || value === undefined || value === '' ? Number.NaN : Number(value)
  if (!Number.isNaN(number)) return number
  const found = rows.length === 1 ? (value === null ? 'NULL' : `'${printable(String(value))}'`) : `${rows.length} rows`
  throw new NaruError('USAGE', `--while: ${shown(c)} gave ${found}, and one number was expected`, {
    hint: 'The query must give one row; its last column is compared.',
    state: 'nothing was changed',
  })
}
