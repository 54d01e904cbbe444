/** CREATE TABLE, with the sequences and partitions that belong to it. */
import type { DdlStep } from '../../core/engine.ts'
import type { Column, ColumnType, ObjectName, Table } from '../../core/schema.ts'
import { dependsOnPath, nameLiteral, relationExists, withinPath } from './ddl-text.ts'
import { defaultSql } from './default-sql.ts'
import { fittingName, plainIdent, qualified, quote } from './names.ts'
import { textLiteral } from './values.ts'

/** An enum is named with its schema; a domain over one keeps its own name. */
function typeSql(type: ColumnType, table: ObjectName): string {
  const { logical, native } = type
  if (logical.kind !== 'enum' || logical.name === undefined) return native
  const { schema = table.schema, name } = logical.name
  const printed = [plainIdent(name), ...(schema === undefined ? [] : [`${plainIdent(schema)}.${plainIdent(name)}`])]
  return printed.includes(native) ? qualified({ schema, name }) : native
}

/** The sequence behind a column that is numbered but is no identity column of SQL; null for one that is. */
export function ownSequence(table: Table, column: Column): ObjectName | null {
  if (column.identity !== 'auto') return null
  if (column.sequence !== undefined) return { schema: table.name.schema, name: column.sequence.name }
  if (column.type.logical.kind === 'int') return null
  return { schema: table.name.schema, name: fittingName(`${table.name.name}_${column.name}_seq`) }
}

interface SequenceOptions {
  readonly clauses: string
  readonly owned: boolean
}

function sequenceOptions(table: Table, column: Column): SequenceOptions {
  const text = table.options[`sequence of ${column.name}`] ?? ''
  return { clauses: text.replace(/ ?UNOWNED$/, ''), owned: !/UNOWNED$/.test(text) }
}

function identityClause(table: Table, column: Column): string {
  const { clauses } = sequenceOptions(table, column)
  const named = column.sequence && qualified({ schema: table.name.schema, name: column.sequence.name })
  const options = [...(named ? [`SEQUENCE NAME ${named}`] : []), ...(clauses === '' ? [] : [clauses])].join(' ')
  const how = column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'
  return ` GENERATED ${how} AS IDENTITY${options === '' ? '' : ` (${options})`}`
}

function filling(table: Table, column: Column): string {
  if (column.generated !== undefined) {
    return ` GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`
  }
  const sequence = ownSequence(table, column)
  if (sequence !== null) return ` DEFAULT nextval(${nameLiteral(sequence)}::regclass)`
  if (column.identity !== undefined) return identityClause(table, column)
  const given = defaultSql(column)
  return given === null ? '' : ` DEFAULT ${given}`
}

function columnSql(table: Table, column: Column): string {
  const collation = column.collation === undefined ? '' : ` COLLATE ${column.collation}`
  const type = typeSql(column.type, table.name)
  return `${quote(column.name)} ${type}${collation}${filling(table, column)}${column.nullable ? '' : ' NOT NULL'}`
}

/** Checks stand in the table from the start: a row that breaks one is refused by itself, with its key. */
function checkSql(table: Table): string[] {
  const given = table.checks
    .filter((c) => !c.notValid)
    .map((c) => `CONSTRAINT ${quote(c.name)} CHECK (${c.expression})`)
  const sets = table.columns.flatMap((c) => {
    if (c.type.logical.kind !== 'set') return []
    const values = c.type.logical.values.map(textLiteral).join(', ')
    const name = fittingName(`${table.name.name}_${c.name}_set`)
    if (table.checks.some((k) => k.name === name)) return []
    return [`CONSTRAINT ${quote(name)} CHECK (${quote(c.name)} <@ ARRAY[${values}]::text[])`]
  })
  return [...given, ...sets]
}

function sequenceStatements(table: Table): { before: string[]; after: string[] } {
  const before: string[] = []
  const after: string[] = []
  for (const column of table.columns) {
    const name = ownSequence(table, column)
    if (name === null) continue
    const { clauses, owned } = sequenceOptions(table, column)
    const { native } = column.type
    const as = /^(smallint|integer)$/.test(native) && !clauses.startsWith('AS ') ? `AS ${native}` : ''
    const words = ['CREATE SEQUENCE IF NOT EXISTS', qualified(name), as, clauses]
    before.push(words.filter((w) => w !== '').join(' '))
    if (owned) after.push(`ALTER SEQUENCE ${qualified(name)} OWNED BY ${qualified(table.name)}.${quote(column.name)}`)
  }
  return { before, after }
}

type Partition = readonly [string, string, string, string, string, string | null]

/** Partitions, parents before children. The outermost parent is the table itself, whatever it is called now. */
function partitionStatements(table: Table): string[] {
  const left = Object.entries(table.options)
    .filter(([key]) => key.startsWith('partition ') && key !== 'partition by')
    .map(([, value]) => JSON.parse(value) as Partition)
  const within = (name: string) => qualified({ schema: table.name.schema, name })
  const inner = new Set(left.map((p) => p[1]))
  const made = new Set<string>()
  const statements: string[] = []
  while (left.length > 0) {
    const at = left.findIndex((p) => !inner.has(p[3]) || made.has(p[3]))
    if (at < 0) break
    const [, name, , parent, bound, key] = left.splice(at, 1)[0]
    made.add(name)
    const of = inner.has(parent) ? within(parent) : qualified(table.name)
    statements.push(
      `CREATE TABLE ${within(name)} PARTITION OF ${of} ${bound}${key === null ? '' : ` PARTITION BY ${key}`}`,
    )
  }
  return statements
}

/** The table with columns, defaults, identity and checks, its sequences and its partitions, in one transaction. */
export function tableSteps(table: Table): DdlStep[] {
  const { options } = table
  const body = [...table.columns.map((c) => columnSql(table, c)), ...checkSql(table)]
  const partitioned = options['partition by'] === undefined ? '' : ` PARTITION BY ${options['partition by']}`
  const settings = options.with === undefined ? '' : ` WITH (${options.with})`
  const create = `CREATE ${options.unlogged === 'true' ? 'UNLOGGED ' : ''}TABLE ${qualified(table.name)}`
  const { before, after } = sequenceStatements(table)
  const main = `${create} (${body.length === 0 ? '' : `\n  ${body.join(',\n  ')}\n`})${partitioned}${settings}`
  const sql = [...before, main, ...partitionStatements(table), ...after].join(';\n')
  return [
    {
      sql: dependsOnPath(table) ? withinPath(table.name.schema, sql) : sql,
      why: 'the rows go into it',
      object: `table ${table.name.name}`,
      exists: relationExists(table.name, ['r', 'p']),
    },
  ]
}
