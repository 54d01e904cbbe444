/** Which changes of a column's type keep its bytes as they are, so that no row is written anew. */

import type { ColumnDef } from 'libpg-query'
import { modifiers, typeOf } from './columns.ts'

interface Type {
  readonly name: string
  readonly modifiers: readonly number[]
}

/** Spellings of the catalogue → names of the parser. */
const SPELLINGS: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  character: 'bpchar',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  decimal: 'numeric',
  'bit varying': 'varbit',
}

/** `character varying(20)`, `timestamp(3) with time zone` as the database spells them. */
function parse(native: string): Type {
  const found = /^([^(]*?)\s*(?:\(([\d, ]+)\))?(\s[^(]*)?$/.exec(native.toLowerCase())
  const name = `${found?.[1] ?? native}${found?.[3] ?? ''}`
  return { name: SPELLINGS[name] ?? name, modifiers: (found?.[2] ?? '').split(',').filter(Boolean).map(Number) }
}

const WIDENING: ReadonlySet<string> = new Set([
  'varchar',
  'varbit',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'interval',
])

function keepsBytes(from: Type, to: Type): boolean {
  const [length] = to.modifiers
  const [old] = from.modifiers
  if (to.name === 'text' || to.name === 'varchar') {
    if (from.name === 'text' || from.name === 'varchar')
      return length === undefined || (old !== undefined && old <= length)
  }
  if (from.name === 'cidr' && to.name === 'inet') return true
  if (from.name !== to.name) return false
  if (from.modifiers.join() === to.modifiers.join()) return true
  if (length === undefined) return WIDENING.has(to.name) || to.name === 'numeric'
  if (old === undefined) return false
  if (to.name === 'numeric') return length >= old && (to.modifiers[1] ?? 0) === (from.modifiers[1] ?? 0)
  return WIDENING.has(to.name) && length >= old
}

/**
 * unchanged: the rows stay as they are. rewritten: all are written anew. unknown: it depends on the type that the column has. A USING clause
 * is taken for a change of values. Between timestamp and timestamptz it depends on the time zone of the session.
 */
export function typeChange(def: ColumnDef, old: string | null): 'unchanged' | 'rewritten' | 'unknown' {
  const array = def.typeName?.arrayBounds === undefined ? '' : '[]'
  const to: Type = { name: `${typeOf(def.typeName)}${array}`, modifiers: modifiers(def.typeName) }
  const mayKeep = WIDENING.has(to.name) || ['text', 'numeric', 'inet'].includes(to.name)
  if (def.raw_default !== undefined) return 'rewritten'
  if (old === null) return mayKeep ? 'unknown' : 'rewritten'
  const from = parse(old)
  const times = [from.name, to.name].toSorted().join()
  if (times === 'timestamp,timestamptz') return 'unknown'
  return keepsBytes(from, to) ? 'unchanged' : 'rewritten'
}
