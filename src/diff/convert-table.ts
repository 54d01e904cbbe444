/** A table as it shall be on the target, put together from its converted parts. */
import type { Check, ForeignKey, Index, KeyConstraint, Table } from '../core/schema.ts'
import { convertChecks } from './convert-checks.ts'
import { type ConvertedColumn, convertColumn } from './convert-columns.ts'
import { type ConvertContext, labelOf, targetColumn, targetTable } from './convert-context.ts'
import { convertForeignKeys } from './convert-foreign-keys.ts'
import { specialIndex } from './convert-index-stubs.ts'
import { convertIndex } from './convert-indexes.ts'
import { convertKeys, foldedIndex } from './convert-keys.ts'

export interface ConvertedTable {
  readonly source: Table
  readonly target: Table
  /** All columns in order; those with `target.generated` are computed on the target. */
  readonly columns: readonly ConvertedColumn[]
}

/** Converts one table; whatever is not the same afterwards is reported to the context. */
export function convertTable(c: ConvertContext, table: Table): ConvertedTable {
  const columns = table.columns.map((column) => convertColumn(c, table, column))
  const built = c.to.grammar === null ? writtenDown(c, table) : withConstraints(c, table)
  const keyColumns = new Set(built.primaryKey?.columns)
  const settled = columns.map((k) =>
    !c.sameEngine && keyColumns.has(k.target.name) ? { ...k, target: { ...k.target, nullable: false } } : k,
  )
  const target: Table = {
    name: targetTable(c, table.name) ?? table.name,
    columns: settled.map((k) => k.target),
    ...built,
    ...(c.to.comments && table.comment !== undefined && { comment: table.comment }),
    options: keepsOptions(c) ? heirOptions(c, table) : {},
    ...(c.sameEngine && table.owner !== undefined && { owner: table.owner }),
    ...(c.sameEngine && table.grants && { grants: table.grants }),
    ...counter(c, table, settled),
  }
  if (!c.to.comments && c.to.grammar !== null) reportComments(c, table)
  return { source: table, target, columns: settled }
}

/** MariaDB and MySQL write them differently; PGlite is PostgreSQL. */
const keepsOptions = (c: ConvertContext) =>
  c.sameEngine && (c.source.flavor === c.target.flavor || c.to.grammar === 'postgres')

/** A heir stays one only where all tables that it inherits from come along under their names. */
function heirOptions(c: ConvertContext, table: Table): Table['options'] {
  const { inherits, ...rest } = table.options
  if (inherits === undefined) return rest
  const parents = JSON.parse(inherits) as [string, string][]
  const kept = parents.every(([schema, name]) => {
    const target = targetTable(c, { schema, name })
    return target?.name === name && target.schema === schema
  })
  return kept ? table.options : rest
}

interface Constraints {
  readonly primaryKey?: KeyConstraint
  readonly uniques: readonly KeyConstraint[]
  readonly indexes: readonly Index[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly checks: readonly Check[]
}

function withConstraints(c: ConvertContext, table: Table): Constraints {
  const { primaryKey, uniques, indexes } = convertKeys(c, table)
  const own = table.indexes.flatMap((index) => {
    const made = convertIndex(c, table, index)
    if (made === null) return []
    const folded = index.unique && index.where === undefined ? foldedIndex(c, table, made.name, index.parts) : null
    return folded === null ? [made] : [made, folded]
  })
  return {
    ...(primaryKey && { primaryKey }),
    uniques,
    indexes: [...indexes, ...own],
    foreignKeys: convertForeignKeys(c, table),
    checks: convertChecks(c, table),
  }
}

/** A folder of files enforces nothing, but its schema file writes down whatever is no expression. */
function writtenDown(c: ConvertContext, table: Table): Constraints {
  const named = (columns: readonly string[]) => columns.map((k) => targetColumn(c, table.name, k))
  const key = (k: KeyConstraint): KeyConstraint => ({ name: k.name, columns: named(k.columns) })
  const plain = table.indexes.filter(
    (i) => !specialIndex(i) && i.where === undefined && i.parts.every((p) => p.column !== undefined && !p.prefix),
  )
  const foreignKeys = table.foreignKeys.flatMap((fk): ForeignKey[] => {
    const references = targetTable(c, fk.references)
    if (references === undefined) return []
    const referencedColumns = fk.referencedColumns.map((k) => targetColumn(c, fk.references, k))
    return [{ ...fk, columns: named(fk.columns), references, referencedColumns }]
  })
  reportUnwritten(c, table, plain.length, foreignKeys.length)
  return {
    ...(table.primaryKey && { primaryKey: key(table.primaryKey) }),
    uniques: table.uniques.map(key),
    indexes: plain.map((i) => ({
      name: i.name,
      parts: i.parts.map((p) => ({
        column: targetColumn(c, table.name, p.column ?? ''),
        ...(p.descending && { descending: true }),
      })),
      unique: i.unique,
      method: 'btree',
    })),
    foreignKeys,
    checks: [],
  }
}

function reportUnwritten(c: ConvertContext, table: Table, indexes: number, foreignKeys: number): void {
  const count = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`])
  const left = [
    ...count(table.indexes.length - indexes, 'index', 'indexes'),
    ...count(table.foreignKeys.length - foreignKeys, 'foreign key', 'foreign keys'),
    ...count(table.checks.length, 'check', 'checks'),
  ]
  const some = table.primaryKey !== undefined || table.uniques.length + indexes + foreignKeys > 0
  if (!some && left.length === 0) return
  const why = `${c.to.title} enforces nothing; keys and plain indexes are written down in the schema file`
  c.report({
    kind: 'constraints',
    name: table.name.name,
    table: labelOf(c, table.name),
    outcome: left.length > 0 ? 'left' : 'approximated',
    why: left.length > 0 ? `${why}, ${left.join(', ')} stay behind` : why,
  })
}

/** The counter goes on where the source's stands. */
function counter(c: ConvertContext, table: Table, columns: readonly ConvertedColumn[]): Pick<Table, 'counter'> {
  if (table.counter === undefined) return {}
  const column = targetColumn(c, table.name, table.counter.column)
  if (columns.find((k) => k.target.name === column)?.target.identity === undefined) return {}
  if (!c.sameEngine) {
    c.report({
      kind: 'counter',
      name: table.counter.column,
      table: labelOf(c, table.name),
      outcome: 'converted',
      why: `the next number will be ${table.counter.next}, as in the source`,
    })
  }
  return { counter: { column, next: table.counter.next } }
}

function reportComments(c: ConvertContext, table: Table): void {
  const columns = table.columns.filter((k) => k.comment !== undefined && k.comment !== '')
  const own = table.comment !== undefined && table.comment !== ''
  if (!own && columns.length === 0) return
  const parts = [...(own ? ['the table'] : []), ...columns.map((k) => k.name)]
  c.report({
    kind: 'comment',
    name: table.name.name,
    table: labelOf(c, table.name),
    outcome: 'left',
    why: `${c.to.title} keeps no comments (on ${parts.join(', ')})`,
  })
}
