/** Which columns ALTER TABLE can add and drop so that the statement that SQLite then keeps is the wanted one. */
import { isMark, isWord, type Token, textOf, tokenize } from '../tokens.ts'
import { bodyOf, columnItem, sameName, type TableText } from './table-text.ts'

/** Columns to drop, then definitions to add, in this order. */
export interface InPlace {
  readonly drop: readonly string[]
  readonly add: readonly { readonly name: string; readonly definition: string }[]
}

/** How `from` becomes `to` in place; null where the table must be rebuilt. `sql`: the statement of `from`, `wanted`: that of `to`. */
export function inPlace(from: TableText, to: TableText, sql: string, wanted: string): InPlace | null {
  if (bodyOf(from) === bodyOf(to)) return { drop: [], add: [] }
  const dropped = from.columns.filter((item) => columnItem(to, item[0].value) === undefined)
  const added = to.columns.filter((item) => columnItem(from, item[0].value) === undefined)
  const kept = from.columns.filter((item) => !dropped.includes(item))
  if (bodyOf({ ...from, columns: [...kept, ...added] }) !== bodyOf(to)) return null
  if (kept.length === 0 || !dropped.every(canDrop) || !added.every(canAdd)) return null
  if (dropped.some((item) => mentions(item, dropped)) || added.some((item, i) => mentions(item, added.slice(i + 1)))) {
    return null
  }
  // SQLite looks for the comma before the last column and may find one in a comment.
  if (dropped.length > 0 && hasComment(sql)) return null
  return {
    drop: dropped.map((item) => item[0].value),
    add: added.map((item) => ({ name: item[0].value, definition: textOf(wanted, item) })),
  }
}

/** Whether a definition names one of these columns beside its own. */
function mentions(item: readonly Token[], columns: TableText['columns']): boolean {
  return columns.some((other) => other !== item && item.some((t) => sameName(t.value, other[0].value)))
}

function canDrop(item: readonly Token[]): boolean {
  return !item.some((t) => isWord(t, 'PRIMARY', 'UNIQUE', 'REFERENCES'))
}

/** https://www.sqlite.org/lang_altertable.html, "ALTER TABLE ADD COLUMN" */
function canAdd(item: readonly Token[]): boolean {
  if (item.some((t) => isWord(t, 'PRIMARY', 'UNIQUE', 'STORED'))) return false
  const at = item.findIndex((t) => isWord(t, 'DEFAULT'))
  const value = at < 0 ? undefined : item[at + 1]
  if (isMark(value, '(') || isWord(value, 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME')) return false
  const generated = item.some((t, i) => isWord(t, 'AS') && isMark(item[i + 1], '('))
  const required = item.some((t, i) => isWord(t, 'NOT') && isWord(item[i + 1], 'NULL'))
  if (item.some((t) => isWord(t, 'REFERENCES')) && value !== undefined && !isWord(value, 'NULL')) return false
  return !required || generated || (value !== undefined && !isWord(value, 'NULL'))
}

function hasComment(sql: string): boolean {
  let at = 0
  for (const token of tokenize(sql)) {
    if (sql.slice(at, token.start).trim() !== '') return true
    at = token.end
  }
  return sql.slice(at).trim() !== ''
}
