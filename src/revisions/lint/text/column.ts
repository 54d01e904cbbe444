/** The definition of a column, read as far as rules look at it: `name type attributes`. */
import {
  type Cursor,
  cursor,
  isMark,
  type Placed,
  placeOf,
  sees,
  takeGroup,
  takeName,
  takes,
  takesMark,
} from './cursor.ts'
import { type Reference, takeReference } from './key.ts'
import { mysqlText, type Token, unquoted } from './token.ts'

export interface TypeText extends Placed {
  /** Its words in upper case, without UNSIGNED, ZEROFILL and SIGNED: `VARCHAR`, `DOUBLE PRECISION`. */
  readonly word: string
  /** What stands in its parentheses; of ENUM and SET the labels. */
  readonly args: readonly string[]
  readonly unsigned: boolean
  readonly zerofill: boolean
}

export interface DefaultText extends Placed {
  readonly tokens: readonly Token[]
}

/** Where a column is put: at the end unless said. */
type ColumnPosition = 'first' | { readonly after: string }

export interface ColumnText extends Placed {
  readonly name: string
  readonly nameAt: Placed
  /** Null: none was said (SQLite), or it is not understood. */
  readonly type: TypeText | null
  /** Undefined where neither NULL nor NOT NULL is said. */
  readonly nullable?: boolean
  readonly default?: DefaultText
  /** ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdate?: Placed
  readonly autoIncrement?: boolean
  readonly primary?: boolean
  readonly unique?: boolean
  readonly comment?: Placed
  readonly charset?: string
  readonly collation?: string
  readonly generated?: 'virtual' | 'stored'
  readonly check?: boolean
  readonly references?: Reference
  readonly position?: ColumnPosition
  /** All tokens of the definition but the name. */
  readonly tokens: readonly Token[]
}

type Draft = { -readonly [K in keyof ColumnText]: ColumnText[K] }

const ATTRIBUTES = new Set(
  'NOT NULL DEFAULT ON AUTO_INCREMENT AUTOINCREMENT PRIMARY UNIQUE KEY COMMENT CHARACTER CHARSET COLLATE GENERATED AS VIRTUAL STORED PERSISTENT CHECK CONSTRAINT REFERENCES FIRST AFTER INVISIBLE VISIBLE COLUMN_FORMAT STORAGE SRID WITH WITHOUT ASCII UNICODE BINARY COMPRESSED REF_SYSTEM_ID SERIAL'.split(
    ' ',
  ),
)

/** Words after BINARY and the like that are types at the beginning and attributes later. */
const ALSO_TYPES = new Set(['BINARY', 'CHARACTER', 'SERIAL'])

/** Reads a definition that begins with the column's name. Null where that is none. */
export function readColumn(tokens: readonly Token[]): ColumnText | null {
  const c = cursor(tokens)
  const name = takeName(c)
  if (name === null) return null
  const rest = tokens.slice(1)
  const draft: Draft = { ...placeOf(tokens), name: name.name, nameAt: name, type: takeType(c), tokens: rest }
  while (c.at < tokens.length) {
    const at = c.at
    takeAttribute(c, draft)
    if (c.at === at) c.at++
  }
  return draft
}

/** The type at the cursor. */
function takeType(c: Cursor): TypeText | null {
  const start = c.at
  const words: string[] = []
  let args: readonly Token[] | null = null
  let [unsigned, zerofill] = [false, false]
  for (; c.at < c.tokens.length; ) {
    const token = c.tokens[c.at]
    if (isMark(token, '(') && args === null && words.length > 0) {
      args = takeGroup(c) ?? []
      continue
    }
    if (token.kind !== 'word' || (ATTRIBUTES.has(token.word) && !(words.length === 0 && ALSO_TYPES.has(token.word))))
      break
    if (token.word === 'UNSIGNED') unsigned = true
    else if (token.word === 'ZEROFILL') zerofill = true
    else if (token.word !== 'SIGNED') words.push(token.word)
    c.at++
  }
  if (words.length === 0) return null
  const values = (args ?? []).filter((t) => !isMark(t, ',')).map((t) => (t.kind === 'string' ? mysqlText(t) : t.text))
  return { ...placeOf(c.tokens.slice(start, c.at)), word: words.join(' '), args: values, unsigned, zerofill }
}

/** Takes one attribute, if one stands here. */
function takeAttribute(c: Cursor, d: Draft): void {
  const from = c.tokens[c.at].from
  if (takes(c, 'NOT NULL')) d.nullable = false
  else if (takes(c, 'NULL')) d.nullable = true
  else if (takes(c, 'DEFAULT')) d.default = takeDefault(c)
  else if (sees(c, 'ON UPDATE') || sees(c, 'ON DELETE')) takeOnUpdate(c, d, from)
  else if (takes(c, 'AUTO_INCREMENT') || takes(c, 'AUTOINCREMENT')) d.autoIncrement = true
  else if (takes(c, 'PRIMARY KEY') || takes(c, 'PRIMARY')) d.primary = true
  else if (takes(c, 'UNIQUE')) d.unique = true
  else if (takes(c, 'COMMENT')) d.comment = { from, to: c.tokens[c.at++]?.to ?? from }
  else if (takes(c, 'CHARACTER SET') || takes(c, 'CHARSET')) d.charset = takeWordValue(c)
  else if (takes(c, 'COLLATE')) d.collation = takeWordValue(c)
  else if (takes(c, 'REFERENCES')) d.references = takeReference(c) ?? undefined
  else takeRest(c, d)
}

function takeRest(c: Cursor, d: Draft): void {
  if (takes(c, 'CONSTRAINT')) {
    if (!sees(c, 'CHECK')) takeName(c)
  } else if (takes(c, 'CHECK')) {
    d.check = true
    takeGroup(c)
  } else if (takes(c, 'AS')) {
    if (takeGroup(c) !== null) d.generated ??= 'virtual'
  } else if (takes(c, 'STORED') || takes(c, 'PERSISTENT')) {
    d.generated = 'stored'
  } else if (takes(c, 'FIRST')) d.position = 'first'
  else if (takes(c, 'AFTER')) {
    const after = takeName(c)
    if (after !== null) d.position = { after: after.name }
  }
}

function takeWordValue(c: Cursor): string {
  takesMark(c, '=')
  const token = c.tokens[c.at]
  if (token === undefined) return ''
  c.at++
  return unquoted(token).toLowerCase()
}

/** A literal with its sign, a call with its arguments, or an expression in parentheses. */
function takeDefault(c: Cursor): DefaultText | undefined {
  const start = c.at
  if (!takesMark(c, '+')) takesMark(c, '-')
  if (takeGroup(c) === null) {
    c.at++
    if (/^_\w+$/.test(c.tokens[c.at - 1]?.text ?? '') && c.tokens[c.at]?.kind === 'string') c.at++
    takeGroup(c)
  }
  const tokens = c.tokens.slice(start, Math.min(c.at, c.tokens.length))
  return tokens.length === 0 ? undefined : { ...placeOf(tokens), tokens }
}

function takeOnUpdate(c: Cursor, d: Draft, from: number): void {
  c.at += 2
  const word = c.tokens[c.at]?.word ?? ''
  c.at++
  takeGroup(c)
  if (/^(CURRENT_TIMESTAMP|NOW|LOCALTIME|LOCALTIMESTAMP)$/.test(word)) {
    d.onUpdate = { from, to: c.tokens[c.at - 1]?.to ?? from }
  }
}
