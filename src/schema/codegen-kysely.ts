/** A schema as row types for Kysely: an interface a table, and `DB` over them. */
import { type Column, displayName, type ObjectName, type Schema } from '../core/schema.ts'
import type { ViewColumns } from './codegen-drizzle.ts'
import { isIdentifier, ModuleNames, pascal } from './codegen-names.ts'
import { docComment, str } from './codegen-text.ts'
import { columnTypes } from './kysely-type.ts'

const RESERVED = `Array Buffer ColumnType DB Date Error Function Generated GeneratedAlways JsonValue Map Number Object Promise Record Set String Symbol`

const JSON_VALUE = `export type JsonValue = boolean | number | string | null | JsonValue[] | { [key: string]: JsonValue }
`

interface Output {
  readonly used: Set<string>
}

const property = (name: string): string => (isIdentifier(name) ? name : str(name))

/** The database gives a value where none is inserted. */
function hasDefault(column: Column): boolean {
  return column.default !== undefined || column.identity !== undefined || column.onUpdateNow === true
}

function columnType(column: Column, engine: string, out: Output): string {
  const { select, write } = columnTypes(column, engine)
  const nullable = (type: string) => (column.nullable ? `${type} | null` : type)
  if (select.includes('JsonValue')) out.used.add('JsonValue')
  const use = (name: string, ...args: string[]) => {
    out.used.add(name)
    return `${name}<${args.join(', ')}>`
  }
  if (column.generated !== undefined || column.identity === 'always') return use('GeneratedAlways', nullable(select))
  const optional = hasDefault(column)
  if (select === write) return optional ? use('Generated', nullable(select)) : nullable(select)
  const insert = nullable(write)
  return use('ColumnType', nullable(select), optional ? `${insert} | undefined` : insert, insert)
}

/** Columns of views are read only. */
function viewType(column: Column, engine: string, out: Output): string {
  const { select } = columnTypes(column, engine)
  out.used.add('ColumnType')
  if (select.includes('JsonValue')) out.used.add('JsonValue')
  return `ColumnType<${column.nullable ? `${select} | null` : select}, never, never>`
}

/** Kysely's name of a table: with its schema, but for `public`, which is on the search path. */
const keyOf = (name: ObjectName): string =>
  name.schema === undefined || name.schema === 'public' ? name.name : displayName(name)

/** The module as one file. Keys are the names in the database, as Kysely writes them into SQL. */
export function kyselyModule(schema: Schema, views: ViewColumns): string {
  const names = new ModuleNames(RESERVED.split(' '))
  const out: Output = { used: new Set() }
  const entries: { key: string; type: string; text: string }[] = []
  const add = (key: string, type: string, comment: string | undefined, lines: readonly string[]) => {
    entries.push({ key, type, text: `${docComment(comment)}export interface ${type} {\n${lines.join('')}}\n` })
  }
  for (const t of schema.tables) {
    const lines = t.columns.map(
      (c) => `${docComment(c.comment, '  ')}  ${property(c.name)}: ${columnType(c, schema.engine, out)}\n`,
    )
    add(keyOf(t.name), names.take(pascal(t.name.name), 'Table'), t.comment, lines)
  }
  for (const o of schema.others) {
    const columns = views.get(displayName(o.name))
    if (columns === undefined || !o.kind.endsWith('view')) continue
    const lines = columns.map((c) => `  ${property(c.name)}: ${viewType(c, schema.engine, out)}\n`)
    add(keyOf(o.name), names.take(pascal(o.name.name), 'View'), undefined, lines)
  }
  const imported = ['ColumnType', 'Generated', 'GeneratedAlways'].filter((n) => out.used.has(n))
  const db = `export interface DB {\n${entries.map((e) => `  ${property(e.key)}: ${e.type}\n`).join('')}}\n`
  return [
    ...(imported.length === 0 ? [] : [`import type { ${imported.join(', ')} } from 'kysely'\n`]),
    ...(out.used.has('JsonValue') ? [JSON_VALUE] : []),
    ...entries.map((e) => e.text),
    db,
  ].join('\n')
}
