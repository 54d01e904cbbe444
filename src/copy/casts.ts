/** What the user says about names and types: globs, --rename, --cast. A line that matches nothing is a mistake, not a wish. */
import type { Database, Dialect } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import { tableLabel } from '../core/plan.ts'
import { bareName, type Column, isForeignTable, type OtherObject, type Schema, type Table } from '../core/schema.ts'
import type { ChosenType } from '../diff/convert-context.ts'

/** Tables that naru keeps for itself wherever it has written. */
const OWN = /^naru_(run|unit|mark|reject|step)$/

/** How a table may be named by the user: with or without its schema. */
export function namesOf(schema: Schema, table: Table): string[] {
  const full = tableLabel(table.name)
  const short = tableLabel(table.name, schema.name)
  return full === short ? [full] : [short, full]
}

/** Names that a word of the user's means: those spelled like it, else those that differ from it in case alone. */
export function meant(word: string, all: readonly string[]): ReadonlySet<string> {
  const exact = all.filter((n) => n === word)
  return new Set(exact.length > 0 ? exact : all.filter((n) => n.toLowerCase() === word.toLowerCase()))
}

/** `*` is any text, `?` any character; the rest stands for itself. */
function globOf(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su')
}

/**
 * The tables that come along: those of --tables without those of --exclude.
 * @throws NaruError TABLE_MISSING where a name or glob of --tables matches nothing.
 */
export function chooseTables(schema: Schema, options: CopyOptions): Table[] {
  const all = schema.tables.filter((t) => !OWN.test(t.name.name))
  for (const glob of options.tables ?? []) {
    if (!all.some((t) => matches(schema, t, glob))) throw missing('--tables', glob, schema, all)
  }
  const wanted = all.filter((t) => options.tables === undefined || options.tables.some((g) => matches(schema, t, g)))
  return wanted.filter((t) => !(options.exclude ?? []).some((g) => matches(schema, t, g)))
}

function matches(schema: Schema, table: Table, glob: string): boolean {
  return namesOf(schema, table).some((n) => n === glob || globOf(glob).test(n))
}

/**
 * What of --exclude, --accept and policies means no table or column of the source, in words: a slip that nobody would notice otherwise.
 * It is no error, for what such a word was to meet may be gone.
 */
export function idleWords(schema: Schema, options: CopyOptions): string[] {
  const places = new Set(
    schema.tables.flatMap((t) => {
      const label = tableLabel(t.name, schema.name)
      return [label, ...t.columns.map((c) => `${label}.${c.name}`)].map((n) => n.toLowerCase())
    }),
  )
  const unknown = (entry: string) => entry.includes(':') && !places.has(entry.replace(/^[^:]*:/, '').toLowerCase())
  const excluded = (options.exclude ?? []).filter((g) => !schema.tables.some((t) => matches(schema, t, g)))
  return [
    ...excluded.map((glob) => `--exclude ${glob} leaves nothing out: the source has no such table`),
    ...(options.accept ?? [])
      .filter(unknown)
      .map((a) => `--accept ${a} settles nothing: the source has no such column`),
    ...Object.keys(options.policies ?? {})
      .filter(unknown)
      .map((p) => `the policy ${p} settles nothing: the source has no such column`),
  ]
}

function missing(option: string, name: string, schema: Schema, tables: readonly Table[]): NaruError {
  const other = schema.others.find(
    (o) => tableLabel(bareName(o.name), schema.name).toLowerCase() === name.toLowerCase(),
  )
  if (other !== undefined && HOLDING.has(other.kind)) throw noTable(option, name, other)
  const some = tables.slice(0, 8).map((t) => tableLabel(t.name, schema.name))
  return new NaruError('TABLE_MISSING', `${option} ${name}: the source has no such table`, {
    why: some.length === 0 ? 'the source has no tables' : `it has ${some.join(', ')}${tables.length > 8 ? ' …' : ''}`,
    state: 'nothing was changed',
  })
}

/** Kinds of objects that can be read like tables. */
const HOLDING: ReadonlySet<OtherObject['kind']> = new Set(['view', 'materialized view', 'other'])
function noTable(option: string, word: string, o: OtherObject): NaruError {
  const foreign = isForeignTable(o)
  return new NaruError(
    'TABLE_MISSING',
    `${option} ${word}: this is a ${foreign ? 'foreign table' : o.kind}, not a table`,
    {
      why: foreign ? 'its rows live on another server' : 'its rows are those of other tables',
      hint: `${foreign ? 'Copy them from there, or' : 'To copy them,'} make a table of it first (CREATE TABLE … AS SELECT).`,
      state: 'nothing was changed',
    },
  )
}

/** `table` → value of a map keyed by table name, `undefined` where none. Throws TABLE_MISSING for a key that is no table. */
export function byTable<T>(
  schema: Schema,
  tables: readonly Table[],
  map: Readonly<Record<string, T>> | undefined,
  option: string,
): (table: Table) => T | undefined {
  const all = tables.flatMap((t) => namesOf(schema, t))
  const entries = Object.entries(map ?? {}).map(([word, value]) => ({ word, value, names: meant(word, all) }))
  for (const { word, names } of entries) if (names.size === 0) throw missing(option, word, schema, tables)
  return (table) => entries.findLast((e) => namesOf(schema, table).some((n) => e.names.has(n)))?.value
}

export interface Renames {
  table(table: Table): string | undefined
  column(table: Table, column: Column): string | undefined
}

