/** A CREATE TABLE text in its parts, and what SQLite makes of it when names change. */
import { canonicalOf } from '../canonical.ts'
import { nameAt } from '../create-index.ts'
import { bodyStart } from '../create-table.ts'
import { afterParens, isMark, isWord, splitItems, type Token, tokenize } from '../tokens.ts'

/** One column or table constraint. */
type Item = readonly Token[]

/** The parts of a statement that SQLite has accepted. */
export interface TableText {
  readonly name: string
  readonly columns: readonly Item[]
  readonly constraints: readonly Item[]
  /** STRICT, WITHOUT ROWID. */
  readonly tail: readonly Token[]
}

/** A table's new name, and new names of its columns by old ones in lower case. */
export interface TableRename {
  readonly from: string
  readonly to: string
  readonly columns: ReadonlyMap<string, string>
}

const CONSTRAINTS = ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN'] as const
/** What may follow a column's type. */
const CLAUSES = [...CONSTRAINTS, 'NOT', 'NULL', 'DEFAULT', 'COLLATE', 'REFERENCES', 'GENERATED', 'AS'] as const

/** Whether two names are one to SQLite. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Reads a CREATE TABLE text. */
export function tableText(sql: string): TableText {
  const tokens = tokenize(sql)
  const open = bodyStart(tokens)
  const items = splitItems(tokens, open)
  const constraint = (item: Item) => isWord(item[0], ...CONSTRAINTS)
  return {
    name: tokens[nameAt(tokens, 'TABLE')].value,
    columns: items.filter((i) => !constraint(i)).map(withType),
    constraints: items.filter(constraint),
    tail: tokens.slice(afterParens(tokens, open)),
  }
}

/** Types in one case: SQLite makes no difference. */
function withType(item: Item): Item {
  const end = typeEnd(item)
  return item.map((t, i) =>
    i === 0 || i >= end || t.kind !== 'word' ? t : { ...t, text: t.text.toUpperCase(), value: t.value.toUpperCase() },
  )
}

/** The column's item; undefined where there is none of that name. */
export function columnItem(text: TableText, name: string): Item | undefined {
  return text.columns.find((item) => sameName(item[0].value, name))
}

/** The same for two texts that differ in spelling only; the names of the tables do not count. */
export function bodyOf(text: TableText): string {
  const items = [...text.columns, ...text.constraints].map(canonicalOf)
  return `(${items.join(', ')}) ${canonicalOf(text.tail)}`.trim()
}

/** Whether the table's own name qualifies a column in it (`CHECK (t.a > 0)`). */
export function namesItself(text: TableText): boolean {
  return [...text.columns, ...text.constraints].some((item) =>
    item.some((t, i) => isMark(item[i + 1], '.') && t.kind !== 'string' && sameName(t.value, text.name)),
  )
}

/**
 * The text after ALTER TABLE … RENAME of this table and others, as SQLite writes it. Null where a name occurs in a place of which naru
 * does not know whether SQLite changes it.
 */
export function renamedText(text: TableText, renames: readonly TableRename[]): TableText | null {
  const own = renames.find((r) => sameName(r.from, text.name))
  let sure = true
  const renamed = (item: Item, column: boolean): Item => {
    const found = renamedItem(item, column, own, renames)
    if (found === null) sure = false
    return found ?? item
  }
  const columns = text.columns.map((i) => renamed(i, true))
  const constraints = text.constraints.map((i) => renamed(i, false))
  return sure ? { name: own?.to ?? text.name, columns, constraints, tail: text.tail } : null
}

function renamedItem(
  item: Item,
  column: boolean,
  own: TableRename | undefined,
  renames: readonly TableRename[],
): Item | null {
  const result = [...item]
  const set = (i: number, name: string | undefined) => {
    if (name !== undefined) result[i] = { ...item[i], kind: 'name', value: name }
  }
  const first = column ? typeEnd(item) : 0
  if (column) set(0, own?.columns.get(item[0].value.toLowerCase()))
  for (let i = first; i < item.length; i++) {
    if (isWord(item[i], 'REFERENCES')) {
      i = renameReference(item, i + 1, renames, set) - 1
      continue
    }
    if (isWord(item[i], 'CONSTRAINT', 'COLLATE')) {
      i++ // names of other things
      continue
    }
    if (item[i].kind !== 'word' && item[i].kind !== 'name') continue
    const name = own?.columns.get(item[i].value.toLowerCase())
    if (name !== undefined && isMark(item[i + 1], '(')) return null // a function of that name?
    if (isMark(item[i + 1], '.') && own !== undefined && sameName(item[i].value, own.from)) set(i, own.to)
    else set(i, name)
  }
  return result
}

/** Renames the parent at `at` and its columns; the index after them. */
function renameReference(
  item: Item,
  at: number,
  renames: readonly TableRename[],
  set: (i: number, name: string | undefined) => void,
): number {
  const parent = renames.find((r) => sameName(r.from, item[at].value))
  if (parent !== undefined) set(at, parent.to)
  if (!isMark(item[at + 1], '(')) return at + 1
  const end = afterParens(item, at + 1)
  for (let i = at + 2; i < end - 1; i++) set(i, parent?.columns.get(item[i].value.toLowerCase()))
  return end
}

function typeEnd(item: Item): number {
  const at = item.findIndex((t, i) => i > 0 && isWord(t, ...CLAUSES))
  return at < 0 ? item.length : at
}
