/** ALTER TABLE, clause by clause. */
import { type ColumnText, type DefaultText, readColumn } from './column.ts'
import {
  atCommas,
  type Cursor,
  cursor,
  type Placed,
  type PlacedName,
  type PlacedTable,
  placeOf,
  sees,
  takeGroup,
  takeName,
  takes,
  takesMark,
  takesOne,
  takeTable,
} from './cursor.ts'
import { type KeyText, readKey } from './key.ts'
import { type OptionText, readItems, readOptions } from './table.ts'
import { type Token, unquoted } from './token.ts'

/** What one clause does. `exists`: it says IF EXISTS or IF NOT EXISTS. */
type ClauseAct =
  | { readonly kind: 'add-column'; readonly column: ColumnText; readonly exists: boolean }
  | { readonly kind: 'modify-column'; readonly column: ColumnText; readonly exists: boolean }
  | { readonly kind: 'change-column'; readonly from: PlacedName; readonly column: ColumnText; readonly exists: boolean }
  | { readonly kind: 'drop-column'; readonly column: PlacedName; readonly exists: boolean }
  | { readonly kind: 'rename-column'; readonly from: PlacedName; readonly to: PlacedName }
  /** ALTER [COLUMN] x …: `does` is what follows, in upper case, `SET DEFAULT`, `TYPE` …; `value` after SET DEFAULT. */
  | { readonly kind: 'alter-column'; readonly column: PlacedName; readonly does: string; readonly value?: DefaultText }
  | { readonly kind: 'add-key'; readonly key: KeyText; readonly exists: boolean }
  | {
      readonly kind: 'drop-key'
      readonly what: 'primary' | 'index' | 'foreign' | 'constraint'
      readonly name: string
      readonly exists: boolean
    }
  | { readonly kind: 'rename-table'; readonly to: PlacedTable }
  | { readonly kind: 'rename-index' }
  | { readonly kind: 'convert'; readonly charset: string; readonly collation?: string }
  | { readonly kind: 'algorithm' | 'lock'; readonly value: string }
  | { readonly kind: 'options'; readonly options: readonly OptionText[] }
  | { readonly kind: 'partition'; readonly does: string }
  | { readonly kind: 'other' }

export type Clause = ClauseAct & { readonly place: Placed }

export interface AlterTable {
  readonly kind: 'alter-table'
  readonly table: PlacedTable
  readonly clauses: readonly Clause[]
  /** Just after the last clause. */
  readonly end: number
}

/** After ALTER [ONLINE] [IGNORE] TABLE. */
export function readAlterTable(c: Cursor): AlterTable | null {
  takes(c, 'IF EXISTS')
  const table = takeTable(c)
  if (table === null) return null
  if (takes(c, 'WAIT')) c.at++
  takes(c, 'NOWAIT')
  const rest = c.tokens.slice(c.at)
  const clauses = atCommas(rest)
    .filter((tokens) => tokens.length > 0)
    .flatMap(readClause)
  return { kind: 'alter-table', table, clauses, end: rest.at(-1)?.to ?? table.to }
}

/** ADD (…) holds several. */
function readClause(tokens: readonly Token[]): Clause[] {
  const place = placeOf(tokens)
  const c = cursor(tokens)
  const many = takesOne(c, 'ADD COLUMN', 'ADD') === null ? null : takeGroup(c)
  if (many !== null) {
    const { columns, keys } = readItems(many)
    return [
      ...columns.map((column): Clause => ({ kind: 'add-column', column, exists: false, place: column })),
      ...keys.map(({ key, from, to }): Clause => ({ kind: 'add-key', key, exists: false, place: { from, to } })),
    ]
  }
  return [{ ...(readAct(cursor(tokens)) ?? { kind: 'other' }), place }]
}

function readAct(c: Cursor): ClauseAct | null {
  if (takes(c, 'ADD')) return readAdd(c)
  if (takes(c, 'DROP')) return readDrop(c)
  if (takes(c, 'MODIFY')) return readModify(c)
  if (takes(c, 'CHANGE')) return readChange(c)
  if (takes(c, 'RENAME')) return readRename(c)
  if (takes(c, 'ALTER')) return readAlterColumn(c)
  if (takes(c, 'CONVERT TO')) return readConvert(c)
  for (const kind of ['algorithm', 'lock'] as const) {
    if (takes(c, kind.toUpperCase())) {
      takesMark(c, '=')
      return { kind, value: c.tokens[c.at]?.word ?? '' }
    }
  }
  const partition = takesOne(
    c,
    'PARTITION BY',
    'REMOVE PARTITIONING',
    'REORGANIZE PARTITION',
    'COALESCE PARTITION',
    'TRUNCATE PARTITION',
    'EXCHANGE PARTITION',
    'REBUILD PARTITION',
  )
  if (partition !== null) return { kind: 'partition', does: partition }
  const options = readOptions(c.tokens)
  return options.length > 0 ? { kind: 'options', options } : null
}

