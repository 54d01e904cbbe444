/** What a mapping says of one target column → the step that fills it, and what is read for that. */

import type { DraftColumn } from '../copy/draft.ts'
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Column, ColumnType } from '../core/schema.ts'
import type { FieldStep, LookupPlan } from '../core/transfer.ts'
import { type Bound, findColumn, findTable, soleKey } from './bind.ts'
import { constantText } from './constant.ts'
import type { Transfer } from './define.ts'
import { type IdMap, idLookup } from './id-map.ts'
import { type Reading, sqlShown, sqlText, wireBetween } from './reading.ts'
import { asItIs } from './source-columns.ts'
import {
  type Constant,
  type FileRef,
  type FileRefs,
  type Lookup,
  type Mask,
  missOf,
  type Ref,
  type Sql,
  type Values,
} from './sources.ts'

/** Any way to say where a column's values come from. */
export type AnySource = string | Sql | Constant<unknown> | Values<unknown> | Lookup | Ref | FileRef | FileRefs | Mask

/** What steps of one table are made with. */
export interface StepContext {
  readonly bound: Bound
  readonly reading: Reading
  readonly lookups: LookupPlan[]
  /** Types of the SQL expressions of this mapping, by target column; null where the source has no types for them. */
  readonly described: ReadonlyMap<string, ColumnType | null>
  /** The id map of a transfer, or undefined where its old keys are its new ones. Throws CONFIG_INVALID for a transfer that is not there. */
  idMap(transfer: string): { readonly bound: Bound; readonly map: IdMap | undefined }
}

/** A step with what reports and findings say of it. */
export interface MadeStep {
  readonly step: FieldStep
  /** The column as it is compared, reported and asked about. */
  readonly draft: DraftColumn
  /** Source columns that it takes from. */
  readonly takes: readonly string[]
  /** For people: `goods_nm`, `sql price_won / 100`, `lookup category by code`. */
  readonly says: string
}

/** Makes the step of a target column. Throws COLUMN_MISSING, UNSUPPORTED, CONFIG_INVALID. */
export function makeStep(c: StepContext, target: Column, source: AnySource): MadeStep {
  if (typeof source === 'string') return plainStep(c, target, source)
  switch (source.kind) {
    case 'sql':
      return sqlStep(c, target, source)
    case 'constant':
      return derived(
        c,
        target,
        constantStep(c, target, source.value),
        [],
        `always ${JSON.stringify(source.value) ?? 'NULL'}`,
      )
    case 'values':
      return valuesStep(c, target, source)
    case 'lookup':
      return lookupStep(c, target, source)
    case 'ref':
      return refStep(c, target, source)
    case 'mask':
      return maskStep(c, target, source)
    case 'file':
    case 'file refs':
      return fileStep(c, target, source)
  }
}

const dialects = ({ bound }: StepContext) => ({
  from: bound.from.database.engine.dialect,
  to: bound.to.database.engine.dialect,
})

function plainStep(c: StepContext, target: Column, name: string): MadeStep {
  const { bound } = c
  const column = findColumn(bound.source, name, bound.transfer)
  const wire = wireBetween({ ...dialects(c), transfer: bound.transfer, table: bound.source }, column, target)
  const at = c.reading.field({ name, column, wire })
  const draft: DraftColumn = { source: column, target, wire, rule: 'existing' }
  return { step: { kind: 'field', at }, draft, takes: [name], says: name }
}

function sqlStep(c: StepContext, target: Column, source: Sql): MadeStep {
  const { bound } = c
  const { from, to } = dialects(c)
  const name = unlike(bound, target.name)
  const described = c.described.get(target.name) ?? null
  const guessed = () =>
    from.renderType(target.type.logical, {
      indexed: false,
      can: bound.from.database.can,
      typeName: { name: `naru_${target.name}` },
    }).type
  const column: Column = { name, type: described ?? guessed(), nullable: true }
  const wire = wireBetween({ from, to, transfer: bound.transfer, table: bound.source }, column, target)
  const expression = `(${sqlText(source, from)})`
  const at = c.reading.field({ name, column, wire, expression })
  const draft: DraftColumn = { source: column, target, wire, expression, rule: 'existing' }
  return { step: { kind: 'field', at }, draft, takes: [], says: `sql ${sqlShown(source)}` }
}

