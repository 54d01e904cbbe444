/**
 * Two schemas of two engines: the first is converted into the second's terms, then both are brought to what can be compared. Types by
 * meaning, names under the target's folding; what has no meaning across engines (collations, options, owners, names of constraints) is out.
 */
import type { Capabilities } from '../core/capabilities.ts'
import type { Dialect } from '../core/engine.ts'
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
import { defaultMeaning, looseExpression, typeMeaning } from './across-meaning.ts'
import { columnKeys, tableKeys } from './compare-keys.ts'
import { convertSchema } from './convert.ts'
import type { Choices } from './convert-context.ts'
import { adopt, applyIgnore } from './ignore.ts'
import { type MatchKey, matchItems } from './match.ts'
import { type Rename, renamedSchema } from './rename-map.ts'

const NOTHING_CHOSEN: Choices = {
  tableName: () => undefined,
  columnName: () => undefined,
  cast: () => undefined,
  notBoolean: new Set(),
  spelledFlags: new Set(),
  nullable: new Set(),
  caseInsensitive: 'report',
}

export interface AcrossInput {
  readonly from: Schema
  readonly to: Schema
  readonly fromDialect: Dialect
  readonly toDialect: Dialect
  readonly can: Capabilities
}

export interface Across {
  readonly from: Schema
  readonly to: Schema
  /** Names that TO spells in another way, taken for the same. */
  readonly spelled: readonly Rename[]
  /** What the conversion loses, for people. */
  readonly losses: readonly string[]
}

/** Objects that are compared by being there: their bodies are of one engine. */
const BY_NAME: ReadonlySet<OtherObject['kind']> = new Set([
  'view',
  'materialized view',
  'trigger',
  'function',
  'procedure',
  'event',
])

/** Both schemas in TO's terms, ready to be compared. Throws UNSUPPORTED where a column cannot be put into TO's terms at all. */
export function across(input: AcrossInput): Across {
  const { from, to, toDialect } = input
  const conversion = convertSchema({
    source: from,
    sourceDialect: input.fromDialect,
    tables: from.tables,
    target: { ...to, tables: [], others: [] },
    targetDialect: toDialect,
    can: input.can,
    choices: NOTHING_CHOSEN,
  })
  const losses = conversion.tables.flatMap((t) =>
    t.columns.flatMap((c) =>
      c.decision.loss === undefined ? [] : [`${displayName(t.source.name)}.${c.source.name}: ${c.decision.loss}`],
    ),
  )
  const moved: Schema = {
    ...to,
    tables: conversion.tables.map((t) => reparsed(t.target, toDialect)),
    others: from.others.map((o) => inSchema(o, from, to, input.can)),
  }
  const [left, right] = [comparable(moved), comparable(to)]
  const spelled = spelledOtherwise(left, right)
  const folded = renamedSchema(left, spelled)
  const sides = { from: folded, to: { ...right, tables: sameMeanings(folded, right) }, renames: [], foldsNames: false }
  const unnamed = [
    { kind: 'constraint-names', text: '' },
    { kind: 'index-names', text: '' },
  ] as const
  return { from: folded, to: unnamed.reduce(applyIgnore, sides).to, losses, spelled }
}

/** Types as the target's own dialect reads them back. */
function reparsed(table: Table, dialect: Dialect): Table {
  const columns = table.columns.map((c) => {
    const { logical } = c.type
    const named = logical.kind === 'enum' || logical.kind === 'set' || logical.kind === 'array'
    return named ? c : { ...c, type: dialect.parseType(c.type.native) }
  })
  return { ...table, columns }
}

function inSchema(o: OtherObject, from: Schema, to: Schema, can: Capabilities): OtherObject {
  const move = ({ schema, name }: ObjectName): ObjectName => {
    if (!can.schemas) return { name }
    return { name, schema: schema === undefined || schema === from.name ? to.name : schema }
  }
  return { ...o, name: move(o.name), ...(o.table !== undefined && { table: move(o.table) }) }
}

/** Without everything that has no meaning across engines. */
function comparable(schema: Schema): Schema {
  return {
    ...schema,
    tables: schema.tables.map(comparableTable),
    others: schema.others
      .filter((o) => BY_NAME.has(o.kind))
      .map((o) => ({
        kind: o.kind,
        name: unsigned(o.name),
        ...(o.table !== undefined && { table: o.table }),
        definition: '',
      })),
  }
}