/** One star on both sides of --rename stands for the same text: `sales.*=sales_*`. */
function byPattern(word: string, value: string): ((name: string) => string | undefined) | null {
  const [head, tail, ...more] = word.split('*')
  if (tail === undefined || more.length > 0 || value.split('*').length !== 2) return null
  return (name) => {
    const fits = name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length
    return fits ? value.split('*').join(name.slice(head.length, name.length - tail.length)) : undefined
  }
}

/** --rename. Throws TABLE_MISSING for a name or pattern that is neither a table nor a table.column. */
export function renames(schema: Schema, tables: readonly Table[], options: CopyOptions): Renames {
  const columnNames = (table: Table, column: Column) => namesOf(schema, table).map((n) => `${n}.${column.name}`)
  const allTables = tables.flatMap((t) => namesOf(schema, t))
  const allColumns = tables.flatMap((t) => t.columns.flatMap((c) => columnNames(t, c)))
  const entries = Object.entries(options.rename ?? {}).map(([word, value]) => {
    const names = meant(word, allTables)
    const columns = names.size > 0 ? new Set<string>() : meant(word, allColumns)
    const pattern = names.size + columns.size > 0 ? null : byPattern(word, value)
    const table = (name: string) => (pattern === null ? (names.has(name) ? value : undefined) : pattern(name))
    return { word, value, table, columns, tables: allTables.filter((name) => table(name) !== undefined) }
  })
  for (const e of entries) {
    if (e.tables.length === 0 && e.columns.size === 0) throw missing('--rename', e.word, schema, tables)
  }
  return {
    table: (t) =>
      entries
        .flatMap((e) =>
          namesOf(schema, t)
            .flatMap((n) => e.table(n) ?? [])
            .slice(0, 1),
        )
        .at(-1),
    column: (t, c) => entries.findLast((e) => columnNames(t, c).some((n) => e.columns.has(n)))?.value,
  }
}

interface Cast {
  readonly text: string
  readonly left: string
  /** Native type of the source for `type:NATIVE=…`. */
  readonly native: string | null
  readonly chosen: ChosenType
}

/** Native types compare without case and blanks: `TINYINT (1)` is `tinyint(1)`. */
function bareType(native: string): string {
  return native.toLowerCase().replace(/\s+/g, '')
}

function parseCast(text: string, target: Dialect): Cast {
  const at = text.lastIndexOf('=')
  const left = text.slice(0, at).trim()
  const right = text.slice(at + 1).trim()
  if (at < 1 || left === '' || right === '') {
    throw new NaruError('USAGE', `--cast ${text} is not understood`, {
      hint: `Write --cast 'table.column=type' or --cast 'type:tinyint(1)=smallint'.`,
      state: 'nothing was changed',
    })
  }
  const collate = /^(.*?)\s+collate\s+((?:"[^"]+"|[\w-]+)(?:\.(?:"[^"]+"|[\w-]+))?)\s*$/i.exec(right)
  const type = target.parseType(collate === null ? right : collate[1])
  const chosen = collate === null ? { type } : { type, collation: collate[2] }
  const native = /^type:/i.test(left) ? bareType(left.slice(5)) : null
  return { text, left, native, chosen }
}

/** Has the target say that it knows the types of --cast. `made`: types that come along from the source. Throws USAGE. */
export async function checkCasts(
  target: Database,
  made: readonly OtherObject[],
  casts: readonly string[],
): Promise<void> {
  const { dialect } = target.engine
  if (dialect.tryType === undefined) return
  const coming = new Set(made.map((o) => o.name.name.toLowerCase()))
  for (const text of casts) {
    const { type, collation } = parseCast(text, dialect).chosen
    if (coming.has(bareType(type.native).replace(/^.*\.|"|\[\]$/g, ''))) continue
    await target.execute(dialect.tryType(type.native, collation)).catch((error: unknown) => {
      const known = toNaruError(error)
      if (known.code !== 'QUERY_FAILED') throw known
      throw new NaruError('USAGE', `--cast ${text}: the target has no such type`, {
        why: known.why ?? known.message,
        hint: `Write the type as it stands in a CREATE TABLE of the target (${target.flavor}).`,
        state: 'nothing was changed',
        cause: error,
      })
    })
  }
}

/**
 * --cast: the type that the user chose for a column; the later line wins.
 * @throws NaruError USAGE for a line that is not understood or matches no column.
 */
export function castsOf(
  schema: Schema,
  tables: readonly Table[],
  options: CopyOptions,
  target: Dialect,
): (table: Table, column: Column) => ChosenType | undefined {
  const columnNames = (table: Table, column: Column) => namesOf(schema, table).map((n) => `${n}.${column.name}`)
  const all = tables.flatMap((t) => t.columns.flatMap((c) => columnNames(t, c)))
  const casts = (options.casts ?? []).map((text) => {
    const cast = parseCast(text, target)
    return { ...cast, names: meant(cast.left, all) }
  })
  const hits = (cast: (typeof casts)[number], table: Table, column: Column) => {
    if (cast.native !== null) return bareType(column.type.native) === cast.native
    return columnNames(table, column).some((n) => cast.names.has(n))
  }
  for (const cast of casts) {
    if (tables.some((t) => t.columns.some((c) => hits(cast, t, c)))) continue
    const known = [...new Set(tables.flatMap((t) => t.columns.map((c) => c.type.native)))].slice(0, 10)
    throw new NaruError('USAGE', `--cast ${cast.text} matches no column`, {
      why:
        cast.native === null
          ? `no table to be copied has the column ${cast.left}`
          : `the types are ${known.join(', ')}`,
      hint: 'Check the spelling: names and types are those of the source.',
      state: 'nothing was changed',
    })
  }
  return (table, column) => casts.findLast((cast) => hits(cast, table, column))?.chosen
}
