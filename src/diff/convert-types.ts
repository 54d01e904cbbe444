/** Decides every column's type on the target: the user's cast, the same type within one engine, else the closest in meaning. */
import { NaruError } from '../core/error.ts'
import { type Column, displayName, type LogicalType, type ObjectName, type Table } from '../core/schema.ts'
import { type ConvertInput, columnKey, labelOf, type TableNames, type TypeDecision } from './convert-context.ts'
import { columnFamilies } from './convert-families.ts'
import { nativeStays } from './convert-flavor.ts'
import { cutToShare, keyWidths } from './convert-key-widths.ts'
import { foldedName, type NameSpace, nameSpace, shortName } from './convert-names.ts'
import { type Traits, traitsOf } from './convert-traits.ts'

interface Deciding extends ConvertInput {
  readonly from: Traits
  readonly to: Traits
  readonly names: ReadonlyMap<string, TableNames>
  readonly indexed: ReadonlySet<string>
  readonly widths: ReadonlyMap<string, number>
  readonly families: ReadonlyMap<string, readonly string[]>
  readonly columns: ReadonlyMap<string, Column>
  readonly typeNames: NameSpace
  /** Labels of an enum type → its name, so that the same type on the target is not made twice. */
  readonly known: ReadonlyMap<string, readonly string[]>
}

/** The decision for each column, by columnKey. Throws UNSUPPORTED for a cast that the source cannot be read as. */
export function decideTypes(
  input: ConvertInput,
  names: ReadonlyMap<string, TableNames>,
): ReadonlyMap<string, TypeDecision> {
  const d: Deciding = {
    ...input,
    from: traitsOf(input.source),
    to: traitsOf(input.target),
    names,
    indexed: indexedColumns(input.tables),
    widths: traitsOf(input.target).grammar === 'mysql' ? keyWidths(input.tables, input.can) : new Map(),
    families: columnFamilies(input.tables),
    columns: new Map(input.tables.flatMap((t) => t.columns.map((c) => [columnKey(t.name, c.name), c] as const))),
    typeNames: nameSpace(input.can, takenTypeNames(input, names), new Set()),
    known: new Map(input.target.others.filter((o) => o.kind === 'enum').map((o) => [o.name.name, o.values ?? []])),
  }
  const decisions = new Map<string, TypeDecision>()
  for (const table of input.tables) {
    for (const column of table.columns) decisions.set(columnKey(table.name, column.name), decide(d, table, column))
  }
  return decisions
}

function decide(d: Deciding, table: Table, column: Column): TypeDecision {
  const chosen = d.choices.cast(table, column)
  if (chosen !== undefined) {
    const wire = d.targetDialect.wire(chosen.type)
    if (!d.sourceDialect.canRead(column.type, wire)) throw unreadable(d, table, column, chosen.type.native)
    return { ...chosen, wire, rule: 'cast' }
  }
  if (nativeStays(d, table, column)) {
    const { type, collation } = column
    return { type, wire: sameWire(d, table, column), rule: 'same', collation }
  }
  if (wantsCitext(d, column)) {
    const type = d.targetDialect.parseType('citext')
    return { type, wire: d.targetDialect.wire(type), rule: 'default' }
  }
  const meant = meaning(d, table, column)
  const cut = cutToShare(meant, d.widths.get(columnKey(table.name, column.name)))
  const logical = cut ?? meant
  const rendered = d.targetDialect.renderType(logical, options(d, table, column, logical))
  const wire = d.targetDialect.wire(rendered.type)
  const loss = cut !== null && 'max' in cut ? `as part of a unique key it holds at most ${cut.max}` : rendered.loss
  if (d.sourceDialect.canRead(column.type, wire)) {
    return { type: rendered.type, wire, rule: 'default', ...(loss !== undefined && { loss }) }
  }
  return asText(d, table, column)
}

/** Kinds that SQLite spells in many ways, and files as it does. */
const SPELLED: ReadonlySet<LogicalType['kind']> = new Set(['date', 'time', 'timestamp', 'interval', 'inet', 'uuid'])

/** Files hold the values of one engine in the form that files have for their meaning: what is no form of the engine's own, it casts. */
function sameWire(d: Deciding, table: Table, column: Column): TypeDecision['wire'] {
  const { type } = column
  if (d.source.filed !== undefined && d.from.looseTypes && isSpelled(d, table, column))
    return { kind: 'text', spelled: true }
  const exact = d.targetDialect.exactWire?.(type) ?? d.targetDialect.wire(type)
  if (d.sourceDialect.canRead(type, exact)) return exact
  const own = d.targetDialect.wire(type)
  return d.sourceDialect.canRead(type, own) ? own : d.sourceDialect.wire(type)
}

function isSpelled({ choices }: Deciding, table: Table, { name, type }: Column): boolean {
  const key = columnKey(table.name, name)
  const flag = type.logical.kind === 'bool' && (choices.notBoolean.has(key) || choices.spelledFlags.has(key))
  return flag || SPELLED.has(type.logical.kind)
}

function asText(d: Deciding, table: Table, column: Column): TypeDecision {
  const text: LogicalType = { kind: 'text' }
  const rendered = d.targetDialect.renderType(text, options(d, table, column, text))
  const wire = d.targetDialect.wire(rendered.type)
  if (!d.sourceDialect.canRead(column.type, wire)) throw unreadable(d, table, column, rendered.type.native)
  return { type: rendered.type, wire, rule: 'default', loss: `${column.type.native} is kept as its text` }
}

function unreadable(d: Deciding, table: Table, column: Column, native: string): NaruError {
  const name = `${labelOf(d, table.name)}.${column.name}`
  return new NaruError('UNSUPPORTED', `${name} cannot be read as ${native}`, {
    why: `${d.from.title} has no way to give ${column.type.native} in the form that ${native} needs`,
    hint: `Choose another type: --cast '${name}=…', or leave the table out with --exclude.`,
    state: 'nothing was changed',
  })
}