/** A routine's name without its parameters, which are of one engine. */
const unsigned = (name: ObjectName): ObjectName => ({ ...name, name: name.name.replace(/\(.*$/s, '') })

function comparableTable(t: Table): Table {
  return {
    name: t.name,
    columns: t.columns.map(comparableColumn),
    ...(t.primaryKey !== undefined && { primaryKey: comparableKey(t.primaryKey) }),
    uniques: [],
    // Whether uniqueness is told as a constraint or as an index is a matter of engines.
    indexes: [...t.uniques.map(keyAsIndex), ...t.indexes.map(comparableIndex)],
    foreignKeys: t.foreignKeys.map(comparableForeignKey),
    checks: t.checks.map((c) => ({ name: c.name, expression: looseExpression(c.expression) })),
    ...(t.comment !== undefined && { comment: t.comment }),
    options: {},
    ...(t.rows !== undefined && { rows: t.rows }),
  }
}

function comparableColumn(c: Column): Column {
  const { name, type, nullable, default: value, generated, identity, onUpdateNow, comment } = c
  return {
    name,
    type,
    nullable,
    ...(value !== undefined && identity === undefined && { default: value }),
    ...(generated !== undefined && { generated: { ...generated, expression: looseExpression(generated.expression) } }),
    // serial, identity and AUTO_INCREMENT number rows alike.
    ...(identity !== undefined && { identity: 'auto' as const }),
    ...(onUpdateNow !== undefined && { onUpdateNow }),
    ...(comment !== undefined && { comment }),
  }
}

const comparableKey = (k: KeyConstraint): KeyConstraint => ({ name: k.name, columns: k.columns })

const keyAsIndex = (k: KeyConstraint): Index => ({
  name: k.name,
  parts: k.columns.map((column) => ({ column })),
  unique: true,
  method: 'btree',
})

function comparableIndex(i: Index): Index {
  const parts = i.parts.map(({ column, expression, descending }) => ({
    ...(column !== undefined && { column }),
    ...(expression !== undefined && { expression: looseExpression(expression) }),
    ...(descending && { descending }),
  }))
  return {
    name: i.name,
    parts,
    unique: i.unique,
    method: i.method === 'hash' ? 'btree' : i.method,
    ...(i.where !== undefined && { where: looseExpression(i.where) }),
  }
}

function comparableForeignKey(f: ForeignKey): ForeignKey {
  const { name, columns, references, referencedColumns } = f
  // Without deferrable keys both refuse at once.
  const action = (a: ForeignKey['onDelete']) => (a === 'restrict' ? 'no action' : a)
  return { name, columns, references, referencedColumns, onUpdate: action(f.onUpdate), onDelete: action(f.onDelete) }
}

/** `OrderId`, `order_id` and `ORDERID` are one name: engines and their users spell names in their own ways. */
const spelling = (name: string): string => name.toLowerCase().replace(/[_ -]/g, '')

const LOOSE_COLUMNS: readonly MatchKey<{ readonly name: string }>[] = [...columnKeys(true), (c) => spelling(c.name)]
const LOOSE_TABLES: readonly MatchKey<Table>[] = [...tableKeys(true), (t) => spelling(displayName(t.name))]

/** Names that `to` spells in another way. No statement comes of it, so this may be concluded here; it is told. */
function spelledOtherwise(from: Schema, to: Schema): Rename[] {
  return matchItems(from.tables, to.tables, LOOSE_TABLES).flatMap((m): Rename[] => {
    if (m.from === null || m.to === null) return []
    const [a, b] = [from.tables[m.from], to.tables[m.to]]
    const columns = matchItems(a.columns, b.columns, LOOSE_COLUMNS).flatMap((c): Rename[] => {
      if (c.from === null || c.to === null) return []
      const [was, is] = [a.columns[c.from].name, b.columns[c.to].name]
      return was === is ? [] : [{ table: a.name, column: was, to: is }]
    })
    return a.name.name === b.name.name ? columns : [{ table: a.name, to: b.name.name }, ...columns]
  })
}

/** Types and defaults of `to` as they are spelled in `from`, wherever they mean the same. */
function sameMeanings(from: Schema, to: Schema): Table[] {
  return adopt(from.tables, to.tables, tableKeys(false), (table, was) => ({
    ...table,
    columns: adopt(was.columns, table.columns, columnKeys(false), (column, before) => {
      const type = typeMeaning(column.type.logical) === typeMeaning(before.type.logical) ? before.type : column.type
      if (defaultMeaning(column) !== defaultMeaning(before)) return { ...column, type }
      const { default: _, ...rest } = column
      return { ...rest, type, ...(before.default !== undefined && { default: before.default }) }
    }),
  }))
}
