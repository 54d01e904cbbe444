/**
 * The statement of a table whose wanted form comes from a model in code, which has no statement: the old one with what differs put into
 * it, so that what a model does not hold (conflict clauses, MATCH, how things are written) stays.
 */
import type { Edit } from '../../../core/change.ts'
import type { Table } from '../../../core/schema.ts'
import { canonicalOf, canonicalText } from '../canonical.ts'
import { checkText, columnText, foreignKeyText, keyText, rowidColumn, sayingItself } from '../create-statement.ts'
import { quote } from '../literal.ts'
import { isWord, type Token, textOf } from '../tokens.ts'
import { columnItem, tableText } from './table-text.ts'

/** Null where the old statement cannot be kept that way: then the model alone says how it is written. `sql`: the old statement. */
export function adaptedStatement(from: Table, to: Table, edits: readonly Edit[], sql: string): string | null {
  if (from.name.name !== to.name.name) return null
  const text = tableText(sql)
  const gone = from.columns.filter((c) =>
    edits.some((e) => e.part === 'column' && e.from?.name === c.name && e.to === null),
  )
  const items = gone.map((c) => columnItem(text, c.name) ?? [])
  if (!edits.every((e) => fits(e, items))) return null
  const columns = to.columns.map((c) => {
    const edit = edits.find((e) => e.part === 'column' && e.to?.name === c.name)
    const item = edit === undefined ? columnItem(text, c.name) : undefined
    return item === undefined ? columnText(sayingItself(to), c, c === rowidColumn(to)) : textOf(sql, item)
  })
  const parts = [...columns, ...text.constraints.map((i) => textOf(sql, i)), ...edits.flatMap(addedText)]
  return `CREATE TABLE ${quote(to.name.name)} (\n  ${parts.join(',\n  ')}\n)${text.tail.length > 0 ? ` ${canonicalOf(text.tail)}` : ''}`

  function fits(e: Edit, dropped: readonly (readonly Token[])[]): boolean {
    if (e.part === 'index' || e.part === 'order') return true
    if (e.part === 'option' || e.part === 'primary key') return false
    if (e.part === 'column') return e.from === null || e.to === null || isPlain(e.from.name, e.to.name)
    return e.from === null || (e.to === null && dropped.some((item) => holds(item, e)))
  }

  /** A column of the same name whose definition holds no constraint that is told elsewhere. */
  function isPlain(old: string, name: string): boolean {
    const item = columnItem(text, old) ?? []
    const more = item.some((t) => isWord(t, 'PRIMARY', 'UNIQUE', 'CHECK', 'REFERENCES', 'CONSTRAINT', 'CONFLICT'))
    return old === name && item.length > 0 && !more
  }
}

/** Whether a column that goes takes this constraint along. */
function holds(item: readonly Token[], e: Edit): boolean {
  if (e.part === 'check') return e.from !== null && canonicalOf(item).includes(canonicalText(e.from.expression))
  if (e.part !== 'unique' && e.part !== 'foreign key') return false
  const word = e.part === 'unique' ? 'UNIQUE' : 'REFERENCES'
  return e.from?.columns.length === 1 && e.from.columns[0] === item[0].value && item.some((t) => isWord(t, word))
}

function addedText(e: Edit): string[] {
  if (e.from !== null || e.to === null) return []
  if (e.part === 'unique') return [keyText('UNIQUE', e.to)]
  if (e.part === 'check') return [checkText(e.to)]
  return e.part === 'foreign key' ? [foreignKeyText(e.to)] : []
}
