/** Keys, indexes and constraints as CREATE TABLE, ALTER TABLE and CREATE INDEX write them. */
import type { ObjectName } from '../../../core/schema.ts'
import {
  atCommas,
  type Cursor,
  cursor,
  type Placed,
  type PlacedName,
  sees,
  takeGroup,
  takeName,
  takes,
  takesOne,
  takeTable,
} from './cursor.ts'
import type { Token } from './token.ts'

/** A part of a key. */
export interface KeyPart {
  /** Null: an expression. */
  readonly column: string | null
  /** `(10)`: only so many characters. */
  readonly prefix: boolean
}

export interface Reference {
  readonly table: ObjectName
  readonly columns: readonly string[]
  /** ON DELETE CASCADE, SET NULL or SET DEFAULT: rows of the child change with those of the parent. */
  readonly follows: boolean
}

export interface KeyText {
  readonly kind: 'primary' | 'unique' | 'index' | 'fulltext' | 'spatial' | 'foreign' | 'check'
  readonly name?: PlacedName
  readonly parts: readonly KeyPart[]
  readonly references?: Reference
  /** NOT ENFORCED (checks of MySQL). */
  readonly notEnforced?: boolean
}

const KEY_HEADS = ['PRIMARY KEY', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'FOREIGN KEY', 'CHECK', 'INDEX', 'KEY'] as const
const KINDS: Readonly<Record<(typeof KEY_HEADS)[number], KeyText['kind']>> = {
  'PRIMARY KEY': 'primary',
  UNIQUE: 'unique',
  FULLTEXT: 'fulltext',
  SPATIAL: 'spatial',
  'FOREIGN KEY': 'foreign',
  CHECK: 'check',
  INDEX: 'index',
  KEY: 'index',
}

/** The columns between parentheses. */
export function readParts(tokens: readonly Token[]): KeyPart[] {
  return atCommas(tokens).flatMap((part): KeyPart[] => {
    const c = cursor(part)
    const name = takeName(c)
    if (name === null) return [{ column: null, prefix: false }]
    const group = takeGroup(c)
    const call = group !== null && !group.every((t) => t.kind === 'number')
    return [{ column: call ? null : name.name, prefix: group !== null && !call }]
  })
}

/** `table (columns) ON DELETE …` after REFERENCES. */
export function takeReference(c: Cursor): Reference | null {
  const table = takeTable(c)
  if (table === null) return null
  const group = takeGroup(c)
  const columns = readParts(group ?? []).flatMap((p) => p.column ?? [])
  let follows = false
  for (let at = c.at; at < c.tokens.length; at++) {
    const here = { tokens: c.tokens, at }
    if (takes(here, 'ON DELETE') && takesOne(here, 'CASCADE', 'SET NULL', 'SET DEFAULT') !== null) follows = true
  }
  return { table: table.name, columns, follows }
}

/** Reads a key or constraint; null where the tokens are no key (but a column, say). */
export function readKey(tokens: readonly Token[]): KeyText | null {
  const c = cursor(tokens)
  const named = takes(c, 'CONSTRAINT') && !KEY_HEADS.some((head) => sees(c, head)) ? takeName(c) : null
  const head = takesOne(c, ...KEY_HEADS)
  if (head === null) return null
  if (head === 'CHECK') return readCheck(c, named)
  takesOne(c, 'INDEX', 'KEY')
  takes(c, 'IF NOT EXISTS')
  const own = opensParts(c) ? null : takeName(c)
  if (takes(c, 'USING')) c.at++
  const group = takeGroup(c)
  // `key varchar(10)` is a column where KEY is no reserved word (SQLite).
  if (group === null || group.length === 0 || group[0].kind === 'number') return null
  const references = takes(c, 'REFERENCES') ? (takeReference(c) ?? undefined) : undefined
  return { kind: KINDS[head], name: named ?? own ?? undefined, parts: readParts(group), references }
}

const opensParts = (c: Cursor): boolean => c.tokens[c.at]?.text === '(' || sees(c, 'USING')

function readCheck(c: Cursor, name: PlacedName | null): KeyText | null {
  if (takeGroup(c) === null) return null
  return { kind: 'check', name: name ?? undefined, parts: [], notEnforced: sees(c, 'NOT ENFORCED') }
}

/** A key where it stands. */
export interface PlacedKey extends Placed {
  readonly key: KeyText
}
