/** A schema as tables for mappings (`transfer(…)`): an interface a table, and one constant that holds them all. */
import type { Column, LogicalType, Schema, Table } from '../core/schema.ts'
import { camel, isIdentifier, ModuleNames, pascal, propertyNames } from './codegen-names.ts'
import { docComment, key, member, str } from './codegen-text.ts'
import { ownSchema } from './drizzle-context.ts'

const RESERVED = ['Col', 'table', 'Array', 'Date', 'Object', 'Record', 'String', 'Number', 'Uint8Array']

/** The kind of a column's values, as transfer/columns.ts names them. */
function kindOf(logical: LogicalType): string {
  switch (logical.kind) {
    case 'int':
      return logical.bits === 64 || (logical.bits === 32 && logical.unsigned === true) ? 'bigint' : 'int'
    case 'set':
      return 'array'
    case 'bool':
    case 'decimal':
    case 'float':
    case 'text':
    case 'enum':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'uuid':
    case 'json':
    case 'bytes':
    case 'array':
      return logical.kind
    case 'geometry':
      return 'bytes'
    default:
      return 'other'
  }
}

function flagsOf(column: Column): string[] {
  const computed = column.generated !== undefined ? ['computed'] : []
  const filled = column.default !== undefined || column.identity !== undefined ? ['default'] : []
  return [...(column.nullable ? ['null'] : []), ...filled, ...computed]
}

function columnType(column: Column): string {
  const { logical } = column.type
  const flags = flagsOf(column).map(str).join(' | ')
  const labels = logical.kind === 'enum' && logical.values.length > 0 ? logical.values.map(str).join(' | ') : ''
  const parts = [str(kindOf(logical)), ...(flags !== '' || labels !== '' ? [flags === '' ? 'never' : flags] : [])]
  return `Col<${[...parts, ...(labels === '' ? [] : [labels])].join(', ')}>`
}

/** The tables of one object: of the schema that is the default, or of one other. */
interface Group {
  /** The other schema, and the property that stands for it. */
  readonly inner: { readonly schema: string; readonly property: string } | null
  readonly tables: readonly Table[]
}

/**
 * One object for all tables; where several schemas were read, an object within it for each of them but `public`, which Drizzle leaves out of
 * names too.
 */
function groupsOf(schema: Schema): Group[] {
  const inner = (t: Table) => (schema.name === '' ? ownSchema(t.name) : undefined)
  const top = schema.tables.filter((t) => inner(t) === undefined)
  const schemas = [...new Set(schema.tables.flatMap((t) => inner(t) ?? []))]
  const taken = top.map((t) => t.name.name)
  const wanted = schemas.map((name) => (taken.includes(name) ? `${name}Schema` : name))
  const properties = propertyNames([...taken, ...wanted], 'database')
  return [
    { inner: null, tables: top },
    ...schemas.map((name, i) => ({
      inner: { schema: name, property: properties.get(wanted[i]) ?? name },
      tables: schema.tables.filter((t) => inner(t) === name),
    })),
  ]
}

/**
 * The module. `database`: its name in naru.config.ts, by which mappings find it again; also the name of the constant.
 * @example import { legacy } from './naru/legacy.ts'
 */
export function transferTypes(schema: Schema, database: string): string {
  const names = new ModuleNames(RESERVED)
  const constant = names.take(isIdentifier(database) ? database : camel(database), 'Tables')
  const interfaces: string[] = []
  const members: string[] = []
  const lines = groupsOf(schema).flatMap(({ inner, tables }) => {
    const keys = propertyNames(
      tables.map((t) => t.name.name),
      'database',
    )
    const holder = inner === null ? constant : member(constant, inner.property)
    const entries = tables.map((t) => {
      const type = names.take(pascal(inner === null ? t.name.name : `${inner.schema}_${t.name.name}`), 'Columns')
      const columns = t.columns.map((c) => `${docComment(c.comment, '  ')}  ${key(c.name)}: ${columnType(c)}\n`)
      interfaces.push(`${docComment(t.comment)}export interface ${type} {\n${columns.join('')}}\n`)
      const property = keys.get(t.name.name) ?? t.name.name
      members.push(member(holder, property))
      return `${key(property)}: table<${type}>(${[database, t.name.name, ...placeOf(schema, t)].map(str).join(', ')}),\n`
    })
    if (inner === null) return entries.map((line) => `  ${line}`)
    return [`  ${key(inner.property)}: {\n${entries.map((line) => `    ${line}`).join('')}  },\n`]
  })
  return [
    `// Made by: naru inspect ${database} --format types. Make it again when the schema has changed.\nimport { type Col, table } from 'naru'\n`,
    ...interfaces,
    `/** Tables of ${str(database)} for mappings: transfer('…', { from: ${members[0] ?? constant}, … }) */\nexport const ${constant} = {\n${lines.join('')}}\n`,
  ].join('\n')
}

/** The schema where it must be said: of several always. */
function placeOf(schema: Schema, { name }: Table): string[] {
  const said = schema.name === '' ? name.schema : ownSchema(name)
  return said === undefined ? [] : [said]
}
