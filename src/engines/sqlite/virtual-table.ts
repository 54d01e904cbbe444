/** CREATE VIRTUAL TABLE texts of SQLite's own modules: which columns hold rows, and whose texts they are. */
import { isMark, isWord, splitItems, type Token, tokenize } from './tokens.ts'

export interface VirtualTable {
  /** In lower case: fts5, fts4, rtree … */
  readonly module: string
  /** A full-text index is addressed by its rowid; an R-tree has an id of its own. */
  readonly rowid: boolean
  readonly columns: readonly string[]
  /** The table whose texts a full-text index keeps; '' for none at all; null where it keeps its own. */
  readonly content: string | null
}

/** Reads the statement; modules that naru does not know have no columns. */
export function virtualTable(definition: string): VirtualTable {
  const tokens = tokenize(definition)
  const at = tokens.findIndex((t) => isWord(t, 'USING')) + 1
  const module = tokens[at]?.value.toLowerCase() ?? ''
  const items = isMark(tokens[at + 1], '(') ? splitItems(tokens, at + 1) : []
  const fts = /^fts[345]$/.test(module)
  const tree = /^rtree(_i32)?$/.test(module)
  const columns = fts
    ? items.filter((i) => !isMark(i[1], '=')).map((i) => i[0].value)
    : tree
      ? items.map(treeColumn)
      : []
  return { module, rowid: fts, columns, content: fts ? contentOf(items) : null }
}

function treeColumn(item: readonly Token[]): string {
  return isMark(item[0], '+') ? (item[1]?.value ?? '') : item[0].value
}

function contentOf(items: readonly (readonly Token[])[]): string | null {
  const option = items.find((i) => i[0].value.toLowerCase() === 'content' && isMark(i[1], '='))
  return option === undefined ? null : (option[2]?.value ?? '')
}
