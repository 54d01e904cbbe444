/**
 * A Drizzle module read beside its sidecar. The sidecar's schema generated a module once; read alike, that module and the present one tell
 * what its users have changed since. What they changed wins; all else is as the sidecar has it, with everything Drizzle has no words for.
 */

import {
  type Column,
  displayName,
  type ForeignKey,
  type Index,
  type KeyConstraint,
  type ObjectName,
  type OtherObject,
  type Schema,
  type Table,
} from '../core/schema.ts'
import { canonical } from '../diff/canonical.ts'

export interface MergeInput {
  /** The sidecar's. */
  readonly kept: Schema
  /** The module that the sidecar's schema generates, as read. */
  readonly then: Schema
  /** The present module, as read. */
  readonly now: Schema
}

export interface Merged {
  readonly schema: Schema
  /** False: the module says what it said when it was generated. */
  readonly edited: boolean
}

const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)

/** `kept` with those properties that differ between `then` and `now` as `now` has them. `derived` repeat others and go when anything differs. */
function mergeObject<T extends object>(kept: T, then: T, now: T, derived: readonly string[] = []): T {
  const names = new Set([...Object.keys(then), ...Object.keys(now)]) as Set<keyof T>
  const changed = [...names].filter((name) => !same(then[name], now[name]))
  if (changed.length === 0) return kept
  const gone = new Set<PropertyKey>([...derived, ...changed.filter((name) => now[name] === undefined)])
  const base = Object.fromEntries(Object.entries(kept).filter(([name]) => !gone.has(name)))
  const said = Object.fromEntries(changed.filter((n) => now[n] !== undefined).map((n) => [n, now[n]]))
  return { ...base, ...said } as T
}

interface PartRules<T> {
  /** By what a part is found again, the best first. */
  readonly keys: readonly ((one: T) => string)[]
  readonly derived?: readonly string[]
}

function find<T>(one: T, among: readonly T[], rules: PartRules<T>): T | undefined {
  for (const key of rules.keys) {
    const found = among.find((other) => key(other) === key(one))
    if (found !== undefined) return found
  }
  return undefined
}

/** Parts in the order of `now`; those of `kept` that no module can say come behind. */
function mergeParts<T extends object>(
  kept: readonly T[],
  then: readonly T[],
  now: readonly T[],
  rules: PartRules<T>,
): T[] {
  const sources = new Map(then.map((t) => [t, find(t, kept, rules)]))
  const sayable = new Set([...sources.values()])
  const merged = now.map((n) => {
    const before = find(n, then, rules)
    const source = before === undefined ? undefined : sources.get(before)
    return before === undefined || source === undefined ? n : mergeObject(source, before, n, rules.derived)
  })
  return [...merged, ...kept.filter((k) => !sayable.has(k))]
}

const COLUMNS: PartRules<Column> = { keys: [(c) => c.name] }
const KEYS: PartRules<KeyConstraint> = { keys: [(k) => k.name, (k) => k.columns.join('\u0000')] }
const INDEXES: PartRules<Index> = { keys: [(i) => i.name], derived: ['definition'] }
const FOREIGN: PartRules<ForeignKey> = {
  keys: [(f) => f.name, (f) => [...f.columns, displayName(f.references), ...f.referencedColumns].join('\u0000')],
}
const CHECKS: PartRules<Table['checks'][number]> = { keys: [(c) => c.name] }

/** A column whose type is no text any more keeps no collation. */
function consistent(column: Column): Column {
  const texts = new Set(['text', 'enum', 'set', 'opaque', 'array', 'json'])
  if (texts.has(column.type.logical.kind)) return column
  const { charset: _, collation: __, caseInsensitive: ___, ...rest } = column
  return rest
}

function mergeTable(kept: Table, then: Table, now: Table): Table {
  const columns = mergeParts(kept.columns, then.columns, now.columns, COLUMNS)
  const ordered = same(
    then.columns.map((c) => c.name),
    now.columns.map((c) => c.name),
  )
    ? kept.columns.flatMap((k) => columns.find((c) => c.name === k.name) ?? [])
    : columns
  const there = new Set(columns.map((c) => c.name))
  const stays = (i: Index) => i.parts.every((p) => p.column === undefined || there.has(p.column))
  const { sql: _, ...options } = kept.options
  const { primaryKey: before, ...rest } = kept
  const key = same(then.primaryKey, now.primaryKey) ? before : now.primaryKey
  return {
    ...rest,
    columns: ordered.map((c) => (kept.columns.includes(c) ? c : consistent(c))),
    ...(key !== undefined && { primaryKey: key }),
    uniques: mergeParts(kept.uniques, then.uniques, now.uniques, KEYS),
    indexes: mergeParts(kept.indexes, then.indexes, now.indexes, INDEXES).filter(stays),
    foreignKeys: mergeParts(kept.foreignKeys, then.foreignKeys, now.foreignKeys, FOREIGN),
    checks: mergeParts(kept.checks, then.checks, now.checks, CHECKS),
    options: { ...options, ...(same(then.options, now.options) ? {} : now.options) },
  }
}

