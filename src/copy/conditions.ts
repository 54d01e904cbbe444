/** Conditions that the user wrote in a database's SQL, tried before anything is done with them. */
import type { Database } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { Table } from '../core/schema.ts'

/** A condition on the rows of one table. */
export interface Condition {
  /** Where the user wrote it: `--where 'orders=id > 5'`. */
  readonly said: string
  readonly table: Table
  readonly sql: string
}

/** What a condition itself is to blame for; anything else is told as it is. */
const REFUSALS: ReadonlySet<string> = new Set(['QUERY_FAILED', 'UNSUPPORTED', 'TABLE_MISSING', 'COLUMN_MISSING'])

/** A condition of the command line. */
export function conditionOf(option: '--where' | '--target-where', label: string, table: Table, sql: string): Condition {
  return { said: `${option} '${label}=${sql}'`, table, sql }
}

/** Has the database read each condition, without asking it for rows. Throws USAGE; UNSUPPORTED for a folder of files. */
export async function checkConditions(db: Database, conditions: readonly Condition[]): Promise<void> {
  for (const c of conditions) await refusing(db, c, `SELECT 1 AS one FROM ${rowsOf(db, c)} LIMIT 0`)
}

/** Work that reads rows under conditions; where it fails by one of them, USAGE says which. */
export async function underConditions<T>(
  db: Database,
  conditions: readonly Condition[],
  work: () => Promise<T>,
): Promise<T> {
  await checkConditions(db, conditions)
  try {
    return await work()
  } catch (error) {
    if (REFUSALS.has(toNaruError(error).code)) {
      for (const c of conditions) await refusing(db, c, `SELECT count(*) AS n FROM ${rowsOf(db, c)}`)
    }
    throw error
  }
}

const rowsOf = (db: Database, { table, sql }: Condition) => `${db.engine.dialect.table(table.name)} WHERE (${sql})`

async function refusing(db: Database, c: Condition, sql: string): Promise<void> {
  if (db.engine.name === 'csv') throw withoutSql(db, c)
  try {
    await db.query(sql)
  } catch (error) {
    const known = toNaruError(error)
    throw REFUSALS.has(known.code) ? refused(db, c, known) : known
  }
}

function refused(db: Database, { said, table }: Condition, cause: NaruError): NaruError {
  return new NaruError('USAGE', `${said}: ${db.address.label} refuses the condition`, {
    why: cause.why ?? cause.message,
    hint: `Write what may follow WHERE in the SQL of that database. The columns are ${table.columns.map((k) => k.name).join(', ')}.`,
    state: 'nothing was changed',
    cause,
  })
}

function withoutSql(db: Database, { said }: Condition): NaruError {
  return new NaruError('UNSUPPORTED', `${said}: a folder of files takes no conditions`, {
    why: `${db.address.label} answers no SQL`,
    hint: 'Leave the condition out, or copy the folder into SQLite first.',
    state: 'nothing was changed',
  })
}
