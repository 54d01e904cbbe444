/** CREATE TABLE: columns, keys and options. */
import { type ColumnText, readColumn } from './column.ts'
import {
  atCommas,
  type Cursor,
  type Placed,
  type PlacedTable,
  placeOf,
  takeGroup,
  takes,
  takesMark,
  takeTable,
} from './cursor.ts'
import { type PlacedKey, readKey } from './key.ts'
import { type Token, unquoted } from './token.ts'

/** `ENGINE=InnoDB`, `DEFAULT CHARSET=utf8mb4`, `WITHOUT ROWID`. */
export interface OptionText extends Placed {
  /** Upper case; CHARSET for CHARACTER SET, with or without DEFAULT. */
  readonly name: string
  /** Upper case; empty where it has none. */
  readonly value: string
  readonly valueAt?: Placed
}

export interface CreateTable {
  readonly kind: 'create-table'
  readonly table: PlacedTable
  readonly temporary: boolean
  readonly ifNotExists: boolean
  readonly orReplace: boolean
  readonly columns: readonly ColumnText[]
  readonly keys: readonly PlacedKey[]
  readonly options: readonly OptionText[]
  /** AS SELECT, or LIKE another table. */
  readonly source?: 'select' | 'like'
}

/** After CREATE [OR REPLACE] [TEMPORARY] TABLE. */
export function readCreateTable(
  c: Cursor,
  how: { readonly temporary: boolean; readonly orReplace: boolean },
): CreateTable | null {
  const ifNotExists = takes(c, 'IF NOT EXISTS')
  const table = takeTable(c)
  if (table === null) return null
  const head = { kind: 'create-table' as const, table, ifNotExists, ...how }
  if (takes(c, 'LIKE')) return { ...head, columns: [], keys: [], options: [], source: 'like' }
  const group = takeGroup(c) ?? []
  if (group[0]?.word === 'LIKE') return { ...head, columns: [], keys: [], options: [], source: 'like' }
  const { columns, keys } = readItems(group)
  const rest = c.tokens.slice(c.at)
  const select = rest.findIndex((t) => /^(SELECT|AS|WITH|VALUES)$/.test(t.word) && t.text !== '')
  const asks =
    select >= 0 && !(rest[select].word === 'WITH' && /^(SYSTEM|VALIDATION)$/.test(rest[select + 1]?.word ?? ''))
  const options = readOptions(asks ? rest.slice(0, select) : rest)
  const isSelect = asks || group[0]?.word === 'SELECT'
  return { ...head, columns, keys, options, ...(isSelect && { source: 'select' as const }) }
}

/** Definitions between the parentheses of CREATE TABLE, or of ADD (…). */
export function readItems(tokens: readonly Token[]): Pick<CreateTable, 'columns' | 'keys'> {
  const columns: ColumnText[] = []
  const keys: PlacedKey[] = []
  for (const item of atCommas(tokens).filter((i) => i.length > 0)) {
    const key = readKey(item)
    if (key !== null) keys.push({ ...placeOf(item), key })
    else if (!/^(CONSTRAINT|PERIOD|SELECT)$/.test(item[0].word)) {
      const column = readColumn(item)
      if (column !== null) columns.push(column)
    }
  }
  return { columns, keys }
}

/** Options one after the other, with or without commas and equal signs. */
export function readOptions(tokens: readonly Token[]): OptionText[] {
  const options: OptionText[] = []
  const c = { tokens, at: 0 }
  while (c.at < tokens.length) {
    const option = takeOption(c)
    if (option === null) c.at++
    else options.push(option)
  }
  return options
}

const VALUED = new Set(
  'ENGINE ROW_FORMAT KEY_BLOCK_SIZE COMMENT AUTO_INCREMENT COLLATE CHARSET COMPRESSION ENCRYPTION STATS_PERSISTENT STATS_AUTO_RECALC STATS_SAMPLE_PAGES MAX_ROWS MIN_ROWS AVG_ROW_LENGTH CHECKSUM DELAY_KEY_WRITE PACK_KEYS DATA INSERT_METHOD PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL ENCRYPTED'.split(
    ' ',
  ),
)

/** One option at the cursor; null where none stands here. */
function takeOption(c: Cursor): OptionText | null {
  const { at } = c
  const start = c.tokens[at]
  if (takes(c, 'WITHOUT ROWID'))
    return { name: 'WITHOUT ROWID', value: '', from: start.from, to: c.tokens[c.at - 1].to }
  if (takes(c, 'STRICT') || takes(c, 'FORCE')) return { name: start.word, value: '', from: start.from, to: start.to }
  takes(c, 'DEFAULT')
  const name = takes(c, 'CHARACTER SET') ? 'CHARSET' : (c.tokens[c.at++]?.word ?? '')
  if (!VALUED.has(name)) {
    c.at = at
    return null
  }
  takesMark(c, '=')
  const value = c.tokens[c.at]
  if (value === undefined) return null
  c.at++
  return {
    name,
    value: unquoted(value).toUpperCase(),
    valueAt: { from: value.from, to: value.to },
    from: start.from,
    to: value.to,
  }
}
