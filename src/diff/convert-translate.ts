/** Binds the translator of expressions to a table of this conversion. */
import type { Column, Table } from '../core/schema.ts'
import { type ConvertContext, targetColumn, typeOf } from './convert-context.ts'
import { type Translated, translateCondition, translateKey, translateValue } from './convert-expression.ts'
import type { Grammar } from './convert-lex.ts'
import type { ExpressionColumn, ExpressionContext } from './convert-value.ts'

export interface Translator {
  condition(sql: string): Translated
  value(sql: string, column: Column): Translated
  key(sql: string): Translated
}

/** Translates expressions over the columns of `table`. `immutable`: for generated columns and indexes. */
export function translator(c: ConvertContext, table: Table, o: { readonly immutable: boolean }): Translator {
  const { from, to } = { from: c.from.grammar, to: c.to.grammar }
  if (from === null || to === null) {
    const none: Translated = { ok: false, why: `${c.to.title} holds no expressions` }
    return { condition: () => none, value: () => none, key: () => none }
  }
  const context = expressionContext(c, table, { from, to, ...o })
  return {
    condition: (sql) => translateCondition(sql, context),
    value: (sql, column) => translateValue(sql, context, typeOf(c, table.name, column.name).type),
    key: (sql) => translateKey(sql, context),
  }
}

function expressionContext(
  c: ConvertContext,
  table: Table,
  o: { readonly from: Grammar; readonly to: Grammar; readonly immutable: boolean },
): Omit<ExpressionContext, 'notes'> {
  return {
    ...o,
    parseType: (native) => c.sourceDialect.parseType(native),
    quote: (name) => c.targetDialect.quote(name),
    literal: (text) => c.targetDialect.literal(text),
    column: (name) => expressionColumn(c, table, name, o.from),
  }
}

/** PostgreSQL folds bare names, the others compare names of columns without case. */
function expressionColumn(c: ConvertContext, table: Table, name: string, from: Grammar): ExpressionColumn | null {
  const exact = table.columns.find((k) => k.name === name)
  const loose = (k: Column) =>
    from === 'postgres' ? k.name === name.toLowerCase() : k.name.toLowerCase() === name.toLowerCase()
  const column = exact ?? table.columns.find(loose)
  if (column === undefined) return null
  return {
    name: targetColumn(c, table.name, column.name),
    source: column.type.logical,
    target: typeOf(c, table.name, column.name).type,
    sourceFolds: column.caseInsensitive === true,
    targetFolds: foldsOnTarget(c, table, column),
  }
}

/** Whether the target compares this column without case. */
export function foldsOnTarget(c: ConvertContext, table: Table, column: Column): boolean {
  const decision = typeOf(c, table.name, column.name)
  const logical = decision.type.logical
  if (decision.rule === 'same' || c.to.grammar === null) return column.caseInsensitive === true
  if (/^(\w+\.)?citext$/i.test(decision.type.native)) return true
  if (logical.kind !== 'text' && logical.kind !== 'enum') return false
  if (decision.collation !== undefined) return !/bin$|^binary$|^"?C"?$|_cs$|_as_cs/i.test(decision.collation)
  if (c.to.grammar === 'sqlite') return column.caseInsensitive === true
  return c.can.foldsText
}
