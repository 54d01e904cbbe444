/** The plans that fill id maps and match tables, before the rows that need them. */
import type { WireColumn } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import type { FieldStep, LookupPlan } from '../core/transfer.ts'
import type { Bound } from './bind.ts'
import type { IdMap } from './id-map.ts'
import { type MatchSource, matchLookup } from './match.ts'
import { newReading } from './reading.ts'
import { asItIs, sourceKey, sourceWhere } from './source-columns.ts'

/** An id map to be filled. */
export interface IdPlanInput {
  readonly bound: Bound
  readonly map: IdMap
  readonly match: MatchSource | undefined
  /** The plan of the rows themselves, where they move in this run. */
  readonly main: TablePlan | undefined
  /** Whether the tables are on the target already. */
  readonly there: { readonly map: boolean; readonly match: boolean }
  /** Position of the transfer in its set. */
  readonly position: number
}

/** Phases of match tables lie before 0, that of id maps; rows begin with 1. */
const FIRST = -1000

/** The plans, in the order in which they run. */
export function idPlans(o: IdPlanInput): TablePlan[] {
  const id = idMapPlan(o)
  return o.match === undefined ? [id] : [matchPlan(o, o.match), id]
}

interface Reads {
  readonly key: readonly string[] | null
  readonly paged: readonly WireColumn[]
  readonly where: readonly string[]
}

/** What any plan over the source of a transfer begins with. */
function reads({ bound }: IdPlanInput): Reads {
  const key = sourceKey(bound)
  const where = sourceWhere(bound)
  return {
    key,
    paged: (key ?? []).map((name) => asItIs(bound, name)),
    where: where === undefined ? [] : [`(${where})`],
  }
}

function withKey(reading: ReturnType<typeof newReading>, paged: readonly WireColumn[]): readonly WireColumn[] {
  reading.include(paged)
  return reading.read
}

function counts({ bound, main }: IdPlanInput): Pick<TablePlan, 'rows' | 'filtered' | 'bytes'> {
  const rows = main?.rows ?? bound.source.rows ?? 0
  return { rows, filtered: main?.filtered ?? 0, bytes: rows * 20 }
}

/** Old keys, each with a number that none has yet, or with that of a row it matches. */
function idMapPlan(o: IdPlanInput): TablePlan {
  const { bound, map, match } = o
  const { key, paged, where } = reads(o)
  const { dialect } = bound.to.database.engine
  const fresh = map.table.columns[map.table.columns.length - 1]
  const give: WireColumn = { name: fresh.name, column: fresh, wire: dialect.wire(fresh.type) }
  const reading = newReading()
  const at = map.old.map((c) => reading.field(c))
  const lookups: LookupPlan[] = [
    { label: `keys of ${bound.transfer.name} that are known`, table: map.table, by: map.by, give },
  ]
  const columns = [
    ...map.by.map((b, i) => ({ source: map.old[i].column, target: b.column, wire: b.wire, rule: 'existing' as const })),
    { source: { ...fresh, name: 'new key' }, target: fresh, wire: give.wire, rule: 'existing' as const },
  ]
  return {
    label: `keys of ${bound.transfer.name}`,
    of: bound.transfer.name,
    source: bound.source,
    target: map.table,
    columns,
    key,
    ...(where.length > 0 && { where: where.join(' AND ') }),
    ordered: false,
    action: o.there.map ? 'append' : 'create',
    ...counts(o),
    stage: {
      fields: [...at.map((i) => ({ kind: 'field' as const, at: i })), newKey(map, match, reading, lookups)],
      lookups,
      unless: { lookup: 0, at },
      read: withKey(reading, paged),
    },
    origin: bound.origin,
    phase: 0,
    ...numbers(o),
    rowKey: map.by.map((b) => b.name),
  }
}

function newKey(
  map: IdMap,
  match: MatchSource | undefined,
  reading: ReturnType<typeof newReading>,
  lookups: LookupPlan[],
): FieldStep {
  if (match === undefined) return map.fresh
  const { plan, at } = matchLookup(match, reading)
  lookups.push(plan)
  return { ...map.fresh, unless: { kind: 'lookup', lookup: lookups.length - 1, at, miss: { do: 'null' } } }
}

function numbers({ bound, map }: IdPlanInput): Pick<TablePlan, 'numbers'> {
  return map.fresh.as === 'integer' ? { numbers: { table: bound.target, column: map.key.name } } : {}
}

/** Values that match rows, each with one number. Those that are known already, from whichever source, are merged. */
function matchPlan(o: IdPlanInput, source: MatchSource): TablePlan {
  const { bound, map } = o
  const { match } = source
  const { key, paged, where } = reads(o)
  const reading = newReading()
  const at = source.read.map((c) => reading.field(c))
  const set = source.sql.map((sql) => `${sql} IS NOT NULL`)
  const columns = [
    ...match.by.map((b, i) => ({
      source: source.read[i].column,
      target: b.column,
      wire: b.wire,
      ...(source.read[i].expression !== undefined && { expression: source.read[i].expression }),
      rule: 'existing' as const,
    })),
    {
      source: { ...match.give.column, name: 'number' },
      target: match.give.column,
      wire: match.give.wire,
      rule: 'existing' as const,
    },
  ]
  return {
    label: `matches of ${bound.transfer.name}`,
    of: bound.transfer.name,
    source: bound.source,
    target: match.table,
    columns,
    key,
    where: [...where, ...set].join(' AND '),
    ordered: false,
    action: o.there.match ? 'append' : 'create',
    ...counts(o),
    stage: {
      read: withKey(reading, paged),
      fields: [...at.map((i) => ({ kind: 'field' as const, at: i })), map.fresh],
      lookups: [{ label: `known ${match.table.name.name}`, table: match.table, by: match.by, give: match.give }],
      unless: { lookup: 0, at, as: 'merged' },
    },
    origin: bound.origin,
    phase: FIRST + o.position,
    serial: true,
    ...numbers(o),
    rowKey: match.by.map((b) => b.name),
    upsert: { key: match.by.map((b) => b.name), update: {} },
  }
}