/** The target column's name, or one near it where the source has such a column: readers find keys by name. */
function unlike(bound: Bound, name: string): string {
  const taken = new Set(bound.source.columns.map((c) => c.name))
  let free = name
  while (taken.has(free)) free = `${free}'`
  return free
}

/** A step whose values are made on the way: nothing to ask the source about. */
function derived(c: StepContext, target: Column, step: FieldStep, takes: readonly string[], says: string): MadeStep {
  const wire = dialects(c).to.wire(target.type)
  const source: Column = { name: unlike(c.bound, target.name), type: target.type, nullable: target.nullable }
  return { step, draft: { source, target, wire, rule: 'existing' }, takes, says }
}

function constantStep(c: StepContext, target: Column, value: unknown): FieldStep {
  const text = value === null ? null : constantText(value, dialects(c).to.wire(target.type), place(c, target))
  return { kind: 'constant', text }
}

const place = (c: StepContext, target: Column) => `${c.bound.transfer.name}.${target.name}`

function valuesStep(c: StepContext, target: Column, source: Values<unknown>): MadeStep {
  const name = source.column ?? target.name
  const at = c.reading.field(asItIs(c.bound, name))
  const wire = dialects(c).to.wire(target.type)
  const text = (value: unknown) => (value === null ? null : constantText(value, wire, place(c, target)))
  const entries = Object.entries(source.map).map(([old, value]) => [old, text(value)] as const)
  const nulls = [[null, source.null === undefined ? null : text(source.null)] as const]
  const miss = missOf(source.miss, (value) => constantText(value, wire, place(c, target)))
  const step: FieldStep = { kind: 'values', at, entries: [...entries, ...nulls], miss }
  return derived(c, target, step, [name], `${name} by ${entries.length} ${entries.length === 1 ? 'value' : 'values'}`)
}

function lookupStep(c: StepContext, target: Column, source: Lookup): MadeStep {
  const { bound } = c
  const { from, to } = dialects(c)
  const table = findTable(bound.to, source.table, bound.transfer)
  const give = source.give ?? soleKey(table)?.name
  if (give === undefined) {
    throw new NaruError(
      'CONFIG_INVALID',
      `${place(c, target)}: ${table.name.name} has no key of one column to look up`,
      {
        hint: "Name the column that is wanted: lookup(…, { give: 'id' }).",
        state: 'nothing was changed',
      },
    )
  }
  const by = source.by.map((name): WireColumn => {
    const column = findColumn(table, name, bound.transfer)
    return { name, column, wire: to.wire(column.type) }
  })
  const at = source.columns.map((name, i) => {
    const column = findColumn(bound.source, name, bound.transfer)
    const wire = wireBetween({ from, to, transfer: bound.transfer, table: bound.source }, column, by[i].column)
    by[i] = { ...by[i], wire }
    return c.reading.field({ name, column, wire })
  })
  const wire = to.wire(target.type)
  const plan: LookupPlan = {
    label: `${table.name.name} by ${source.by.join(', ')}`,
    table,
    by,
    give: { name: give, column: findColumn(table, give, bound.transfer), wire },
  }
  const miss = missOf(source.miss, (value) => constantText(value, wire, place(c, target)))
  const step: FieldStep = { kind: 'lookup', lookup: addLookup(c, plan), at, miss }
  return derived(c, target, step, source.columns, `${source.columns.join(', ')} → ${plan.label}`)
}

/** The position of a lookup; the same one is kept once. */
function addLookup(c: StepContext, plan: LookupPlan): number {
  const same = (p: LookupPlan) => JSON.stringify(bare(p)) === JSON.stringify(bare(plan))
  const known = c.lookups.findIndex(same)
  if (known >= 0) return known
  c.lookups.push(plan)
  return c.lookups.length - 1
}

const bare = ({ table, by, give }: LookupPlan) => [table.name, by.map((b) => [b.name, b.wire]), give.name, give.wire]

