/** A schema as a TypeScript module for drizzle-orm: one file, or one a table. */
import { type Column, displayName, type OtherObject, type Schema } from '../core/schema.ts'
import { type Naming, propertyNames } from './codegen-names.ts'
import { call, key, str } from './codegen-text.ts'
import { type DrizzleContext, drizzleContext, ownSchema, type TableParts } from './drizzle-context.ts'
import { createImports, type Imports } from './drizzle-imports.ts'
import { relationsText } from './drizzle-relations.ts'
import { customTypes, enumTypes, schemaConstants, tableText } from './drizzle-table.ts'

/** Columns of views by `displayName`: the model holds only their statements. */
export type ViewColumns = ReadonlyMap<string, readonly Column[]>

export interface DrizzleOptions {
  readonly naming: Naming
  readonly views?: ViewColumns
}

/** A generated file: its name without ending, and its text. */
export interface GeneratedFile {
  readonly name: string
  readonly text: string
}

const CORE = { pg: 'drizzle-orm/pg-core', mysql: 'drizzle-orm/mysql-core', sqlite: 'drizzle-orm/sqlite-core' } as const
const VIEW = { pg: 'pgView', mysql: 'mysqlView', sqlite: 'sqliteView' } as const

function viewColumn(column: Column, property: string, p: TableParts): string {
  const type = p.context.typeOf({ ...column, identity: undefined })
  const name = property === column.name ? '' : str(column.name)
  const constant =
    type.enumName !== undefined
      ? p.context.enums.get(displayName(type.enumName))?.constant
      : type.builder === null
        ? p.context.customs.get(type.native)?.constant
        : undefined
  const values = type.values === undefined ? '' : `[${type.values.map(str).join(', ')}]`
  const make =
    constant !== undefined
      ? call(p.imports.local(p.places.types, constant), name)
      : call(p.imports.core(type.builder ?? 'text'), name, values, type.args)
  return `  ${key(property)}: ${make}${'.array()'.repeat(type.dimensions ?? 0)}${column.nullable ? '' : '.notNull()'},\n`
}

function viewText(view: OtherObject, constant: string, columns: readonly Column[], p: TableParts): string {
  const { context: c, imports } = p
  const schema = ownSchema(view.name)
  const materialized = view.kind === 'materialized view'
  const plain = materialized ? 'pgMaterializedView' : VIEW[c.dialect]
  const make =
    schema === undefined
      ? imports.core(plain)
      : `${imports.local(p.places.types, c.schemas.get(schema) ?? 'schema')}.${materialized ? 'materializedView' : 'view'}`
  const keys = propertyNames(
    columns.map((k) => k.name),
    'camel',
  )
  const lines = columns.map((k) => viewColumn(k, keys.get(k.name) ?? k.name, p)).join('')
  return `export const ${constant} = ${make}(${str(view.name.name)}, {\n${lines}}).existing()\n`
}

function viewsText(p: TableParts, views: ViewColumns): string {
  return [...p.context.views]
    .flatMap(([view, constant]) => {
      const columns = views.get(displayName(view.name)) ?? []
      return columns.length === 0 ? [] : [viewText(view, constant, columns, p)]
    })
    .join('\n')
}

const joined = (...parts: readonly string[]): string => parts.filter((text) => text !== '').join('\n')

function context(schema: Schema, o: DrizzleOptions): DrizzleContext {
  return drizzleContext(
    schema,
    o.naming,
    [...(o.views ?? [])].flatMap(([, columns]) => columns),
  )
}

/** The whole module as one file. Pure; the same schema gives the same text. */
export function drizzleModule(schema: Schema, o: DrizzleOptions): string {
  const c = context(schema, o)
  const imports = createImports(CORE[c.dialect], 'schema')
  const p: TableParts = { context: c, imports, places: { table: () => 'schema', types: 'schema' } }
  const body = joined(
    schemaConstants(c, imports),
    customTypes(c, imports),
    enumTypes(c, imports),
    ...schema.tables.map((t) => tableText(t, p)),
    viewsText(p, o.views ?? new Map()),
    relationsText(p),
  )
  return joined(imports.text(), body === '' ? 'export {}\n' : body)
}

/** File names of tables: their constants, told apart where a file system folds case. */
function fileNames(c: DrizzleContext): Map<string, string> {
  const taken = new Set(['index', 'types', 'relations', 'views'])
  const names = new Map<string, string>()
  for (const { constant } of c.tables.values()) {
    let name = constant
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${constant}${n}`
    taken.add(name.toLowerCase())
    names.set(constant, name)
  }
  return names
}

/** The module as a folder: `index`, a file a table, and `types`, `views`, `relations` where there are any. */
export function drizzleFiles(schema: Schema, o: DrizzleOptions): GeneratedFile[] {
  const c = context(schema, o)
  const names = fileNames(c)
  const places = { table: (t: { readonly constant: string }) => names.get(t.constant) ?? t.constant, types: 'types' }
  const file = (name: string, body: (imports: Imports, p: TableParts) => string): GeneratedFile[] => {
    const imports = createImports(CORE[c.dialect], name)
    const text = body(imports, { context: c, imports, places })
    return text === '' ? [] : [{ name, text: joined(imports.text(), text) }]
  }
  const files = [
    ...file('types', (i) => joined(schemaConstants(c, i), customTypes(c, i), enumTypes(c, i))),
    ...schema.tables.flatMap((t) => {
      const constant = c.tables.get(displayName(t.name))?.constant ?? ''
      return file(names.get(constant) ?? constant, (_, p) => tableText(t, p))
    }),
    ...file('views', (_, p) => viewsText(p, o.views ?? new Map())),
    ...file('relations', (_, p) => relationsText(p)),
  ]
  const index = files.map((f) => `export * from './${f.name}.ts'\n`).join('')
  return [{ name: 'index', text: index === '' ? 'export {}\n' : index }, ...files]
}
