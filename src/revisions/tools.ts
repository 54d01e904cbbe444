/** What a revision in TypeScript works with: statements with bound values, names, rows of whole tables. */
import type { Database, Row, Value } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { RevisionTools, SqlFragment } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { kindOf } from './kinds.ts'
import { tableRows } from './table-rows.ts'
import { familyOf } from './version-table.ts'

export interface ToolsOptions {
  /** A transaction is open that must not be ended from within. */
  readonly transaction: boolean
  readonly log: (message: string) => void
  /** Each statement goes through this: it may tell, wait and try again. */
  readonly around?: <T>(sql: string, work: () => Promise<T>) => Promise<T>
}

const isFragment = (value: unknown): value is SqlFragment =>
  typeof value === 'object' && value !== null && typeof (value as SqlFragment).fragment === 'string'

function unbindable(value: unknown): NaruError {
  const what = value === undefined ? 'undefined' : value instanceof Date ? 'a Date' : `a ${typeof value}`
  return new NaruError('USAGE', `${what} cannot be a value of a statement`, {
    why: 'null, booleans, numbers, bigints, texts and bytes (Uint8Array) can; dates and JSON as text',
    hint: 'Convert it first, for example with toISOString() or JSON.stringify().',
  })
}

function checked(value: unknown): Value {
  const plain = value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value)
  if (plain || value instanceof Uint8Array) return value as Value
  throw unbindable(value)
}

/** A statement with places for its values, or with literals in it where the engine binds none. */
export interface Built {
  readonly sql: string
  readonly params: readonly Value[]
}

/** How a family writes places; null: literals stand in the statement. */
const PLACES: Readonly<Record<Family, ((n: number) => string) | null>> = {
  postgres: (n) => `$${n}`,
  mysql: null,
  sqlite: (n) => `?${n}`,
}

/** Text and values of a tagged template → a statement. `literals`: values stand in it. Throws USAGE for what is no value. */
export function buildSql(
  text: readonly string[],
  values: readonly unknown[],
  o: { readonly family: Family; readonly literal: (value: Value) => string; readonly literals: boolean },
): Built {
  // Structure takes no parameters on any engine.
  const place = o.literals || kindOf(text.join(' '), o.family).ddl ? null : PLACES[o.family]
  const params: Value[] = []
  const sql = values.reduce<string>((before, value, i) => {
    if (isFragment(value)) return `${before}${value.fragment}${text[i + 1]}`
    const plain = checked(value)
    if (place === null) return `${before}${o.literal(plain)}${text[i + 1]}`
    params.push(plain)
    return `${before}${place(params.length)}${text[i + 1]}`
  }, text[0])
  return { sql, params }
}

/** What must not be run from within a transaction that naru holds. */
function refuseBreakingOut(sql: string, family: Family): void {
  const kind = kindOf(sql, family)
  if (kind.inTransaction && !kind.control) return
  const start = sql.trim().replace(/\s+/g, ' ').slice(0, 80)
  throw new NaruError('UNSUPPORTED', `a statement would end the transaction of its revision: ${start}`, {
    why:
      family === 'mysql' && kind.ddl
        ? 'MySQL and MariaDB commit before and after statements that change the structure'
        : 'it must not run inside a transaction',
    hint: 'Put it into a revision of its own in SQL, or say `transaction: false`: the function must then be able to run again from its beginning.',
  })
}

/** The tools over an open database. */
export function revisionTools(database: Database, o: ToolsOptions): RevisionTools {
  const family = familyOf(database)
  const { dialect } = database.engine
  const around = o.around ?? ((_sql, work) => work())
  const query = async (sql: string, params: readonly Value[]): Promise<readonly Row[]> => {
    // An error of a server is made where its answer is read: the line that asked is known only here.
    const asked = new Error('asked here').stack ?? ''
    try {
      return await around(sql, () => database.query(sql, params))
    } catch (error) {
      if (error instanceof Error) error.stack = `${error.stack}\n${asked}`
      throw error
    }
  }
  const name = (...parts: readonly string[]): SqlFragment => ({ fragment: parts.map(dialect.quote).join('.') })
  return {
    engine: family,
    flavor: database.flavor,
    version: database.version,
    sql: async (text, ...values) => {
      const { sql, params } = buildSql(text, values, { family, literal: dialect.literal, literals: false })
      if (o.transaction) refuseBreakingOut(sql, family)
      return query(sql, params)
    },
    name,
    raw: (sql) => ({ fragment: sql }),
    rows: (table, options = {}) => tableRows({ database, family, query }, table, options),
    log: o.log,
  }
}
