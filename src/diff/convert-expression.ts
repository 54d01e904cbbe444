/** From one engine's expression to another's: carried whole and exact, or left with the reason. */
import type { ColumnType } from '../core/schema.ts'
import { Untranslatable } from './convert-lex.ts'
import { parseExpression } from './convert-parse.ts'
import { renderExpression } from './convert-render.ts'
import { asCondition, asNumber, type ExpressionContext, isNumber, kindOf, type Value } from './convert-value.ts'

/** `notes` say what is not quite the same. */
export type Translated =
  | { readonly ok: true; readonly sql: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly why: string }

/** A condition: a CHECK or the predicate of a partial index. */
export function translateCondition(sql: string, c: Omit<ExpressionContext, 'notes'>): Translated {
  return attempt(sql, c, (value, full) => asCondition(full, value).sql)
}

/** A value for a column of `type`: a generated column or a default. */
export function translateValue(sql: string, c: Omit<ExpressionContext, 'notes'>, type: ColumnType): Translated {
  return attempt(sql, c, (value, full) => fitted(full, value, type))
}

/** A key of an index: any text or number. `folds` when the source compares it without case. */
export function translateKey(sql: string, c: Omit<ExpressionContext, 'notes'>): Translated {
  return attempt(sql, c, (value) => {
    if (value.kind === 'literal' || value.kind === 'null') throw new Untranslatable('it is a constant')
    return value.folds ? `lower(${value.sql})` : value.sql
  })
}

function attempt(
  sql: string,
  c: Omit<ExpressionContext, 'notes'>,
  finish: (value: Value, full: ExpressionContext) => string,
): Translated {
  const full: ExpressionContext = { ...c, notes: new Set() }
  try {
    const tree = parseExpression(sql, c.from, (name) => c.column(name) !== null)
    const text = finish(renderExpression(full, tree), full)
    return { ok: true, sql: bare(text), notes: [...full.notes] }
  } catch (error) {
    if (error instanceof Untranslatable) return { ok: false, why: error.message }
    throw error
  }
}

function fitted(c: ExpressionContext, v: Value, type: ColumnType): string {
  const want = kindOf(type.logical)
  if (want === 'bool') return asCondition(c, v).sql
  if (isNumber(want)) return asNumber(c, v).sql
  const fits = v.kind === 'null' || v.kind === want || (v.kind === 'literal' && want !== 'other' && want !== 'bytes')
  if (!fits) throw new Untranslatable(`it yields ${v.kind}, the column is ${type.native}`)
  return v.sql
}

/** Without one pair of parentheses around the whole. */
function bare(sql: string): string {
  if (!sql.startsWith('(') || !sql.endsWith(')')) return sql
  let depth = 0
  let quoted: string | null = null
  for (let i = 0; i < sql.length - 1; i++) {
    const ch = sql[i]
    if (quoted !== null) {
      if (ch === quoted) quoted = null
    } else if (ch === "'" || ch === '"' || ch === '`') quoted = ch
    else if (ch === '(') depth++
    else if (ch === ')' && --depth === 0) return sql
  }
  return sql.slice(1, -1)
}
