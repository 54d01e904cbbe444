/** One table of a generated Drizzle module. */
import { type Column, displayName, type Table } from '../core/schema.ts'
import { call, docComment, key, list, str } from './codegen-text.ts'
import { type DrizzleContext, ownSchema, type TableNames, type TableParts } from './drizzle-context.ts'
import { valueCalls } from './drizzle-default.ts'
import { inlineKeys, references } from './drizzle-foreign.ts'
import type { Imports } from './drizzle-imports.ts'
import { defaultPrimaryName, isUnnamed, keyItems } from './drizzle-keys.ts'
import type { DrizzleType } from './drizzle-type.ts'

const EXTRA = {
  pg: 'PgTableExtraConfigValue',
  mysql: 'MySqlTableExtraConfigValue',
  sqlite: 'SQLiteTableExtraConfigValue',
} as const
const TABLE = { pg: 'pgTable', mysql: 'mysqlTable', sqlite: 'sqliteTable' } as const

function builderCall(column: Column, property: string, type: DrizzleType, p: TableParts): string {
  const { context: c, imports } = p
  const name = property === column.name ? '' : str(column.name)
  if (type.enumName !== undefined) {
    const { constant } = c.enums.get(displayName(type.enumName)) ?? { constant: 'text' }
    return call(imports.local(p.places.types, constant), name)
  }
  if (type.builder === null) {
    const { constant } = c.customs.get(type.native) ?? { constant: 'text' }
    return call(imports.local(p.places.types, constant), name)
  }
  const values = type.values === undefined ? '' : `[${type.values.map(str).join(', ')}]`
  const auto = c.dialect === 'sqlite' && column.identity === 'auto' && type.builder === 'integer' ? '' : type.args
  return call(imports.core(type.builder), name, values, auto)
}

function primaryCall(table: Table, column: Column, c: DrizzleContext): string {
  const pk = table.primaryKey
  if (pk === undefined || pk.columns.length !== 1 || pk.columns[0] !== column.name) return ''
  if (pk.name !== defaultPrimaryName(table, c.dialect)) return ''
  const auto = c.dialect === 'sqlite' && table.options.autoincrement === 'yes'
  return `.primaryKey(${auto ? '{ autoIncrement: true }' : ''})`
}

function uniqueCalls(table: Table, column: Column): string[] {
  return table.uniques
    .filter((u) => u.columns.length === 1 && u.columns[0] === column.name && u.parts === undefined)
    .map((u) => {
      const name = isUnnamed(u) ? '' : str(u.name)
      return call('.unique', name, u.nullsNotDistinct ? "{ nulls: 'not distinct' }" : '')
    })
}

/** What already says NOT NULL in Drizzle. */
function impliesNotNull(table: Table, column: Column, c: DrizzleContext): boolean {
  const numbered = c.dialect === 'pg' && column.identity !== undefined
  return numbered || primaryCall(table, column, c) !== ''
}

function columnLine(table: Table, column: Column, own: TableNames, p: TableParts): string {
  const type = p.context.typeOf(column)
  const property = own.keys.get(column.name) ?? column.name
  const primary = primaryCall(table, column, p.context)
  const keys = inlineKeys(table, p.context).filter((f) => f.columns[0] === column.name)
  const values = valueCalls(column, type, p.context.dialect)
  if (values.some((text) => text.includes('sql`'))) p.imports.orm('sql')
  const calls = [
    ...Array.from({ length: type.dimensions ?? 0 }, () => '.array()'),
    column.nullable || impliesNotNull(table, column, p.context) ? '' : '.notNull()',
    primary,
    ...values,
    ...uniqueCalls(table, column),
    ...keys.map((f) => references(table, f, p)),
  ].filter((text) => text !== '')
  return `${docComment(column.comment, '  ')}  ${key(property)}: ${chained(builderCall(column, property, type, p), calls)},\n`
}

const WIDTH = 100

/** On one line where it fits, else a call a line. */
function chained(head: string, calls: readonly string[]): string {
  const flat = head + calls.join('')
  return flat.length <= WIDTH || calls.length < 2 ? flat : [head, ...calls].join('\n    ')
}

/** The statement that exports a table. */
export function tableText(table: Table, p: TableParts): string {
  const { context: c, imports } = p
  const own = c.tables.get(displayName(table.name)) as TableNames
  const schema = ownSchema(table.name)
  const make =
    schema === undefined
      ? imports.core(TABLE[c.dialect])
      : `${imports.local(p.places.types, c.schemas.get(schema) ?? 'schema')}.table`
  const columns = table.columns.map((column) => columnLine(table, column, own, p)).join('')
  const { items, notes, circular } = keyItems(table, p)
  const made = circular ? `: ${imports.coreType(EXTRA[c.dialect])}[]` : ''
  const extra = items.length === 0 ? '' : `, (t)${made} => [\n${items.map((item) => `  ${item},\n`).join('')}]`
  const comment = [table.comment ?? '', ...(notes.length === 0 ? [] : [`Also in the sidecar: ${notes.join('; ')}.`])]
  return `${docComment(comment.filter((l) => l !== '').join('\n'))}export const ${own.constant} = ${make}(${str(table.name.name)}, ${columns === '' ? '{}' : `{\n${columns}}`}${extra})\n`
}

/** Constants for types that Drizzle does not know. */
export function customTypes(c: DrizzleContext, imports: Imports): string {
  return [...c.customs]
    .map(
      ([native, { constant, data }]) =>
        `export const ${constant} = ${imports.core('customType')}<{ data: ${data} }>({ dataType: () => ${str(native)} })\n`,
    )
    .join('')
}

/** Constants for enum types. */
export function enumTypes(c: DrizzleContext, imports: Imports): string {
  return [...c.enums.values()]
    .map(({ constant, name, values }) => {
      const schema = ownSchema(name)
      const make = schema === undefined ? imports.core('pgEnum') : `${c.schemas.get(schema)}.enum`
      return `export const ${constant} = ${make}(${str(name.name)}, ${list('[', values.map(str), ']', '')})\n`
    })
    .join('\n')
}

/** Constants for schemas. */
export function schemaConstants(c: DrizzleContext, imports: Imports): string {
  return [...c.schemas]
    .map(([name, constant]) => `export const ${constant} = ${imports.core('pgSchema')}(${str(name)})\n`)
    .join('')
}
