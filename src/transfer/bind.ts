/** The tables and columns that a mapping names, found in the schemas as they are now. */
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { tableLabel } from '../core/plan.ts'
import { type Column, displayName, type Schema, type Table } from '../core/schema.ts'
import { suggest } from '../core/suggest.ts'
import type { TableRef } from './columns.ts'
import type { Transfer } from './define.ts'

/** A database of a run: a source by its place in the list of sources, or the target. */
export interface Side {
  readonly name: string
  readonly database: Database
  readonly schema: Schema
}

/** A mapping with its tables. */
export interface Bound {
  readonly transfer: Transfer
  readonly from: Side
  /** Position of `from` among the sources. */
  readonly origin: number
  readonly to: Side
  readonly source: Table
  readonly target: Table
  /** Columns that identify a row of the source. */
  readonly key: readonly string[]
}

const NOTHING = { state: 'nothing was changed' } as const

/** Finds what a mapping names. Throws TABLE_MISSING, COLUMN_MISSING, CONFIG_INVALID. */
export function bind(transfer: Transfer, sources: readonly Side[], to: Side): Bound {
  const origin = sources.findIndex((s) => s.name === transfer.from.database)
  const from = sources[origin]
  if (from === undefined) throw new NaruError('INTERNAL', `no connection to ${transfer.from.database}`)
  if (transfer.to.database !== to.name) {
    throw new NaruError('CONFIG_INVALID', `${transfer.name} writes to ${transfer.to.database}, others to ${to.name}`, {
      why: 'the transfers of one set have one target',
      hint: 'Put transfers to another database into a set of their own.',
      ...NOTHING,
    })
  }
  const source = findTable(from, transfer.from, transfer)
  const target = findTable(to, transfer.to, transfer)
  return { transfer, from, origin, to, source, target, key: keyOf(transfer, source) }
}

/** A table by the name that a mapping has for it. Throws TABLE_MISSING. */
export function findTable(side: Side, ref: TableRef, transfer: Transfer): Table {
  const { tables, name } = side.schema
  const home = name === '' ? SEVERAL_HOME : name
  const found = tables.find((t) => t.name.name === ref.name && (t.name.schema ?? home) === (ref.schema ?? home))
  if (found !== undefined) return found
  const labels = new Map(
    tables.flatMap((t) => [[t.name.name, t.name] as const, [displayName(t.name), t.name] as const]),
  )
  const known = [...labels.keys()]
  const near = labels.get(suggest(displayName(ref), known) ?? suggest(ref.name, known) ?? '')
  const unread = ref.schema !== undefined && side.schema.unread?.some((u) => u.name === ref.schema)
  const reading = `Only ${name} was read: name both in the address, ?schema=${name},${ref.schema}. `
  const meant = near === undefined ? '' : `Did you mean ${tableLabel(near, name === '' ? undefined : name)}? `
  throw new NaruError('TABLE_MISSING', `${transfer.name}: ${side.name} has no table ${displayName(ref)}`, {
    hint: `${unread ? reading : meant}${TYPES_AGAIN}`,
    ...NOTHING,
  })
}

/** The schema of a table that is named without one where several were read. */
const SEVERAL_HOME = 'public'

const TYPES_AGAIN = 'Where the database has changed since, make its types again: naru inspect NAME --format types.'

/** A column by name. Throws COLUMN_MISSING. */
export function findColumn(table: Table, name: string, transfer: Transfer): Column {
  const found = table.columns.find((c) => c.name === name)
  if (found !== undefined) return found
  const near = suggest(
    name,
    table.columns.map((c) => c.name),
  )
  throw new NaruError('COLUMN_MISSING', `${transfer.name}: ${displayName(table.name)} has no column ${name}`, {
    hint: near === undefined ? TYPES_AGAIN : `Did you mean ${near}? ${TYPES_AGAIN}`,
    ...NOTHING,
  })
}

function keyOf(transfer: Transfer, source: Table): readonly string[] {
  if (transfer.key !== undefined) return transfer.key.map((name) => findColumn(source, name, transfer).name)
  const unique = source.uniques.find((u) =>
    u.columns.every((name) => source.columns.find((c) => c.name === name)?.nullable === false),
  )
  return source.primaryKey?.columns ?? unique?.columns ?? []
}

/** The only column of the target's primary key, or undefined. */
export function soleKey(table: Table): Column | undefined {
  const columns = table.primaryKey?.columns ?? []
  return columns.length === 1 ? table.columns.find((c) => c.name === columns[0]) : undefined
}
