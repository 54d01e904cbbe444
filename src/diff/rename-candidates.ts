/** What was dropped and added and may be one and the same under another name, with what speaks for it. Only ever a question. */
import type { Change, Edit } from '../core/change.ts'
import { type Column, displayName, stepName, type Table } from '../core/schema.ts'
import type { RenameCandidate } from '../core/schema-diff.ts'
import { canonical } from './canonical.ts'

interface Guess {
  readonly score: number
  readonly evidence: readonly string[]
}

/** Below this nothing is asked. */
const ENOUGH = 0.5

type Pairs = ReadonlySet<string>

/** Letters of a name that follow each other. */
function pairsOf(name: string): Pairs {
  const text = name.toLowerCase()
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)))
}

/** How much two names have in common: 1 = equal, 0 = nothing. */
function alike(x: Pairs, y: Pairs): number {
  let both = 0
  for (const pair of x) if (y.has(pair)) both++
  return x.size + y.size === 0 ? 0 : (2 * both) / (x.size + y.size)
}

/** What is asked of a table many times, found out once. */
interface TableFacts {
  readonly table: Table
  readonly types: ReadonlyMap<string, string>
  readonly key: string
  readonly pairs: Pairs
}

const factsOfTable = (table: Table): TableFacts => ({
  table,
  types: new Map(table.columns.map((c) => [c.name, c.type.native])),
  key: (table.primaryKey?.columns ?? []).join(', '),
  pairs: pairsOf(table.name.name),
})

function tableGuess(gone: TableFacts, made: TableFacts): Guess | null {
  // Renamed, a table stays in its schema.
  if (gone.table.name.schema !== made.table.name.schema) return null
  let [both, exact] = [0, 0]
  for (const [name, type] of gone.types) {
    const other = made.types.get(name)
    if (other !== undefined) both++
    if (other === type) exact++
  }
  const all = gone.types.size + made.types.size - both
  const near = alike(gone.pairs, made.pairs)
  const score = all === 0 || both === 0 ? 0 : 0.8 * ((both + exact) / (2 * all)) + 0.2 * near
  if (score < ENOUGH) return null
  const evidence = [`${both} of ${all} columns have the same names${exact === both ? ' and types' : ''}`]
  if (gone.key !== '' && gone.key === made.key) evidence.push(`same primary key (${gone.key})`)
  const { rows } = gone.table
  if (rows !== undefined && rows > 0 && rows === made.table.rows) evidence.push(`same number of rows (${rows})`)
  if (near > ENOUGH) evidence.push('similar name')
  return { score, evidence }
}

/** Names of the keys, indexes and foreign keys that a column is part of, told without the column's own name. */
function roles(table: Table, column: string): string[] {
  const blank = (names: readonly (string | undefined)[]) => names.map((n) => (n === column ? '·' : n)).join(',')
  const within = (names: readonly (string | undefined)[]) => names.includes(column)
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques]
  const parts = table.indexes.map((i) => ({ columns: i.parts.map((p) => p.column), unique: i.unique }))
  return [
    ...keys.filter((k) => within(k.columns)).map((k) => `key ${blank(k.columns)}`),
    ...parts.filter((i) => within(i.columns)).map((i) => `${i.unique ? 'unique ' : ''}index ${blank(i.columns)}`),
    ...table.foreignKeys
      .filter((f) => within(f.columns))
      .map((f) => `foreign key ${blank(f.columns)} to ${displayName(f.references)}`),
  ]
}

/** What is asked of a column many times, found out once. */
interface ColumnFacts {
  readonly column: Column
  readonly place: number
  /** Everything but the name, as one text. */
  readonly shape: string
  readonly roles: readonly string[]
  readonly pairs: Pairs
}

const factsOfColumn = (table: Table, column: Column): ColumnFacts => ({
  column,
  place: table.columns.indexOf(column),
  shape: canonical({ ...column, name: '', type: column.type.native }),
  roles: roles(table, column.name),
  pairs: pairsOf(column.name),
})

/** `key`, `unique index`, `foreign key` */
const roleName = (role: string): string => /^(unique index|foreign key|\w+)/.exec(role)![0]

function columnGuess(gone: ColumnFacts, made: ColumnFacts): Guess | null {
  const { native } = gone.column.type
  if (native !== made.column.type.native) return null
  const [shape, place, near] = [gone.shape === made.shape, gone.place === made.place, alike(gone.pairs, made.pairs)]
  const shared = gone.roles.filter((role) => made.roles.includes(role))
  const score = 0.2 + (shape ? 0.15 : 0) + (place ? 0.3 : 0) + (shared.length > 0 ? 0.25 : 0) + 0.3 * near
  if (score < ENOUGH) return null
  const evidence = [
    `same type (${native})`,
    ...(shape ? ['same null, default and comment'] : []),
    ...(place ? [`same place (${gone.place + 1})`] : []),
    ...(shared.length > 0 ? [`same ${[...new Set(shared.map(roleName))].join(', ')}`] : []),
    ...(near > ENOUGH ? ['similar name'] : []),
  ]
  return { score, evidence }
}

/** The best pairs first, each item once. */
function assign<T>(gone: readonly T[], made: readonly T[], guess: (gone: T, made: T) => Guess | null) {
  const all = gone.flatMap((a) =>
    made.flatMap((b) => {
      const found = guess(a, b)
      return found === null ? [] : [{ a, b, ...found }]
    }),
  )
  const taken = new Set<T>()
  return all
    .sort((x, y) => y.score - x.score)
    .filter(({ a, b }) => {
      if (taken.has(a) || taken.has(b)) return false
      taken.add(a).add(b)
      return true
    })
}

function tablesOf(changes: readonly Change[], kind: 'create' | 'drop'): Table[] {
  return changes.flatMap((c) => (c.kind === kind && c.object.kind === 'table' ? [c.object.table] : []))
}

function columnCandidates(from: Table, to: Table, edits: readonly Edit[]): RenameCandidate[] {
  const columns = edits.filter((e) => e.part === 'column')
  const gone = columns.flatMap((e) => (e.to === null ? [factsOfColumn(from, e.from!)] : []))
  const made = columns.flatMap((e) => (e.from === null ? [factsOfColumn(to, e.to!)] : []))
  return assign(gone, made, columnGuess).map(({ a: { column }, b, evidence }) => ({
    of: 'column',
    table: from.name,
    column: column.name,
    to: b.column.name,
    evidence,
    rename: `${stepName(from.name)}.${column.name}=${b.column.name}`,
  }))
}

/** Tables, then columns of tables that stay, the surest first. */
export function renameCandidates(changes: readonly Change[]): RenameCandidate[] {
  const [gone, made] = [tablesOf(changes, 'drop').map(factsOfTable), tablesOf(changes, 'create').map(factsOfTable)]
  const tables = assign(gone, made, tableGuess).map(
    ({ a: { table: was }, b: { table: is }, evidence }): RenameCandidate => ({
      of: 'table',
      table: was.name,
      to: is.name.name,
      evidence,
      rename: `${stepName(was.name)}=${is.name.name}`,
    }),
  )
  const columns = changes.flatMap((c) =>
    c.kind === 'alter' && c.from.kind === 'table' && c.to.kind === 'table'
      ? columnCandidates(c.from.table, c.to.table, c.edits)
      : [],
  )
  return [...tables, ...columns]
}
