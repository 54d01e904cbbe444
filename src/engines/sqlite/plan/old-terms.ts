/** Expressions of the wanted table in terms of the table as it is, for counting the rows that they do not hold for. */
import type { Column } from '../../../core/schema.ts'
import { renderDefault } from '../default-value.ts'
import { quote } from '../literal.ts'
import { isMark, isWord, tokenize } from '../tokens.ts'
import { affinity } from '../types.ts'
import type { Pair } from './pair.ts'
import { sameName } from './table-text.ts'

/** What a column of the wanted table will hold, asked of the table as it is; null: not known beforehand. */
export function valueNow(pair: Pair, column: Column): string | null {
  const origin = pair.origins[pair.to.columns.indexOf(column)]
  if (column.generated !== undefined) {
    return column.generated.expression === '' ? null : expressionNow(pair, column.generated.expression)
  }
  if (origin !== undefined) return convertedNow(origin, column)
  const value = renderDefault(column).slice(' DEFAULT '.length)
  return value === '' ? 'NULL' : `(${value})`
}

const NUMBERS: ReadonlySet<string> = new Set(['integer', 'real', 'numeric'])

/** The value under the affinity that it will have. */
function convertedNow(origin: Column, column: Column): string {
  const [old, made] = [affinity(origin.type.native), affinity(column.type.native)]
  const c = quote(origin.name)
  if (old === made) return c
  if (NUMBERS.has(made) && !NUMBERS.has(old)) {
    return `(CASE WHEN typeof(${c}) = 'text' AND CAST(${c} AS NUMERIC) = ${c} THEN CAST(${c} AS NUMERIC) ELSE ${c} END)`
  }
  if (made === 'text') return `(CASE WHEN typeof(${c}) IN ('integer', 'real') THEN CAST(${c} AS TEXT) ELSE ${c} END)`
  return c
}

/** The expression with each column replaced by what it will hold; null where a name qualifies one. */
export function expressionNow(pair: Pair, expression: string): string | null {
  const tokens = tokenize(expression)
  let text = ''
  let at = 0
  for (const [i, token] of tokens.entries()) {
    if (token.text === '.' || isWord(token, 'SELECT')) return null
    const named = (token.kind === 'word' || token.kind === 'name') && !isMark(tokens[i + 1], '(')
    const column = named ? pair.to.columns.find((c) => sameName(c.name, token.value)) : undefined
    const collation = isWord(tokens[i - 1], 'COLLATE')
    const value = column === undefined || collation ? token.text : valueNow(pair, column)
    if (value === null) return null
    text += expression.slice(at, token.start) + value
    at = token.end
  }
  return text + expression.slice(at)
}

/** The same for a list of columns; null where one of them is not known beforehand. */
export function columnsNow(pair: Pair, names: readonly string[]): string[] | null {
  const values = names.map((name) => {
    const column = pair.to.columns.find((c) => sameName(c.name, name))
    return column === undefined ? null : valueNow(pair, column)
  })
  return values.every((v) => v !== null) ? values : null
}
