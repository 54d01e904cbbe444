/** A table as it shall be on the target, put together from its converted parts. */
import type { Check, ForeignKey, Index, KeyConstraint, Table } from '../core/schema.ts'
import { convertChecks } from './convert-checks.ts'
import { type ConvertedColumn, convertColumn } from './convert-columns.ts'
import { type ConvertContext, labelOf, targetColumn, targetTable } from './convert-context.ts'
import { convertForeignKeys } from './convert-foreign-keys.ts'
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
  const built = c.to.grammar === null ? withoutConstraints(c, table) : withConstraints(c, table)
  const keyColumns = new Set(built.primaryKey?.columns)
  const settled = columns.map((k) =>
    !c.sameEngine && keyColumns.has(k.target.name) ? { ...k, target: { ...k.target, nullable: false } } : k,
  )
  const target: Table = {
    name: targetTable(c, table.name) ?? table.name,
    columns: settled.map((k) => k.target),
    ...built,
    ...(c.to.comments && table.comment !== undefined && { comment: table.comment }),
    options: c.sameEngine && c.source.flavor === c.target.flavor ? table.options : {},
    ...counter(c, table, settled),
  }
  if (!c.to.comments && c.to.grammar !== null) reportComments(c, table)
  return { source: table, target, columns: settled }
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

/** Files of rows hold columns only: one word a table on what stays behind. */
function withoutConstraints(c: ConvertContext, table: Table): Constraints {
  const count = (n: number, one: string, many: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`])
  const left = [
    ...(table.primaryKey ? ['its primary key'] : []),
    ...count(table.uniques.length, 'unique key', 'unique keys'),
    ...count(table.indexes.length, 'index', 'indexes'),
    ...count(table.foreignKeys.length, 'foreign key', 'foreign keys'),
    ...count(table.checks.length, 'check', 'checks'),
  ]
  if (left.length > 0) {
    c.report({
      kind: 'constraints',
      name: table.name.name,
      table: labelOf(c, table.name),
      outcome: 'left',
      why: `${c.to.title} holds columns only: ${left.join(', ')} stay behind`,
    })
  }
  return { uniques: [], indexes: [], foreignKeys: [], checks: [] }
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