function options(d: Deciding, table: Table, column: Column, logical: LogicalType) {
  const key = columnKey(table.name, column.name)
  const shared = { indexed: d.indexed.has(key), can: d.can, typeName: typeName(d, table, column, logical) }
  const loose = d.from.looseTypes && (logical.kind !== 'bool' || d.choices.spelledFlags.has(key))
  return loose ? { ...shared, loose } : shared
}

/** table_column unless the source named the type; a type of that name with the same labels is used again. */
function typeName(d: Deciding, table: Table, column: Column, logical: LogicalType): ObjectName {
  const target = d.names.get(displayName(table.name))?.table ?? table.name
  const named = 'name' in logical ? logical.name?.name : undefined
  const wanted =
    named ?? `${target.name}_${d.names.get(displayName(table.name))?.columns.get(column.name) ?? column.name}`
  if (logical.kind !== 'enum') return { schema: target.schema, name: shortName(wanted, d.can) }
  const same = d.known.get(shortName(wanted, d.can))
  if (same !== undefined && JSON.stringify(same) === JSON.stringify(logical.values)) {
    return { schema: target.schema, name: shortName(wanted, d.can) }
  }
  return { schema: target.schema, name: d.typeNames.claim(wanted, `${wanted}_enum`) }
}

/** Tables are types too; enums that are there keep their names. */
function takenTypeNames(input: ConvertInput, names: ReadonlyMap<string, TableNames>): string[] {
  const there = [...input.target.tables.map((t) => t.name.name), ...input.target.others.map((o) => o.name.name)]
  return [...there, ...[...names.values()].map((n) => n.table.name)].map((n) => foldedName(n, input.can))
}

/** What the column's values are, beyond what its declared type says. */
function meaning(d: Deciding, table: Table, column: Column): LogicalType {
  const family = d.families.get(columnKey(table.name, column.name)) ?? [columnKey(table.name, column.name)]
  const logical = column.type.logical
  if (isFlag(column)) {
    const flags = family.every((key) => isFlag(d.columns.get(key)) && !d.choices.notBoolean.has(key))
    if (flags) return { kind: 'bool' }
    return { kind: 'int', bits: d.from.looseTypes ? 64 : 16 }
  }
  if (d.from.grammar === 'mysql' && logical.kind === 'bits' && logical.length === 1) return { kind: 'bool' }
  if (logical.kind === 'json' && d.from.grammar !== 'postgres') return { kind: 'json', binary: true }
  if (logical.kind === 'text' && hasJsonCheck(table, column)) return { kind: 'json', binary: true }
  if (logical.kind === 'int') return integer(d, column, logical, family)
  return logical
}

/** Declared as a flag: tinyint(1), BOOLEAN of SQLite. Whether it is one is for the data to say. */
function isFlag(column: Column | undefined): boolean {
  if (column === undefined || column.identity !== undefined) return false
  return column.type.logical.kind === 'bool' || /^tinyint\(1\)/i.test(column.type.native)
}

/** MariaDB's JSON is longtext with CHECK (json_valid(column)). */
function hasJsonCheck(table: Table, column: Column): boolean {
  const bare = (name: string) => name.replace(/^[`"]|[`"]$/g, '')
  return table.checks.some((check) => {
    const found = /^\(*\s*json_valid\s*\(\s*([^()]+?)\s*\)\s*\)*$/i.exec(check.expression)
    return found !== null && bare(found[1]) === column.name
  })
}

/** A column that numbers itself must be an integer there, and all that refer to it with it. */
function integer(
  d: Deciding,
  column: Column,
  logical: Extract<LogicalType, { kind: 'int' }>,
  family: readonly string[],
): LogicalType {
  const counted = family.some((key) => d.columns.get(key)?.identity !== undefined)
  if (d.to.grammar === 'sqlite' && column.identity !== undefined) return { kind: 'int', bits: 64 }
  if (d.to.grammar === 'postgres' && counted && logical.unsigned && logical.bits === 64)
    return { kind: 'int', bits: 64 }
  if (d.to.grammar !== 'mysql' || family.length === 1) return logical
  return widest(family.map((key) => d.columns.get(key)?.type.logical ?? logical)) ?? logical
}

/** MySQL wants both ends of a foreign key of one size and sign. */
function widest(types: readonly LogicalType[]): LogicalType | null {
  const ints = types.filter((t) => t.kind === 'int')
  if (ints.length < types.length) return null
  const bits = Math.max(...ints.map((t) => t.bits)) as 8 | 16 | 24 | 32 | 64
  return ints.some((t) => t.unsigned) ? { kind: 'int', bits, unsigned: true } : { kind: 'int', bits }
}

function wantsCitext(d: Deciding, column: Column): boolean {
  return (
    d.choices.caseInsensitive === 'citext' &&
    d.to.grammar === 'postgres' &&
    d.can.extensions.includes('citext') &&
    column.caseInsensitive === true &&
    column.type.logical.kind === 'text'
  )
}

function indexedColumns(tables: readonly Table[]): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const t of tables) {
    const own = [t.primaryKey?.columns, ...t.uniques.map((u) => u.columns), ...t.foreignKeys.map((f) => f.columns)]
    const parts = t.indexes.flatMap((i) =>
      i.parts.flatMap((p) => (p.column === undefined || p.prefix ? [] : [p.column])),
    )
    for (const column of [...own.flatMap((c) => c ?? []), ...parts]) keys.add(columnKey(t.name, column))
    for (const f of t.foreignKeys) for (const column of f.referencedColumns) keys.add(columnKey(f.references, column))
  }
  return keys
}