function readAdd(c: Cursor): ClauseAct | null {
  if (sees(c, 'PARTITION') || sees(c, 'SYSTEM VERSIONING') || sees(c, 'PERIOD'))
    return { kind: 'partition', does: `ADD ${c.tokens[c.at].word}` }
  const column = takes(c, 'COLUMN')
  const key = column ? null : readKey(c.tokens.slice(c.at))
  if (key !== null) return { kind: 'add-key', key, exists: c.tokens.slice(c.at).some((t) => t.word === 'EXISTS') }
  if (!column && sees(c, 'CONSTRAINT')) return null
  const exists = takes(c, 'IF NOT EXISTS')
  const read = readColumn(c.tokens.slice(c.at))
  return read && { kind: 'add-column', column: read, exists }
}

function readDrop(c: Cursor): ClauseAct | null {
  if (takes(c, 'PRIMARY KEY')) return { kind: 'drop-key', what: 'primary', name: 'PRIMARY', exists: false }
  const head = takesOne(
    c,
    'FOREIGN KEY',
    'INDEX',
    'KEY',
    'CONSTRAINT',
    'CHECK',
    'PARTITION',
    'SYSTEM VERSIONING',
    'PERIOD',
  )
  if (head === 'PARTITION' || head === 'SYSTEM VERSIONING' || head === 'PERIOD')
    return { kind: 'partition', does: `DROP ${head}` }
  if (head === null) takes(c, 'COLUMN')
  const exists = takes(c, 'IF EXISTS')
  const name = takeName(c)
  if (name === null) return null
  if (head === null) return { kind: 'drop-column', column: name, exists }
  const what = head === 'FOREIGN KEY' ? 'foreign' : head === 'INDEX' || head === 'KEY' ? 'index' : 'constraint'
  return { kind: 'drop-key', what, name: name.name, exists }
}

function readModify(c: Cursor): ClauseAct | null {
  takes(c, 'COLUMN')
  const exists = takes(c, 'IF EXISTS')
  const column = readColumn(c.tokens.slice(c.at))
  return column && { kind: 'modify-column', column, exists }
}

function readChange(c: Cursor): ClauseAct | null {
  takes(c, 'COLUMN')
  const exists = takes(c, 'IF EXISTS')
  const from = takeName(c)
  const column = readColumn(c.tokens.slice(c.at))
  return from && column && { kind: 'change-column', from, column, exists }
}

function readRename(c: Cursor): ClauseAct | null {
  if (takesOne(c, 'INDEX', 'KEY') !== null) return { kind: 'rename-index' }
  const column = takes(c, 'COLUMN')
  // SQLite: RENAME a TO b without the word.
  if (column || (!sees(c, 'TO') && !sees(c, 'AS') && c.tokens[c.at + 1]?.word === 'TO')) {
    takes(c, 'IF EXISTS')
    const from = takeName(c)
    const to = takes(c, 'TO') ? takeName(c) : null
    return from && to && { kind: 'rename-column', from, to }
  }
  takesOne(c, 'TO', 'AS')
  const to = takeTable(c)
  return to && { kind: 'rename-table', to }
}

function readAlterColumn(c: Cursor): ClauseAct | null {
  if (takesOne(c, 'INDEX', 'CHECK', 'CONSTRAINT') !== null) return null
  takes(c, 'COLUMN')
  takes(c, 'IF EXISTS')
  const column = takeName(c)
  if (column === null) return null
  const does =
    takesOne(c, 'SET DEFAULT', 'DROP DEFAULT', 'SET NOT NULL', 'DROP NOT NULL', 'SET DATA TYPE', 'TYPE') ?? ''
  const tokens = c.tokens.slice(c.at)
  if (does !== 'SET DEFAULT' || tokens.length === 0) return { kind: 'alter-column', column, does }
  return { kind: 'alter-column', column, does, value: { ...placeOf(tokens), tokens } }
}

function readConvert(c: Cursor): ClauseAct | null {
  if (takesOne(c, 'CHARACTER SET', 'CHARSET') === null) return null
  const charset = c.tokens[c.at++]
  if (charset === undefined) return null
  const collation = takes(c, 'COLLATE') ? c.tokens[c.at] : undefined
  return {
    kind: 'convert',
    charset: unquoted(charset).toLowerCase(),
    ...(collation !== undefined && { collation: unquoted(collation).toLowerCase() }),
  }
}
