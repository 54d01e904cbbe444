/** Relations for Drizzle's relational queries: `one` where a table refers, `many` (or `one`) where it is referred to. */
import { displayName, type ForeignKey, type Table } from '../core/schema.ts'
import { camel, pascal } from './codegen-names.ts'
import { key, member, object, str } from './codegen-text.ts'
import { type DrizzleContext, relationsName, type TableNames, type TableParts } from './drizzle-context.ts'

interface Link {
  readonly from: Table
  readonly to: Table
  readonly foreignKey: ForeignKey
  /** Only where one name would mean two relations. */
  readonly label: string | undefined
  /** At most one row refers. */
  readonly single: boolean
}

function isUnique(table: Table, columns: readonly string[]): boolean {
  const keys = [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey.columns]),
    ...table.uniques.map((u) => u.columns),
    ...table.indexes.filter((i) => i.unique && i.where === undefined).map((i) => i.parts.map((p) => p.column ?? '')),
  ]
  return keys.some((k) => k.length > 0 && k.every((column) => columns.includes(column)))
}

function links(c: DrizzleContext): Link[] {
  const byName = new Map(c.schema.tables.map((t) => [displayName(t.name), t]))
  const all = c.schema.tables.flatMap((from) =>
    from.foreignKeys.flatMap((foreignKey) => {
      const to = byName.get(displayName(foreignKey.references))
      return to === undefined ? [] : [{ from, to, foreignKey }]
    }),
  )
  return all.map((l) => {
    const between = all.filter((o) => (o.from === l.from && o.to === l.to) || (o.from === l.to && o.to === l.from))
    const label =
      between.length > 1 || l.from === l.to ? `${l.from.name.name}.${l.foreignKey.columns.join('+')}` : undefined
    return { ...l, label, single: isUnique(l.from, l.foreignKey.columns) }
  })
}

/** `customer_id` → `customer`; else the table that is referred to, behind the column's name where there are several ways to it. */
function oneName(l: Link): string {
  const { columns } = l.foreignKey
  const stem = columns.length === 1 ? columns[0].replace(/[_ ]?id$/i, '') : ''
  if (stem !== '' && stem !== columns[0]) return camel(stem)
  const several = l.label !== undefined && columns.length === 1
  return camel(several ? `${columns[0]}_${l.to.name.name}` : l.to.name.name)
}

function manyName(l: Link): string {
  const table = camel(l.from.name.name)
  return l.label === undefined ? table : `${table}By${pascal(oneName(l))}`
}

/** A name for each relation of one table that none of its columns and other relations has. */
function chooser(own: TableNames): (wanted: string) => string {
  const taken = new Set(own.keys.values())
  return (wanted) => {
    let name = taken.has(wanted) ? `${wanted}Relation` : wanted
    for (let n = 2; taken.has(name); n++) name = `${wanted}${n}`
    taken.add(name)
    return name
  }
}

interface OneSide {
  readonly names: TableNames
  readonly columns: readonly string[]
}

function oneLine(name: string, from: OneSide, to: OneSide, label: string | undefined): string {
  const columns = (side: OneSide) =>
    `[${side.columns.map((column) => member(side.names.constant, side.names.keys.get(column) ?? column)).join(', ')}]`
  const parts = object([
    ['fields', columns(from)],
    ['references', columns(to)],
    ['relationName', label === undefined ? undefined : str(label)],
  ])
  return `  ${key(name)}: one(${to.names.constant}, ${parts}),\n`
}

/** Where a table is referred to. A `one` that needs a name must say its columns too. */
function backLine(l: Link, own: TableNames, source: TableNames, name: string): string {
  const { columns, referencedColumns } = l.foreignKey
  if (l.single && l.label !== undefined) {
    return oneLine(name, { names: own, columns: referencedColumns }, { names: source, columns }, l.label)
  }
  const label = l.label === undefined ? '' : `, { relationName: ${str(l.label)} }`
  return `  ${key(name)}: ${l.single ? 'one' : 'many'}(${source.constant}${label}),\n`
}

function relationsOf(table: Table, all: readonly Link[], p: TableParts): string {
  const { context: c, imports } = p
  const own = c.tables.get(displayName(table.name)) as TableNames
  const choose = chooser(own)
  const namesOf = (t: Table): TableNames => {
    const names = c.tables.get(displayName(t.name)) as TableNames
    imports.local(p.places.table(names), names.constant)
    return names
  }
  const forward = all.filter((l) => l.from === table)
  const back = all.filter((l) => l.to === table)
  if (forward.length + back.length === 0) return ''
  namesOf(table)
  const lines = [
    ...forward.map((l) => {
      const { columns, referencedColumns } = l.foreignKey
      return oneLine(
        choose(oneName(l)),
        { names: own, columns },
        { names: namesOf(l.to), columns: referencedColumns },
        l.label,
      )
    }),
    ...back.map((l) => backLine(l, own, namesOf(l.from), choose(manyName(l)))),
  ]
  const used = [
    ...(lines.some((line) => line.includes(': one(')) ? ['one'] : []),
    ...(lines.some((line) => line.includes(': many(')) ? ['many'] : []),
  ]
  return `export const ${relationsName(c, table)} = ${imports.orm('relations')}(${own.constant}, ({ ${used.join(', ')} }) => ({\n${lines.join('')}}))\n`
}

/** The relations of all tables that have any. */
export function relationsText(p: TableParts): string {
  const all = links(p.context)
  return p.context.schema.tables
    .map((table) => relationsOf(table, all, p))
    .filter((text) => text !== '')
    .join('\n')
}
