/** One mapping → what is read, the steps, and the columns that are written. */
import type { DraftColumn } from '../copy/draft.ts'
import { NaruError } from '../core/error.ts'
import type { MappingView } from '../core/plan.ts'
import { type Column, type ColumnType, displayName, type Table } from '../core/schema.ts'
import type { FieldStep, LookupPlan, RowStage } from '../core/transfer.ts'
import { type Bound, findColumn, findTable } from './bind.ts'
import { type IdMap, idLookup } from './id-map.ts'
import { newReading, type Reading } from './reading.ts'
import { asItIs, sourceKey } from './source-columns.ts'
import { type AnySource, type MadeStep, makeStep, type StepContext, sourcesOf } from './steps.ts'

/** What mappings share while they are planned. */
export interface Common {
  readonly described: ReadonlyMap<string, ColumnType | null>
  readonly module: string | null
  idMap(transfer: string): { readonly bound: Bound; readonly map: IdMap | undefined }
}

/** A mapping's rows for one table of the target. */
export interface MappedTable {
  readonly bound: Bound
  /** The transfer's name; for a further table of its function, with that table's name. */
  readonly label: string
  readonly target: Table
  readonly columns: readonly DraftColumn[]
  readonly stage: RowStage
  /** Columns that rows are paged by. */
  readonly key: readonly string[] | null
  readonly view: MappingView
}

/** Everything that a mapping writes: its own table, then those that its function makes rows for. */
export function mapTables(bound: Bound, common: Common): MappedTable[] {
  const own = mapOwn(bound, common)
  const others = bound.transfer.into.map((ref) => mapInto(bound, findTable(bound.to, ref, bound.transfer), common))
  return [own, ...others]
}

/** A function sees the whole row; otherwise what is needed is read, and the key. */
function begin(bound: Bound): { readonly reading: Reading; readonly key: readonly string[] | null } {
  const row = bound.transfer.row === undefined ? [] : bound.source.columns.map((c) => asItIs(bound, c.name))
  return { reading: newReading(row), key: sourceKey(bound) }
}

function mapOwn(bound: Bound, common: Common): MappedTable {
  const { transfer, target } = bound
  const { reading, key } = begin(bound)
  const lookups: LookupPlan[] = []
  const c: StepContext = { bound, reading, lookups, ...common }
  const given = new Map(sourcesOf(transfer).map(([name, source]) => [writable(bound, target, name), source]))
  if (transfer.provenance !== undefined) {
    given.set(writable(bound, target, transfer.provenance), { kind: 'constant', value: transfer.from.database })
  }
  const { map } = common.idMap(transfer.name)
  const made = target.columns.flatMap((column): MadeStep[] => {
    const source = given.get(column)
    if (source !== undefined) return [makeStep(c, column, source)]
    if (map !== undefined && column.name === map.key.name) return [ownKey(c, column, map)]
    return transfer.row === undefined ? [] : fromFunction(c, column)
  })
  checkFilled(bound, target, made)
  return finish(bound, { label: transfer.name, target, made, reading, lookups, key, common, given })
}

function mapInto(bound: Bound, target: Table, common: Common): MappedTable {
  const { reading, key } = begin(bound)
  const c: StepContext = { bound, reading, lookups: [], ...common }
  const made = target.columns.flatMap((column) => fromFunction(c, column, refers(target, column)))
  const alike = bound.transfer.into.filter((ref) => ref.name === target.name.name)
  const label = `${bound.transfer.name} → ${alike.length > 1 ? displayName(target.name) : target.name.name}`
  return finish(bound, {
    label,
    target,
    made,
    reading,
    lookups: [],
    key,
    common,
    given: new Map(),
    into: displayName(target.name),
  })
}

interface Parts {
  readonly label: string
  readonly target: Table
  readonly made: readonly MadeStep[]
  readonly reading: Reading
  readonly lookups: readonly LookupPlan[]
  readonly key: readonly string[] | null
  readonly common: Common
  readonly given: ReadonlyMap<Column, AnySource>
  readonly into?: string
}

function finish(bound: Bound, p: Parts): MappedTable {
  const { transfer } = bound
  const calls = transfer.row !== undefined
  p.reading.include((p.key ?? []).map((name) => asItIs(bound, name)))
  const stage: RowStage = {
    read: p.reading.read,
    fields: p.made.map((m) => m.step),
    lookups: p.lookups,
    ...(calls && {
      row: {
        module: p.common.module,
        transfer: transfer.name,
        properties: bound.source.columns.map((c) => c.name),
        ...(p.into !== undefined && { into: p.into }),
      },
    }),
  }
  return {
    bound,
    label: p.label,
    target: p.target,
    columns: p.made.map((m) => m.draft),
    stage,
    key: p.key,
    view: viewOf(bound, p),
  }
}