function refStep(c: StepContext, target: Column, source: Ref): MadeStep {
  const { bound, map } = c.idMap(source.transfer)
  if (bound.key.length !== source.columns.length) throw wrongKey(c, target, source, bound)
  const says = `${source.columns.join(', ')} → key of ${source.transfer}`
  if (map === undefined) return keptKey(c, target, source, bound, says)
  const at = source.columns.map((name, i) => {
    const column = findColumn(c.bound.source, name, c.bound.transfer)
    const { wire } = map.by[i]
    const readable = dialects(c).from.canRead(column.type, wire)
    if (!readable) throw wrongKey(c, target, source, bound)
    return c.reading.field({ name, column, wire })
  })
  const wire = dialects(c).to.wire(target.type)
  const lookup = addLookup(c, idLookup(source.transfer, map, { name: target.name, column: target, wire }))
  const miss = missOf(source.miss, (value) => constantText(value, wire, place(c, target)))
  return derived(c, target, { kind: 'lookup', lookup, at, miss }, source.columns, says)
}

/** The other transfer keeps its keys: the old key is the new one, where it is mapped as it is. */
function keptKey(c: StepContext, target: Column, source: Ref, other: Bound, says: string): MadeStep {
  const key = soleKey(other.target)
  const mapped = key === undefined ? undefined : (other.transfer.columns[key.name] as AnySource | undefined)
  if (source.columns.length !== 1 || mapped !== other.key[0]) {
    throw new NaruError('CONFIG_INVALID', `${place(c, target)}: ref('${source.transfer}') has no new key to give`, {
      why: `${source.transfer} makes the key of ${other.target.name.name} neither afresh nor from its old key`,
      hint: 'Use lookup(…) with a natural key of that table.',
      state: 'nothing was changed',
    })
  }
  return { ...plainStep(c, target, source.columns[0]), says }
}

function wrongKey(c: StepContext, target: Column, source: Ref, other: Bound): NaruError {
  return new NaruError(
    'CONFIG_INVALID',
    `${place(c, target)}: ref('${source.transfer}') takes ${other.key.join(', ') || 'no key'}, not ${source.columns.join(', ')}`,
    {
      why: `rows of ${source.transfer} are known by ${other.key.join(', ') || 'nothing'} in ${other.source.name.name}`,
      hint: 'Give as many columns, of the same types, in the same order.',
      state: 'nothing was changed',
    },
  )
}

/** Kinds of target columns that can take a masked value. */
const MASKED: ReadonlySet<string> = new Set(['text', 'enum'])

function maskStep(c: StepContext, target: Column, source: Mask): MadeStep {
  const wire = dialects(c).to.wire(target.type)
  if (source.mask !== 'null' && wire.kind !== 'text') {
    throw new NaruError(
      'CONFIG_INVALID',
      `${place(c, target)}: mask.${source.mask}() makes texts, and this is ${target.type.native}`,
      {
        hint: MASKED.has(target.type.logical.kind) ? undefined : 'Use mask.null(), constant(…) or sql`…` here.',
        state: 'nothing was changed',
      },
    )
  }
  const { bound } = c
  const column = findColumn(bound.source, source.column, bound.transfer)
  const at = c.reading.field({ name: source.column, column, wire: { kind: 'text' } })
  const step: FieldStep = { kind: 'mask', at, mask: source.mask, salt: source.salt }
  return derived(c, target, step, [source.column], `${source.column}, masked`)
}

function fileStep(c: StepContext, target: Column, source: FileRef | FileRefs): MadeStep {
  const { bound } = c
  const column = findColumn(bound.source, source.column, bound.transfer)
  const at = c.reading.field({ name: source.column, column, wire: { kind: 'text' } })
  const says = `${source.column}, ${source.kind === 'file' ? 'file' : 'files'} of ${source.store}`
  const { store } = source
  const step: FieldStep =
    source.kind === 'file'
      ? { kind: 'file', at, store, miss: { do: 'fail' } }
      : { kind: 'file refs', at, store, format: source.format }
  return derived(c, target, step, [source.column], says)
}

/** What the compiler lets through and a mapping's own columns are. */
export function sourcesOf(transfer: Transfer): readonly (readonly [string, AnySource])[] {
  return Object.entries(transfer.columns) as [string, AnySource][]
}
