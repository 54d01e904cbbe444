/** What is read of a source table: each column once, whatever needs it. */
import type { Dialect, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Column, Table } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import type { Transfer } from './define.ts'
import type { Sql } from './sources.ts'

/** Collects the fields of the source tuple. */
export interface Reading {
  readonly read: readonly WireColumn[]
  /** The position of a column in this form; it is added where it is not there yet. */
  field(column: WireColumn): number
  /** Makes sure that key columns are read as they are, in whatever form. */
  include(key: readonly WireColumn[]): void
}

/** Begins with these columns. */
export function newReading(first: readonly WireColumn[] = []): Reading {
  const read: WireColumn[] = [...first]
  return {
    read,
    include(key) {
      for (const column of key) {
        if (!read.some((c) => c.name === column.name && c.expression === undefined)) read.push(column)
      }
    },
    field(column) {
      const known = read.findIndex(
        (c) => c.name === column.name && c.expression === column.expression && sameWire(c.wire, column.wire),
      )
      if (known >= 0) return known
      read.push(column)
      return read.length - 1
    },
  }
}

function sameWire(a: WireType, b: WireType): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** The SQL of a fragment in a dialect: names quoted, values as literals. */
export function sqlText(fragment: Sql, dialect: Dialect): string {
  return fragment.texts.reduce((text, part, i) => {
    if (i === 0) return part
    const value = fragment.parts[i - 1]
    const named = value !== null && typeof value === 'object'
    return `${text}${named ? dialect.quote(value.column) : dialect.literal(value)}${part}`
  }, '')
}

/** SQL for people: as it was written. */
export function sqlShown(fragment: Sql): string {
  return fragment.texts
    .reduce((text, part, i) => {
      if (i === 0) return part
      const value = fragment.parts[i - 1]
      return `${text}${value !== null && typeof value === 'object' ? value.column : String(value)}${part}`
    }, '')
    .trim()
}

/** The wire form in which a source column goes into a target column. Throws UNSUPPORTED where there is none. */
export function wireBetween(
  o: { readonly from: Dialect; readonly to: Dialect; readonly transfer: Transfer; readonly table: Table },
  source: Column,
  target: Column,
): WireType {
  const { from, to } = o
  const wire = to.wire(target.type)
  if (from.canRead(source.type, wire)) return wire
  throw new NaruError(
    'UNSUPPORTED',
    `${o.transfer.name}: ${source.name} (${source.type.native}) cannot go into ${target.name} (${target.type.native})`,
    {
      why: `${source.type.native} has no form that ${target.type.native} takes`,
      hint: 'Say how in SQL of the source: sql`…`.',
      state: 'nothing was changed',
    },
  )
}
