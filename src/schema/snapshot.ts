/** A schema as JSON: complete, in a stable order, made to be kept in git and compared line by line. */
import { NaruError } from '../core/error.ts'
import { displayName, type OtherObject, type Schema, type Table } from '../core/schema.ts'

/** Version of the format; a reader refuses what is newer. */
const FORMAT = 1

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function sortedBy<T>(all: readonly T[], key: (one: T) => string): T[] {
  return [...all].sort((a, b) => byText(key(a), key(b)))
}

/** What identifies an object among its kind, for sorting. */
const objectKey = (o: OtherObject): string =>
  [o.kind, o.table === undefined ? '' : displayName(o.table), displayName(o.name)].join('\u0000')

function lastingTable(table: Table): Table {
  const { rows: _, bytes: __, counter: ___, ...rest } = table
  return {
    ...rest,
    uniques: sortedBy(table.uniques, (u) => u.name),
    indexes: sortedBy(table.indexes, (i) => i.name),
    foreignKeys: sortedBy(table.foreignKeys, (f) => f.name),
    checks: sortedBy(table.checks, (c) => `${c.name}\u0000${c.column ?? ''}`),
  }
}

/**
 * The schema without statistics and counters, which change with the rows, and without what lies beside it; everything in an order that no
 * catalogue decides.
 */
export function lasting({ unread: _unread, ...schema }: Schema): Schema {
  return {
    ...schema,
    tables: sortedBy(schema.tables.map(lastingTable), (t) => displayName(t.name)),
    others: sortedBy(
      schema.others.map(({ next: _, ...o }): OtherObject => o),
      objectKey,
    ),
  }
}

/** Keys that stand first, because people look for them first. The others follow by the alphabet. */
const FIRST = ['naru', 'format', 'kind', 'schema', 'name', 'table', 'engine', 'flavor', 'version', 'type', 'nullable']

function rank(key: string): number {
  const at = FIRST.indexOf(key)
  return at < 0 ? FIRST.length : at
}

/** The same data with the keys of every object in one order; numbers beyond JSON become text. */
function orderedKeys(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(orderedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => rank(a) - rank(b) || byText(a, b))
  // Entries by definition: an assignment to __proto__ would be lost.
  return Object.fromEntries(entries.map(([k, v]) => [k, orderedKeys(v)]))
}

/** JSON text of any plain data, keys ordered, with a line feed at the end. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(orderedKeys(value), null, 2)}\n`
}

/** The snapshot of a schema. Two runs over the same database give the same text. */
export function snapshotText(schema: Schema): string {
  return stableJson({ naru: 'snapshot', format: FORMAT, ...lasting(schema) })
}

/** The same with statistics and counters and everything in its order, for naru itself to read again. */
export function wholeText(schema: Schema): string {
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  return JSON.stringify({ naru: 'snapshot', format: FORMAT, ...schema }, text)
}

function invalid(name: string, why: string): NaruError {
  return new NaruError('STATE_INVALID', `${name} is not a snapshot of naru`, {
    why,
    hint: 'Snapshots are written by `naru inspect DB --format json`.',
  })
}

interface Stored extends Schema {
  readonly naru?: unknown
  readonly format?: unknown
}

function reviveTable(t: Table): Table {
  return t.counter === undefined ? t : { ...t, counter: { ...t.counter, next: BigInt(t.counter.next) } }
}

function isTable(t: unknown): boolean {
  const table = t as Partial<Table> | null
  const lists = [table?.columns, table?.uniques, table?.indexes, table?.foreignKeys, table?.checks]
  return typeof table?.name?.name === 'string' && lists.every(Array.isArray) && typeof table.options === 'object'
}

/** JSON text → schema. `name` is for people. Throws STATE_INVALID. */
export function parseSnapshot(text: string, name: string): Schema {
  let stored: Stored
  try {
    stored = JSON.parse(text) as Stored
  } catch (error) {
    throw invalid(name, (error as Error).message)
  }
  if (typeof stored !== 'object' || stored === null || stored.naru !== 'snapshot') {
    throw invalid(name, 'it does not begin with "naru": "snapshot"')
  }
  const { naru: _, format, ...schema } = stored
  if (typeof format !== 'number' || format > FORMAT) {
    throw invalid(name, `it is of format ${String(format)}; this naru reads up to ${FORMAT}`)
  }
  if (typeof schema.engine !== 'string' || !Array.isArray(schema.tables) || !Array.isArray(schema.others)) {
    throw invalid(name, 'engine, tables or others are missing')
  }
  const bad = schema.tables.findIndex((t) => !isTable(t))
  if (bad >= 0) throw invalid(name, `table ${bad + 1} of the list is not complete`)
  return {
    ...schema,
    tables: schema.tables.map(reviveTable),
    others: schema.others.map((o) => (o.next === undefined ? o : { ...o, next: BigInt(o.next) })),
  }
}