/** A column that a mapping may write. Throws COLUMN_MISSING, CONFIG_INVALID for one that the database alone writes. */
function writable(bound: Bound, target: Table, name: string): Column {
  const column = findColumn(target, name, bound.transfer)
  if (column.generated === undefined) return column
  throw new NaruError(
    'CONFIG_INVALID',
    `${bound.transfer.name}: ${name} of ${target.name.name} is computed by the database`,
    {
      hint: 'Leave it out of the mapping.',
      state: 'nothing was changed',
    },
  )
}

/** The new number of the row itself. */
function ownKey(c: StepContext, column: Column, map: IdMap): MadeStep {
  const { bound } = c
  const wire = bound.to.database.engine.dialect.wire(column.type)
  const at = map.old.map((old) => c.reading.field(old))
  c.lookups.push(idLookup(bound.transfer.name, map, { name: column.name, column, wire }))
  const step: FieldStep = { kind: 'lookup', lookup: c.lookups.length - 1, at, miss: { do: 'fail' } }
  const source: Column = { name: `new ${column.name}`, type: column.type, nullable: false }
  return {
    step,
    draft: { source, target: column, wire, rule: 'existing' },
    takes: bound.key,
    says: `numbered afresh for ${bound.key.join(', ')}`,
  }
}

/** A key that is another row's too (INTEGER PRIMARY KEY REFERENCES … of SQLite) is nothing that a counter could fill. */
function refers(table: Table, column: Column): boolean {
  return table.foreignKeys.some((f) => f.columns.includes(column.name))
}

/** A column that the function may give; what the database fills by an expression or a counter is left to it. */
function fromFunction(c: StepContext, column: Column, asks = false): MadeStep[] {
  const { transfer } = c.bound
  const asked = asks || transfer.sets.includes(column.name)
  if (column.generated !== undefined) return []
  if (!asked && (column.identity !== undefined || (column.default !== undefined && column.default.kind !== 'value')))
    return []
  const wire = c.bound.to.database.engine.dialect.wire(column.type)
  const fallback: FieldStep | undefined =
    column.default?.kind === 'value'
      ? { kind: 'constant', text: column.default.text }
      : column.nullable
        ? { kind: 'constant', text: null }
        : undefined
  const step: FieldStep = { kind: 'row', property: column.name, ...(fallback !== undefined && { fallback }) }
  const source: Column = { name: `row ${column.name}`, type: column.type, nullable: column.nullable }
  return [{ step, draft: { source, target: column, wire, rule: 'existing' }, takes: [], says: 'the row function' }]
}

function mustBeGiven(column: Column): boolean {
  return (
    !column.nullable && column.default === undefined && column.identity === undefined && column.generated === undefined
  )
}

function checkFilled(bound: Bound, target: Table, made: readonly MadeStep[]): void {
  const filled = new Set(made.map((m) => m.draft.target.name))
  const open = target.columns.filter((c) => !filled.has(c.name) && mustBeGiven(c)).map((c) => c.name)
  if (open.length === 0) return
  throw new NaruError(
    'COLUMN_MISSING',
    `${bound.transfer.name} has nothing for ${open.join(', ')} of ${displayName(target.name)}`,
    {
      why: 'the column is NOT NULL and has no default, so every row would be refused',
      hint: 'Map it: a source column, sql`…`, constant(…) …',
      state: 'nothing was changed',
    },
  )
}

function viewOf(bound: Bound, p: Parts): MappingView {
  const { transfer, source } = bound
  const sql = [...p.given.values()].flatMap((s) => (typeof s === 'object' && s.kind === 'sql' ? s.texts : []))
  const mentioned = (name: string) =>
    sql.some((text) => new RegExp(`\\b${name.replace(/[^\w]/g, '\\$&')}\\b`, 'i').test(text))
  const taken = new Set(p.made.flatMap((m) => m.takes))
  const filled = new Set(p.made.map((m) => m.draft.target.name))
  return {
    transfer: p.label,
    from: `${bound.from.name}.${displayName(source.name)}`,
    to: `${bound.to.name}.${displayName(p.target.name)}`,
    columns: p.made.map((m) => ({ target: m.draft.target.name, says: m.says })),
    left:
      transfer.row === undefined ? source.columns.map((c) => c.name).filter((n) => !taken.has(n) && !mentioned(n)) : [],
    filled: p.target.columns.filter((c) => !filled.has(c.name)).map((c) => ({ column: c.name, by: fillsBy(c) })),
    write: transfer.write,
  }
}

function fillsBy(column: Column): string {
  if (column.generated !== undefined) return 'computed'
  if (column.identity !== undefined) return 'its counter'
  switch (column.default?.kind) {
    case undefined:
      return 'NULL'
    case 'value':
      return `default ${column.default.text}`
    case 'now':
      return 'the moment of the copy'
    case 'uuid':
      return 'a new uuid'
    case 'expression':
      return `default ${column.default.sql}`
  }
}
