/** A comparison as rows to show: made once, for the terminal, Markdown and HTML alike. */
import type { Change, Edit, SchemaObject } from '../../core/change.ts'
import { displayName, type ObjectName, type Table } from '../../core/schema.ts'
import type { SchemaDiff } from '../../core/schema-diff.ts'
import { objectText, sideText } from '../../diff/describe.ts'

/** Added in `to`, gone from `from`, different. */
export type Mark = '+' | '−' | '~'

/** Kinds of parts in the order in which they are told. */
const GROUPS = [
  'columns',
  'column order',
  'primary key',
  'unique keys',
  'indexes',
  'foreign keys',
  'checks',
  'options and comments',
] as const
type Group = (typeof GROUPS)[number]

/** One line: a part that was added or dropped (`property` empty), or one property of it. */
export interface DiffRow {
  readonly mark: Mark
  readonly group: Group
  /** Kind of part for a line of its own: column, index, foreign key … */
  readonly part: Edit['part']
  readonly name: string
  readonly property: string
  readonly from: string | null
  readonly to: string | null
}

export interface DiffItem {
  readonly mark: Mark
  /** table, view, function, trigger … */
  readonly kind: string
  readonly name: string
  /** Its name in `from` where that is another. */
  readonly was: string | null
  /** The table that it hangs on. */
  readonly on: string | null
  readonly rows: readonly DiffRow[]
  /** The whole thing on either side. */
  readonly from: SchemaObject | null
  readonly to: SchemaObject | null
}

const GROUP_OF: Readonly<Record<Edit['part'], Group>> = {
  column: 'columns',
  order: 'column order',
  'primary key': 'primary key',
  unique: 'unique keys',
  index: 'indexes',
  'foreign key': 'foreign keys',
  check: 'checks',
  option: 'options and comments',
}

function nameOf(edit: Edit): string {
  if (edit.part === 'option') return edit.name
  if (edit.part === 'order') return ''
  return (edit.from ?? edit.to)!.name
}

function rowsOf(edit: Edit): DiffRow[] {
  const base = { group: GROUP_OF[edit.part], part: edit.part, name: nameOf(edit) }
  if (edit.part === 'option' || edit.part === 'order') {
    return [{ ...base, mark: '~', property: '', from: sideText(edit, 'from'), to: sideText(edit, 'to') }]
  }
  if (edit.from === null || edit.to === null) {
    const mark = edit.from === null ? '+' : '−'
    return [{ ...base, mark, property: '', from: sideText(edit, 'from'), to: sideText(edit, 'to') }]
  }
  return edit.aspects.map((a) => ({ ...base, mark: '~', property: a.name, from: a.from, to: a.to }))
}

interface Facts {
  readonly kind: string
  readonly name: ObjectName
  readonly on: ObjectName | null
}

const factsOf = (o: SchemaObject): Facts =>
  o.kind === 'table'
    ? { kind: 'table', name: o.table.name, on: null }
    : { kind: o.object.kind, name: o.object.name, on: o.object.table ?? null }

/** Names for people: without the schema that is the home of the side. */
function shortNames(home: string): (name: ObjectName) => string {
  return (name) => (name.schema === undefined || name.schema === home ? name.name : displayName(name))
}

function itemOf(change: Change, short: (name: ObjectName) => string): DiffItem {
  const from = change.kind === 'create' ? null : change.kind === 'drop' ? change.object : change.from
  const to = change.kind === 'drop' ? null : change.kind === 'create' ? change.object : change.to
  const facts = factsOf((to ?? from)!)
  const name = short(facts.name)
  const was = from === null ? name : short(factsOf(from).name)
  const edits = change.kind === 'alter' ? change.edits : []
  const order = (e: Edit) => GROUPS.indexOf(GROUP_OF[e.part])
  return {
    mark: from === null ? '+' : to === null ? '−' : '~',
    kind: facts.kind,
    name,
    was: was === name ? null : was,
    on: facts.on === null ? null : short(facts.on),
    rows: [...edits].sort((a, b) => order(a) - order(b)).flatMap(rowsOf),
    from,
    to,
  }
}

/** Tables that differ, then those on one side only, then the other objects; by name within each. */
export function diffItems(
  d: { readonly before: Pick<SchemaDiff['before'], 'name'> } & Pick<SchemaDiff, 'changes'>,
): DiffItem[] {
  const short = shortNames(d.before.name)
  const rank = (i: DiffItem) => (i.kind === 'table' ? '~−+'.indexOf(i.mark) : 3 + '~−+'.indexOf(i.mark))
  return d.changes
    .map((c) => itemOf(c, short))
    .sort((a, b) => rank(a) - rank(b) || compare(a.kind, b.kind) || compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Numbers of added, dropped and altered things of one kind. */
export interface Tally {
  readonly what: string
  readonly added: number
  readonly dropped: number
  readonly changed: number
}

/** Counts by kind: tables, what is in tables that differ, other objects. Kinds without a difference are left out. */
export function tally(items: readonly DiffItem[]): Tally[] {
  const counts = new Map<string, Record<Mark, number>>()
  const add = (what: string, mark: Mark) => {
    const found = counts.get(what) ?? { '+': 0, '−': 0, '~': 0 }
    found[mark] += 1
    counts.set(what, found)
  }
  for (const item of items) add(item.kind === 'table' ? 'tables' : plural(item.kind), item.mark)
  for (const item of items) {
    const parts = new Map(item.rows.map((r) => [`${r.group}\0${r.name}`, r]))
    if (item.kind === 'table') for (const row of parts.values()) add(row.group, row.mark)
  }
  const order = ['tables', ...GROUPS] as readonly string[]
  const rank = (what: string) => (order.includes(what) ? order.indexOf(what) : order.length)
  return [...counts]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([what, n]) => ({ what, added: n['+'], dropped: n['−'], changed: n['~'] }))
}

const plural = (kind: string): string =>
  /y$/.test(kind) ? `${kind.slice(0, -1)}ies` : kind === 'inheritance' ? kind : `${kind}s`

/** `5 columns, primary key, 2 indexes, 1 foreign key` */
export function tableSummary(t: Table): string {
  const parts: [number, string, string][] = [
    [t.columns.length, 'column', 'columns'],
    [t.primaryKey === undefined ? 0 : 1, 'primary key', 'primary keys'],
    [t.uniques.length, 'unique key', 'unique keys'],
    [t.indexes.length, 'index', 'indexes'],
    [t.foreignKeys.length, 'foreign key', 'foreign keys'],
    [t.checks.length, 'check', 'checks'],
  ]
  return parts
    .filter(([n]) => n > 0)
    .map(([n, one, many]) => (one === 'primary key' ? one : `${n} ${n === 1 ? one : many}`))
    .join(', ')
}

/** Text of an object that is on one side only. */
export function wholeText(o: SchemaObject): string {
  return o.kind === 'table' ? tableSummary(o.table) : objectText(o.object)
}
