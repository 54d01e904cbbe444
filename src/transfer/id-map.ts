/**
 * Id maps: old key → new key of the rows that a transfer brings, where the target numbers rows afresh. A table beside the ledger on the
 * target, filled by a plan of its own before any row moves: a row keeps its number over attempts, rehearsals and later runs.
 */
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { type Column, displayName, type ObjectName, plainTable, type Table } from '../core/schema.ts'
import type { FieldStep, LookupPlan } from '../core/transfer.ts'
import { type Bound, soleKey } from './bind.ts'
import type { TableRef } from './columns.ts'
import type { Transfer } from './define.ts'
import { keyName, shortName } from './own-names.ts'
import { asItIs } from './source-columns.ts'

/** Column of an id map with the new key. */
export const NEW_KEY = 'new_key'

/** An id map that a transfer needs. */
export interface IdMap {
  readonly table: Table
  /** Old key columns of the source, as they are read. */
  readonly old: readonly WireColumn[]
  /** The map's columns of the same order. */
  readonly by: readonly WireColumn[]
  readonly fresh: Extract<FieldStep, { kind: 'fresh' }>
  readonly key: Column
}

/** Whether the target numbers the rows of a transfer itself: its key is neither mapped nor set by the function, and can be made. */
export function numbersAfresh(b: Bound): boolean {
  const key = soleKey(b.target)
  if (key === undefined || Object.hasOwn(b.transfer.columns, key.name)) return false
  if (b.transfer.row !== undefined && b.transfer.sets.includes(key.name)) return false
  return freshKind(key) !== null
}

function freshKind(key: Column): 'integer' | 'uuid' | null {
  if (key.identity !== undefined) return 'integer'
  if (key.type.logical.kind === 'uuid' && key.default !== undefined) return 'uuid'
  return null
}

/** The id map of a transfer; `place` names tables beside the ledger. Throws CONFIG_INVALID where the source has no key. */
export function idMapOf(b: Bound, place: (name: string) => ObjectName): IdMap {
  const key = soleKey(b.target)
  const kind = key === undefined ? null : freshKind(key)
  if (key === undefined || kind === null) throw new NaruError('INTERNAL', `${b.transfer.name} needs no id map`)
  if (b.key.length === 0) {
    throw new NaruError('CONFIG_INVALID', `${b.transfer.name}: ${b.source.name.name} has no key`, {
      why: `rows get new numbers in ${key.name}, and without a key nobody could tell which row has which`,
      hint: "Name the columns that identify a row: key: ['a', 'b'].",
      state: 'nothing was changed',
    })
  }
  const { dialect } = b.to.database.engine
  const old = b.key.map((name) => asItIs(b, name))
  const made = b.key.map((name, i): Column => {
    const { logical } = old[i].column.type
    const typeName = { name: `naru_ids_${b.transfer.name}_${name}` }
    const plain = logical.kind === 'enum' || logical.kind === 'set' ? ({ kind: 'text', max: 255 } as const) : logical
    const { type } = dialect.renderType(plain, { indexed: true, can: b.to.database.can, typeName })
    return { name: `old_${name}`, type, nullable: false }
  })
  const fresh: Column = { name: NEW_KEY, type: key.type, nullable: false }
  const names = made.map((c) => c.name)
  const own = shortName(b.transfer.name)
  const table = plainTable(place(own), [...made, fresh], {
    primaryKey: { name: keyName('ids', own), columns: names },
  })
  const by = made.map((column, i): WireColumn => ({ name: column.name, column, wire: old[i].wire }))
  return { table, old, by, fresh: { kind: 'fresh', as: kind }, key }
}

/** Throws CONFIG_INVALID where a transfer of another set keeps the keys of other rows under the same name. */
export function checkNamesakes({ transfer, target }: Bound, namesakes: readonly Transfer[]): void {
  const key = soleKey(target)?.name ?? ''
  const same = (a: TableRef, b: TableRef) => displayRef(a) === displayRef(b)
  const other = namesakes.find(
    (t) =>
      t.name === transfer.name &&
      !(same(t.from, transfer.from) && same(t.to, transfer.to)) &&
      !(same(t.to, transfer.to) && Object.hasOwn(t.columns, key)),
  )
  if (other === undefined) return
  const ways = [transfer, other].map((t) => `${displayRef(t.from)} → ${displayRef(t.to)}`)
  throw new NaruError('CONFIG_INVALID', `two sets have a transfer ${transfer.name} to ${transfer.to.database}`, {
    why: `new keys are kept by the name of the transfer, and these bring other rows: ${ways.join(', ')}`,
    hint: 'Give each a name of its own.',
    state: 'nothing was changed',
  })
}

const displayRef = ({ database, schema, name }: TableRef) => `${database}.${displayName({ schema, name })}`

/** How new keys are found in a map; `give` is the column that takes them. */
export function idLookup(transfer: string, map: IdMap, give: WireColumn): LookupPlan {
  return {
    label: `new keys of ${transfer}`,
    table: map.table,
    by: map.by,
    give: { ...give, name: NEW_KEY, column: map.table.columns[map.table.columns.length - 1] },
  }
}
