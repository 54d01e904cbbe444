/** Privileges on the database and on what is in it, from the server's own tables: information_schema shows only those of who asks. */
import type { Row } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Server } from './connect.ts'
import { ALL, granteeSql, grantLine, routinesOf, unspoiled } from './grants.ts'
import { literal, quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { lower } from './show-create.ts'

/** Lines of `Table.grants` by what they are on. */
export interface Grants {
  readonly database: readonly string[]
  /** Grantee → the database's name as its privileges were given on: `a_b` or `a\_b`, which is a pattern to the server. */
  readonly spellings: Readonly<Record<string, readonly string[]>>
  /** Whether `_` and `%` in a database's name are plain characters there (MySQL with partial_revokes). */
  readonly plainNames: boolean
  /** By name of table, view or sequence. */
  readonly tables: ReadonlyMap<string, readonly string[]>
  /** By name of table, then of column. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
  /** By `FUNCTION name`, `PROCEDURE name` … */
  readonly routines: ReadonlyMap<string, readonly string[]>
  /** What holds here and is not the database's own, or could not be read; a sentence each. */
  readonly remarks: readonly string[]
}

interface Held {
  readonly names: Set<string>
  option: boolean
}

/** Object → grantee → what it holds. */
type Book = Map<string, Map<string, Held>>

const text = (row: Row, name: string): string => asText(row[name]) ?? ''

function note(book: Book, object: string, grantee: string, names: readonly string[]): void {
  const held = book.get(object) ?? new Map<string, Held>()
  const mine = held.get(grantee) ?? { names: new Set<string>(), option: false }
  for (const name of names) {
    if (name === 'GRANT') mine.option = true
    else mine.names.add(name)
  }
  book.set(object, held.set(grantee, mine))
}

/** Lines of one object. `complete`: how many privileges are all of them. */
function lines(held: ReadonlyMap<string, Held> | undefined, complete: number): string[] {
  return [...(held ?? [])]
    .filter(([, { names, option }]) => names.size > 0 || option)
    .map(([grantee, { names, option }]) => {
      const privileges = names.size === complete ? [ALL] : [...names].sort()
      return grantLine({ privileges, grantee, option })
    })
    .sort()
}

const listed = (book: Book, complete: number): ReadonlyMap<string, readonly string[]> =>
  new Map([...book].map(([object, held]) => [object, lines(held, complete)]))

/** Words of a SET of the privilege tables as GRANT takes them. */
function wordsOf(set: string): string[] {
  return set
    .split(',')
    .filter((word) => word !== '')
    .map((word) => (/^delete (versioning rows|history)$/i.test(word) ? 'DELETE HISTORY' : word.toUpperCase()))
}

/** `Create_tmp_table_priv` → CREATE TEMPORARY TABLES. */
function flagName(column: string): string {
  const words = column
    .replace(/_priv$/, '')
    .replaceAll('_', ' ')
    .toUpperCase()
  return words === 'CREATE TMP TABLE' ? 'CREATE TEMPORARY TABLES' : words
}

/** A pattern of database names without what it escapes; null where it stands for several names. */
function plainName(pattern: string): string | null {
  return /^(?:[^\\%_]|\\.)*$/s.test(pattern) ? pattern.replace(/\\(.)/gs, '$1') : null
}

const CREATORS: ReadonlySet<string> = new Set(['EXECUTE', 'ALTER ROUTINE', 'SHOW CREATE ROUTINE'])

/** What the server gives by itself to who makes a routine. */
function isCreators({ names, option }: Held): boolean {
  return !option && [...names].every((name) => CREATORS.has(name))
}

interface Answers {
  readonly databases: readonly Row[]
  readonly tables: readonly Row[]
  readonly columns: readonly Row[]
  readonly routines: readonly Row[]
  readonly sets: readonly Row[]
  readonly settings: readonly Row[]
}

const SETS = `SELECT column_name AS n, column_type AS t FROM information_schema.columns WHERE table_schema = 'mysql'
AND (table_name = 'tables_priv' AND column_name = 'Table_priv' OR table_name = 'procs_priv' AND column_name = 'Proc_priv')`

async function ask(q: Statements, database: string): Promise<Answers> {
  const own = literal(database)
  const sets = await q.batch([
    `SELECT * FROM mysql.db WHERE Db = ${own} OR ${own} LIKE Db`,
    `SELECT * FROM mysql.tables_priv WHERE Db = ${own}`,
    `SELECT * FROM mysql.columns_priv WHERE Db = ${own}`,
    `SELECT * FROM mysql.procs_priv WHERE ${routinesOf(own)}`,
    SETS,
    `SHOW VARIABLES LIKE 'partial_revokes'`,
  ])
  const [databases, tables, columns, routines, all, settings] = sets.map((rows) => rows.map(lower))
  return { databases, tables, columns, routines, sets: all, settings }
}

/** All of them; null where this user may not read the server's tables of privileges. `owners`: definers of routines by `FUNCTION name`. */
export async function readGrants(
  q: Statements,
  server: Server,
  database: string,
  owners: ReadonlyMap<string, string>,
): Promise<Grants | null> {
  try {
    return grantsFrom(await ask(q, database), server, database, owners)
  } catch (error) {
    const refused = error instanceof NaruError && ['PERMISSION_DENIED', 'AUTH_FAILED'].includes(error.code)
    if (refused) return null
    throw error
  }
}

/** How many privileges a SET column lists beside the right to pass them on. */
function sizeOf(sets: readonly Row[], column: string): number {
  const type = text(sets.find((r) => text(r, 'n').toLowerCase() === column) ?? {}, 't')
  return (type.match(/'(?:[^']|'')*'/g) ?? []).filter((word) => !/^'grant'$/i.test(word)).length
}

function grantsFrom(a: Answers, server: Server, database: string, owners: ReadonlyMap<string, string>): Grants {
  const grantee = (r: Row) => granteeSql(text(r, 'user'), text(r, 'host'), server.flavor)
  const tables: Book = new Map()
  for (const r of a.tables) note(tables, text(r, 'table_name'), grantee(r), wordsOf(text(r, 'table_priv')))
  const routines: Book = new Map()
  for (const r of a.routines) {
    const object = `${text(r, 'routine_type').toUpperCase()} ${unspoiled(text(r, 'routine_name'))}`
    const who = granteeSql(unspoiled(text(r, 'user')), text(r, 'host'), server.flavor)
    note(routines, object, who, wordsOf(text(r, 'proc_priv')))
    const mine = routines.get(object)?.get(who)
    if (owners.get(object) === who && mine !== undefined && isCreators(mine)) routines.get(object)?.delete(who)
  }
  return {
    ...ofDatabase(a, database, grantee),
    tables: listed(tables, sizeOf(a.sets, 'table_priv')),
    columns: ofColumns(a.columns, grantee),
    routines: listed(routines, sizeOf(a.sets, 'proc_priv')),
  }
}

function ofColumns(rows: readonly Row[], grantee: (r: Row) => string): Grants['columns'] {
  const found = new Map<string, Map<string, readonly string[]>>()
  for (const [table, those] of Map.groupBy(rows, (r) => text(r, 'table_name'))) {
    const book: Book = new Map()
    for (const r of those) note(book, text(r, 'column_name'), grantee(r), wordsOf(text(r, 'column_priv')))
    found.set(table, new Map(listed(book, Number.POSITIVE_INFINITY)))
  }
  return found
}

function ofDatabase(a: Answers, database: string, grantee: (r: Row) => string) {
  const plainNames = /^(on|1)$/i.test(text(a.settings[0] ?? {}, 'value'))
  const book: Book = new Map()
  const spellings: Record<string, string[]> = {}
  const patterns = new Map<string, string[]>()
  let complete = 0
  for (const r of a.databases) {
    const [db, who] = [text(r, 'db'), grantee(r)]
    if (db !== database && (plainNames || plainName(db) !== database)) {
      if (!plainNames) patterns.set(db, [...(patterns.get(db) ?? []), who])
      continue
    }
    const flags = Object.keys(r).filter((name) => name.endsWith('_priv'))
    complete = flags.length - 1
    const held = flags.filter((name) => text(r, name) === 'Y').map(flagName)
    note(book, '', who, held)
    spellings[who] = [...(spellings[who] ?? []), db]
  }
  const remarks = [...patterns].map(
    ([pattern, who]) =>
      `privileges on all databases like ${quote(pattern)} hold here too (${who.join(', ')}): they are no property of this one, and are not compared`,
  )
  return { database: lines(book.get(''), complete), spellings, plainNames, remarks }
}
