/** A schema as tables for mappings (`transfer(…)`): an interface a table, and one constant that holds them all. */
import { type Column, displayName, type LogicalType, type Schema } from '../core/schema.ts'
import { camel, isIdentifier, ModuleNames, pascal, propertyNames } from './codegen-names.ts'
import { docComment, key, member, str } from './codegen-text.ts'

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

/**
 * The module. `database`: its name in naru.config.ts, by which mappings find it again; also the name of the constant.
 * @example import { legacy } from './naru/legacy.ts'
 */
export function transferTypes(schema: Schema, database: string): string {
  const names = new ModuleNames(RESERVED)
  const constant = names.take(isIdentifier(database) ? database : camel(database), 'Tables')
  const keys = propertyNames(
    schema.tables.map((t) => t.name.name),
    'database',
  )
  const interfaces: string[] = []
  const entries = schema.tables.map((t) => {
    const type = names.take(pascal(t.name.name), 'Columns')
    const lines = t.columns.map((c) => `${docComment(c.comment, '  ')}  ${key(c.name)}: ${columnType(c)}\n`)
    interfaces.push(`${docComment(t.comment)}export interface ${type} {\n${lines.join('')}}\n`)
    const place = t.name.schema === undefined || t.name.schema === 'public' ? '' : `, ${str(t.name.schema)}`
    return `  ${key(keys.get(t.name.name) ?? t.name.name)}: table<${type}>(${str(database)}, ${str(t.name.name)}${place}),\n`
  })
  const first = schema.tables[0]
  const example =
    first === undefined ? constant : member(constant, keys.get(first.name.name) ?? displayName(first.name))
  return [
    `// Made by: naru inspect ${database} --format types. Make it again when the schema has changed.\nimport { type Col, table } from 'naru'\n`,
    ...interfaces,
    `/** Tables of ${str(database)} for mappings: transfer('…', { from: ${example}, … }) */\nexport const ${constant} = {\n${entries.join('')}}\n`,
  ].join('\n')
}