const byName = <T extends { readonly name: ObjectName }>(all: readonly T[]) =>
  new Map(all.map((one) => [displayName(one.name), one]))

function mergeTables({ kept, then, now }: MergeInput): Table[] {
  const [k, t, n] = [kept, then, now].map((s) => byName(s.tables))
  const stay = kept.tables.flatMap((table): Table[] => {
    const name = displayName(table.name)
    const [before, after] = [t.get(name), n.get(name)]
    if (before === undefined) return [table]
    if (after === undefined) return []
    return [same(before, after) ? table : mergeTable(table, before, after)]
  })
  return [...stay, ...now.tables.filter((table) => !k.has(displayName(table.name)))]
}

const objectKey = (o: OtherObject) =>
  `${o.kind}\u0000${displayName(o.name)}\u0000${o.table === undefined ? '' : displayName(o.table)}`

function mergeOthers({ kept, then, now }: MergeInput, tables: readonly Table[]): OtherObject[] {
  const there = new Set(tables.map((t) => displayName(t.name)))
  const hangs = (o: OtherObject) =>
    o.table === undefined || there.has(displayName(o.table)) || !byName(kept.tables).has(displayName(o.table))
  return mergeParts(kept.others, then.others, now.others, { keys: [objectKey] }).filter(hangs)
}

/** The schema that module and sidecar mean together. Pure. */
export function mergeDrizzle(i: MergeInput): Merged {
  const bare = (s: Schema) => ({
    tables: byTable(s),
    others: [...s.others].sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1)),
  })
  if (same(bare(i.then), bare(i.now))) return { schema: i.kept, edited: false }
  const tables = mergeTables(i)
  return { schema: { ...i.kept, tables, others: mergeOthers(i, tables) }, edited: true }
}

/** Order of exports means nothing. */
function byTable(s: Schema): Table[] {
  return [...s.tables].sort((a, b) => (displayName(a.name) < displayName(b.name) ? -1 : 1))
}

/** What a scratch database made of a merged schema, but for parts that nobody edited: those stay exactly as they were. */
export function keepUnedited(kept: Schema, merged: Schema, built: Schema): Schema {
  const [old, wished] = [byName(kept.tables), byName(merged.tables)]
  const parts = <T extends { readonly name: string }>(
    own: readonly T[] | undefined,
    wish: readonly T[],
    made: readonly T[],
  ): T[] =>
    made.map((m) => {
      const before = own?.find((o) => o.name === m.name)
      const stays = before !== undefined && wish.includes(before)
      return stays ? before : m
    })
  const tables = built.tables.map((made): Table => {
    const name = displayName(made.name)
    const [before, wish] = [old.get(name), wished.get(name)]
    if (before === undefined || wish === undefined) return made
    if (before === wish) return before
    const whole = {
      ...made,
      ...(before.owner !== undefined && { owner: before.owner }),
      ...(before.grants !== undefined && { grants: before.grants }),
    }
    return {
      ...whole,
      ...(before.comment !== undefined && { comment: before.comment }),
      columns: parts(before.columns, wish.columns, made.columns),
      ...(before.primaryKey !== undefined &&
        before.primaryKey === wish.primaryKey && { primaryKey: before.primaryKey }),
      uniques: parts(before.uniques, wish.uniques, made.uniques),
      indexes: parts(before.indexes, wish.indexes, made.indexes),
      foreignKeys: parts(before.foreignKeys, wish.foreignKeys, made.foreignKeys),
      checks: parts(before.checks, wish.checks, made.checks),
    }
  })
  const others = new Map(kept.others.filter((o) => merged.others.includes(o)).map((o) => [objectKey(o), o]))
  return { ...kept, tables, others: built.others.map((o) => others.get(objectKey(o)) ?? o) }
}
