/** A schema as row types for Kysely: an interface a table, and `DB` over them. */
import { type Column, displayName, type ObjectName, type Schema } from '../core/schema.ts'
import type { GeneratedFile, ViewColumns } from './codegen-drizzle.ts'
import { isIdentifier, ModuleNames, pascal } from './codegen-names.ts'
import { docComment, str } from './codegen-text.ts'
import { fileNames } from './file-names.ts'
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

/** An interface of the module, and what it names that it does not hold. */
interface Entry {
  /** Kysely's name of the table or view. */
  readonly key: string
  readonly type: string
  readonly text: string
  readonly used: ReadonlySet<string>
}

function interfacesOf(schema: Schema, views: ViewColumns): Entry[] {
  const names = new ModuleNames(RESERVED.split(' '))
  const entries: Entry[] = []
  const add = (key: string, type: string, comment: string | undefined, lines: (out: Output) => readonly string[]) => {
    const used = new Set<string>()
    const body = lines({ used }).join('')
    entries.push({ key, type, used, text: `${docComment(comment)}export interface ${type} {\n${body}}\n` })
  }
  for (const t of schema.tables) {
    add(keyOf(t.name), names.take(pascal(t.name.name), 'Table'), t.comment, (out) =>
      t.columns.map(
        (c) => `${docComment(c.comment, '  ')}  ${property(c.name)}: ${columnType(c, schema.engine, out)}\n`,
      ),
    )
  }
  for (const o of schema.others) {
    const columns = views.get(displayName(o.name))
    if (columns === undefined || !o.kind.endsWith('view')) continue
    add(keyOf(o.name), names.take(pascal(o.name.name), 'View'), undefined, (out) =>
      columns.map((c) => `  ${property(c.name)}: ${viewType(c, schema.engine, out)}\n`),
    )
  }
  return entries
}

function importOf(used: ReadonlySet<string>): string {
  const names = ['ColumnType', 'Generated', 'GeneratedAlways'].filter((n) => used.has(n))
  return names.length === 0 ? '' : `import type { ${names.join(', ')} } from 'kysely'\n`
}

const database = (entries: readonly Entry[]): string =>
  `export interface DB {\n${entries.map((e) => `  ${property(e.key)}: ${e.type}\n`).join('')}}\n`

const joined = (...parts: readonly string[]): string => parts.filter((text) => text !== '').join('\n')

/** The module as one file. Keys are the names in the database, as Kysely writes them into SQL. */
export function kyselyModule(schema: Schema, views: ViewColumns): string {
  const entries = interfacesOf(schema, views)
  const used = new Set(entries.flatMap((e) => [...e.used]))
  return joined(
    importOf(used),
    used.has('JsonValue') ? JSON_VALUE : '',
    ...entries.map((e) => e.text),
    database(entries),
  )
}

/** The same as a folder: `index` with `DB`, a file for each table and view, and `types` where there are any. */
export function kyselyFiles(schema: Schema, views: ViewColumns): GeneratedFile[] {
  const entries = interfacesOf(schema, views)
  const names = fileNames(
    entries.map((e) => e.key),
    ['index', 'types'],
  )
  const json = entries.some((e) => e.used.has('JsonValue'))
  const files = entries.map((e, i) => {
    const local = e.used.has('JsonValue') ? `import type { JsonValue } from './types.ts'\n` : ''
    return { name: names[i], text: joined(importOf(e.used) + local, e.text) }
  })
  const imports = entries.map((e, i) => `import type { ${e.type} } from ${str(`./${names[i]}.ts`)}\n`).join('')
  const all = [...names, ...(json ? ['types'] : [])]
    .map((name) => `export type * from ${str(`./${name}.ts`)}\n`)
    .join('')
  return [
    { name: 'index', text: joined(imports, all, database(entries)) },
    ...(json ? [{ name: 'types', text: JSON_VALUE }] : []),
    ...files,
  ]
}
