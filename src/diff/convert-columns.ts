/** Columns as they shall be on the target: default, identity, generated expression, comment, collation. */
import type { Column, Table } from '../core/schema.ts'
import {
  type ConvertContext,
  columnKey,
  commented,
  labelOf,
  type TypeDecision,
  targetColumn,
  targetTable,
  typeOf,
} from './convert-context.ts'
import { convertDefault } from './convert-defaults.ts'
import { flavorCollation } from './convert-flavor.ts'
import { foldsOnTarget, translator } from './convert-translate.ts'

/** A column and whether its values travel (a generated column that stays generated is computed there anew). */
export interface ConvertedColumn {
  readonly source: Column
  readonly target: Column
  readonly decision: TypeDecision
}

/** The column on the target. */
export function convertColumn(c: ConvertContext, table: Table, column: Column): ConvertedColumn {
  const decision = typeOf(c, table.name, column.name)
  if (c.sameEngine && decision.rule === 'same' && !renamed(c, table)) {
    const collation = convertCollation(c, column, decision)
    return {
      source: column,
      target: { ...column, nullable: nullable(c, table, column), ...optional('collation', collation) },
      decision,
    }
  }
  const generated = convertGenerated(c, table, column)
  const collation = convertCollation(c, column, decision)
  const folds = foldsOnTarget(c, table, column)
  const target: Column = {
    name: targetColumn(c, table.name, column.name),
    type: decision.type,
    nullable: nullable(c, table, column),
    ...optional('default', generated === undefined ? convertDefault(c, table, column) : undefined),
    ...optional('identity', convertIdentity(c, table, column, decision)),
    ...optional('sequence', c.sameEngine ? column.sequence : undefined),
    ...optional('generated', generated),
    ...optional('onUpdateNow', convertOnUpdate(c, table, column, decision)),
    ...optional('comment', c.to.comments ? column.comment : undefined),
    ...optional('charset', decision.rule === 'same' ? column.charset : undefined),
    ...optional('collation', collation),
    ...optional('caseInsensitive', folds ? true : undefined),
  }
  return { source: column, target, decision }
}

function nullable(c: ConvertContext, table: Table, column: Column): boolean {
  return column.nullable || c.choices.nullable.has(columnKey(table.name, column.name))
}

function optional<K extends keyof Column>(key: K, value: Column[K] | undefined): Partial<Column> {
  return value === undefined ? {} : { [key]: value }
}

function convertCollation(c: ConvertContext, column: Column, decision: TypeDecision): string | undefined {
  if (decision.rule === 'cast') return decision.collation
  if (decision.rule === 'same') return column.collation && flavorCollation(c.source, c.target, column.collation)
  if (c.to.grammar === 'sqlite' && column.caseInsensitive && decision.type.logical.kind === 'text') return 'NOCASE'
  return undefined
}

/** AUTO_INCREMENT, serial, INTEGER PRIMARY KEY and identity become what the target has for it, or are left. */
function convertIdentity(c: ConvertContext, table: Table, column: Column, decision: TypeDecision): Column['identity'] {
  if (column.identity === undefined) return undefined
  if (c.to.grammar === null) return 'auto'
  if (c.sameEngine && decision.rule === 'same') return column.identity
  const why = identityTrouble(c, table, column, decision)
  if (why === null)
    return c.to.grammar === 'postgres' ? (column.identity === 'always' ? 'always' : 'by default') : 'auto'
  c.report({
    kind: 'identity',
    name: column.name,
    table: labelOf(c, table.name),
    outcome: 'left',
    why: `numbers are not handed out there: ${why}`,
  })
  return undefined
}

function identityTrouble(c: ConvertContext, table: Table, column: Column, decision: TypeDecision): string | null {
  if (decision.type.logical.kind !== 'int') return `the column is ${decision.type.native}`
  const key = table.primaryKey?.columns ?? []
  if (c.to.identity === 'primary key' && (key.length !== 1 || key[0] !== column.name)) {
    return `${c.to.title} numbers only a primary key of one column`
  }
  if (c.to.identity === 'key') {
    const first = table.columns.find((k) => k.identity !== undefined)
    if (first !== undefined && first.name !== column.name)
      return `${c.to.title} numbers one column of a table, ${first.name}`
    const heads = [key[0], ...table.uniques.map((u) => u.columns[0]), ...table.indexes.map((i) => i.parts[0]?.column)]
    if (!heads.includes(column.name)) return `${c.to.title} numbers only a column that a key begins with`
  }
  return null
}

function convertOnUpdate(c: ConvertContext, table: Table, column: Column, decision: TypeDecision): boolean | undefined {
  if (!column.onUpdateNow) return undefined
  if (c.sameEngine || c.to.onUpdateNow === 'native') return true
  const carried = decision.type.logical.kind === 'timestamp' || c.to.grammar === 'sqlite'
  c.report({
    kind: 'on update',
    name: column.name,
    table: labelOf(c, table.name),
    outcome: carried ? 'converted' : 'left',
    why: carried ? 'ON UPDATE CURRENT_TIMESTAMP is kept by a trigger' : `the column is ${decision.type.native} there`,
  })
  return carried ? true : undefined
}

/** A generated column whose expression cannot be carried becomes a plain one with the values that it had. */
function convertGenerated(c: ConvertContext, table: Table, column: Column): Column['generated'] {
  const source = column.generated
  if (source === undefined) return undefined
  const decision = typeOf(c, table.name, column.name)
  if (c.sameEngine && decision.rule === 'same' && !renamed(c, table)) return source
  const stored = source.stored || !c.to.virtualColumns
  const translated = translator(c, table, { immutable: true }).value(source.expression, column)
  const report = { kind: 'generated column', name: column.name, table: labelOf(c, table.name) }
  if (translated.ok) {
    const notes = [
      ...translated.notes,
      ...(stored && !source.stored ? ['it is stored there, not computed when read'] : []),
    ]
    c.report({
      ...report,
      outcome: notes.length > 0 ? 'approximated' : 'converted',
      why: notes.join('; ') || 'its expression is carried',
    })
    return { expression: translated.sql, stored }
  }
  c.report({
    ...report,
    outcome: 'left',
    why: `it becomes a plain column with the values it had: ${translated.why}`,
    stub: generatedStub(c, table, column, source.expression),
  })
  return undefined
}

/** Whether a column of the table has another name on the target. */
export function renamed(c: ConvertContext, table: Table): boolean {
  return table.columns.some((k) => targetColumn(c, table.name, k.name) !== k.name)
}

function generatedStub(c: ConvertContext, table: Table, column: Column, expression: string): string | undefined {
  if (c.to.grammar === null) return undefined
  const name = c.targetDialect.table(targetTable(c, table.name) ?? table.name)
  const quoted = c.targetDialect.quote(targetColumn(c, table.name, column.name))
  const type = typeOf(c, table.name, column.name).type.native
  return `${commented(`in the source: ${column.name} GENERATED ALWAYS AS (${expression})`)}
-- ALTER TABLE ${name} DROP COLUMN ${quoted};
-- ALTER TABLE ${name} ADD COLUMN ${quoted} ${type} GENERATED ALWAYS AS (…) STORED;`
}
