/** CREATE TABLE, with the sequences and partitions that belong to it. */

import type { DdlStep } from '../../core/engine.ts'
import type { Check, Column, ColumnType, ObjectName, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { notNullClause } from './ddl-not-null.ts'
import { dependsOnPath, nameLiteral, relationExists, withinPath } from './ddl-text.ts'
import { defaultSql } from './default-sql.ts'
import { fittingName, plainIdent, qualified, quote } from './names.ts'
import { textLiteral } from './values.ts'

/** The type as SQL: an enum is named with its schema; a domain over one keeps its own name. */
export function typeSql(type: ColumnType, table: ObjectName): string {
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

/** Clauses of the sequence behind a column. */
export function sequenceOptions(table: Table, column: Column): SequenceOptions {
  const text = table.options[`sequence of ${column.name}`] ?? ''
  return { clauses: text.replace(/ ?UNOWNED$/, ''), owned: !/UNOWNED$/.test(text) }
}

/** ` GENERATED … AS IDENTITY (…)`. */
export function identityClause(table: Table, column: Column): string {
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

/** A column as CREATE TABLE and ADD COLUMN take it. */
export function columnSql(table: Table, column: Column): string {
  const collation = column.collation === undefined ? '' : ` COLLATE ${column.collation}`
  const type = typeSql(column.type, table.name)
  return `${quote(column.name)} ${type}${collation}${filling(table, column)}${notNullClause(column)}`
}

/** `CONSTRAINT x CHECK (…)` with what follows it, but NOT VALID. */
export function checkClause(c: Check): string {
  const words = `${c.noInherit ? ' NO INHERIT' : ''}${c.notEnforced ? ' NOT ENFORCED' : ''}`
  return `CONSTRAINT ${quote(c.name)} CHECK (${c.expression})${words}`
}

/** Checks stand in the table from the start: a row that breaks one is refused by itself, with its key. */
function checkSql(table: Table): string[] {
  const heir = parentsOf(table).length > 0
  const given = table.checks.filter((c) => !c.notValid && !(heir && c.inherited)).map(checkClause)
  const sets = table.columns.flatMap((c) => {
    if (c.type.logical.kind !== 'set') return []
    const values = c.type.logical.values.map(textLiteral).join(', ')
    const name = fittingName(`${table.name.name}_${c.name}_set`)
    if (table.checks.some((k) => k.name === name)) return []
    return [`CONSTRAINT ${quote(name)} CHECK (${quote(c.name)} <@ ARRAY[${values}]::text[])`]
  })
  return [...given, ...sets]
}

/** Tables that this one inherits from. */
function parentsOf(table: Table): ObjectName[] {
  const parents = JSON.parse(table.options.inherits ?? '[]') as [string, string][]
  return parents.map(([schema, name]) => ({ schema, name }))
}

/** Statements for what a column's own clause has no words for: storage, compression, statistics. */
export function columnExtras(table: ObjectName, column: Column): string[] {
  const o = column.options ?? {}
  const alter = (what: string) => `ALTER TABLE ONLY ${qualified(table)} ALTER COLUMN ${quote(column.name)} ${what}`
  return [
    ...(o.storage === undefined ? [] : [alter(`SET STORAGE ${o.storage.toUpperCase()}`)]),
    ...(o.compression === undefined ? [] : [alter(`SET COMPRESSION ${o.compression}`)]),
    ...(o.statistics === undefined ? [] : [alter(`SET STATISTICS ${o.statistics}`)]),
    ...(o.settings === undefined ? [] : [alter(`SET (${o.settings})`)]),
  ]
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
    const unlogged = (table.options[`sequence unlogged of ${column.name}`] ?? table.options.unlogged) === 'true'
    before.push(
      words
        .filter((w) => w !== '')
        .join(' ')
        .replace(/^CREATE SEQUENCE/, unlogged ? 'CREATE UNLOGGED SEQUENCE' : '$&'),
    )
    if (owned) after.push(`ALTER SEQUENCE ${qualified(name)} OWNED BY ${qualified(table.name)}.${quote(column.name)}`)
  }
  return { before, after }
}

type Partition = readonly [string, string, string, string, string, string | null]

const partitionsOf = (table: Table): Partition[] =>
  Object.entries(table.options)
    .filter(([key]) => key.startsWith('partition ') && key !== 'partition by')
    .map(([, value]) => JSON.parse(value) as Partition)

/**
 * Partitions, parents before children. The outermost parent is the table itself, whatever it is called now and wherever it lies; partitions
 * that lay beside it lie beside it again, all others in their own schema.
 */
export function partitionSteps(table: Table): { readonly name: ObjectName; readonly sql: string }[] {
  const left = partitionsOf(table)
  const id = (schema: string, name: string) => JSON.stringify([schema, name])
  const inner = new Set(left.map(([schema, name]) => id(schema, name)))
  const root = left.find((p) => !inner.has(id(p[2], p[3])))?.[2]
  const placed = (schema: string, name: string) => ({ schema: schema === root ? table.name.schema : schema, name })
  const made = new Set<string>()
  const steps: { name: ObjectName; sql: string }[] = []
  while (left.length > 0) {
    const at = left.findIndex((p) => !inner.has(id(p[2], p[3])) || made.has(id(p[2], p[3])))
    if (at < 0) break
    const [schema, own, above, parent, bound, key] = left.splice(at, 1)[0]
    made.add(id(schema, own))
    const of = inner.has(id(above, parent)) ? placed(above, parent) : table.name
    const name = placed(schema, own)
    const by = key === null ? '' : ` PARTITION BY ${key}`
    steps.push({ name, sql: `CREATE TABLE ${qualified(name)} PARTITION OF ${qualified(of)} ${bound}${by}` })
  }
  return steps
}

/** What CREATE TABLE says after its columns. */
function tail(table: Table): string {
  const { options } = table
  const parents = parentsOf(table).map(qualified).join(', ')
  return [
    parents === '' ? '' : ` INHERITS (${parents})`,
    options['partition by'] === undefined ? '' : ` PARTITION BY ${options['partition by']}`,
    options['access method'] === undefined ? '' : ` USING ${quote(options['access method'])}`,
    options.with === undefined ? '' : ` WITH (${options.with})`,
    options.tablespace === undefined ? '' : ` TABLESPACE ${quote(options.tablespace)}`,
  ].join('')
}

/** CREATE TABLE with further lines (keys) in its body, and the statements around it: sequences before, partitions and storage after. */
export function createTable(table: Table, lines: readonly string[] = []) {
  const heir = parentsOf(table).length > 0
  const own = table.columns.filter((c) => !(heir && c.options?.inherited))
  const body = [...own.map((c) => columnSql(table, c)), ...checkSql(table), ...lines]
  const create = `CREATE ${table.options.unlogged === 'true' ? 'UNLOGGED ' : ''}TABLE ${qualified(table.name)}`
  const { before, after } = sequenceStatements(table)
  const extras = table.columns.flatMap((c) => columnExtras(table.name, c))
  const main = `${create} (${body.length === 0 ? '' : `\n  ${body.join(',\n  ')}\n`})${tail(table)}`
  return { before, main, after: [...after, ...extras] }
}

/** The table with columns, defaults, identity and checks, its sequences and its partitions, in one transaction. */
export function tableSteps(table: Table): DdlStep[] {
  const { before, main, after } = createTable(table)
  const sql = [...before, main, ...partitionSteps(table).map((p) => p.sql), ...after].join(';\n')
  return [
    {
      sql: dependsOnPath(table) ? withinPath(table.name.schema, sql) : sql,
      why: 'the rows go into it',
      object: `table ${stepName(table.name)}`,
      exists: relationExists(table.name, ['r', 'p']),
    },
  ]
}
