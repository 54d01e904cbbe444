/** What was dropped and added and may be one and the same under another name, with what speaks for it. Only ever a question. */
import type { Change, Edit } from '../core/change.ts'
import { type Column, displayName, type Table } from '../core/schema.ts'
import type { RenameCandidate } from '../core/schema-diff.ts'
import { aspectsOf, PARTS } from './aspects.ts'

interface Guess {
  readonly score: number
  readonly evidence: readonly string[]
}

/** Below this nothing is asked. */
const ENOUGH = 0.5

/** Letters of two names that follow each other in both, as a share: 1 = equal, 0 = nothing in common. */
function alike(a: string, b: string): number {
  const pairs = (text: string) => new Set(Array.from({ length: text.length - 1 }, (_, i) => text.slice(i, i + 2)))
  const [x, y] = [pairs(a.toLowerCase()), pairs(b.toLowerCase())]
  const both = [...x].filter((pair) => y.has(pair)).length
  return x.size + y.size === 0 ? 0 : (2 * both) / (x.size + y.size)
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

function tableGuess(gone: Table, made: Table): Guess {
  const spelled = (t: Table) => new Map(t.columns.map((c) => [c.name, c.type.native]))
  const [a, b] = [spelled(gone), spelled(made)]
  const both = [...a].filter(([name]) => b.has(name))
  const exact = both.filter(([name, type]) => b.get(name) === type).length
  const all = new Set([...a.keys(), ...b.keys()]).size
  const evidence = [`${both.length} of ${all} columns have the same names${exact === both.length ? ' and types' : ''}`]
  const key = (t: Table) => (t.primaryKey?.columns ?? []).join(', ')
  if (key(gone) !== '' && key(gone) === key(made)) evidence.push(`same primary key (${key(gone)})`)
  if (gone.rows !== undefined && gone.rows > 0 && gone.rows === made.rows)
    evidence.push(`same number of rows (${gone.rows})`)
  const near = alike(gone.name.name, made.name.name)
  if (near > ENOUGH) evidence.push('similar name')
  const score = 0.8 * share(both.length + exact, 2 * all) + 0.2 * near
  return { score: both.length === 0 ? 0 : score, evidence }
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

function columnGuess(from: Table, to: Table, gone: Column, made: Column): Guess {
  const different = aspectsOf(PARTS.column, { ...gone, name: '' }, { ...made, name: '' }).map((a) => a.name)
  if (different.includes('type')) return { score: 0, evidence: [] }
  const evidence = [`same type (${gone.type.native})`]
  if (different.length === 0) evidence.push('same null, default and comment')
  const place = from.columns.indexOf(gone) === to.columns.indexOf(made)
  if (place) evidence.push(`same place (${from.columns.indexOf(gone) + 1})`)
  const [before, after] = [roles(from, gone.name), roles(to, made.name)]
  const shared = before.filter((role) => after.includes(role))
  if (shared.length > 0) evidence.push(`same ${shared.map((role) => role.replace(/ .*$/, '')).join(', ')}`)
  const near = alike(gone.name, made.name)
  if (near > ENOUGH) evidence.push('similar name')
  const others = different.length === 0 ? 0.15 : 0
  return { score: 0.2 + others + (place ? 0.3 : 0) + (shared.length > 0 ? 0.25 : 0) + 0.3 * near, evidence }
}

/** The best pairs first, each item once. */
function assign<A, B>(gone: readonly A[], made: readonly B[], guess: (a: A, b: B) => Guess) {
  const all = gone.flatMap((a) => made.map((b) => ({ a, b, ...guess(a, b) }))).filter((g) => g.score >= ENOUGH)
  const taken = new Set<A | B>()
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
  const gone = columns.flatMap((e) => (e.to === null ? [e.from!] : []))
  const made = columns.flatMap((e) => (e.from === null ? [e.to!] : []))
  return assign(gone, made, (a, b) => columnGuess(from, to, a, b)).map(({ a, b, evidence }) => ({
    of: 'column',
    table: from.name,
    column: a.name,
    to: b.name,
    evidence,
    rename: `${from.name.name}.${a.name}=${b.name}`,
  }))
}

/** Tables, then columns of tables that stay, the surest first. */
export function renameCandidates(changes: readonly Change[]): RenameCandidate[] {
  const tables = assign(tablesOf(changes, 'drop'), tablesOf(changes, 'create'), tableGuess).map(
    ({ a, b, evidence }): RenameCandidate => ({
      of: 'table',
      table: a.name,
      to: b.name.name,
      evidence,
      rename: `${a.name.name}=${b.name.name}`,
    }),
  )
  const columns = changes.flatMap((c) =>
    c.kind === 'alter' && c.from.kind === 'table' && c.to.kind === 'table'
      ? columnCandidates(c.from.table, c.to.table, c.edits)
      : [],
  )
  return [...tables, ...columns]
}
