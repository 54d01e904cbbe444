/** What differs between a table and the table that it is to become. */
import type { Aspect, Edit } from '../core/change.ts'
import type { KeyConstraint, Table } from '../core/schema.ts'
import { aspectsOf, PARTS, type Properties } from './aspects.ts'
import { CONSTRAINT_KEYS, columnKeys } from './compare-keys.ts'
import { type MatchKey, matchItems } from './match.ts'

export interface TableComparison {
  /** The table as it is, and as it is called after the renames: same positions. */
  readonly from: Table
  readonly renamed: Table
  readonly to: Table
  readonly ordersColumns: boolean
  /** Names of columns that differ in case only are one name. */
  readonly foldsNames: boolean
}

type PartOf<P extends Edit['part']> = Extract<Edit, { part: P }>

interface Named {
  readonly name: string
}

interface Parts<T> {
  readonly from: readonly T[]
  readonly renamed: readonly T[]
  readonly to: readonly T[]
}

/** One edit for each part that differs, `edit` making it of the right kind. */
function partEdits<T extends Named>(
  parts: Parts<T>,
  keys: readonly MatchKey<T>[],
  properties: Properties<T>,
  edit: (from: T | null, to: T | null, aspects: readonly Aspect[]) => Edit,
): Edit[] {
  const told = (i: number) => parts.renamed[i].name !== parts.from[i].name
  return matchItems(parts.renamed, parts.to, keys, told).flatMap(({ from, to }) => {
    const [before, after] = [from === null ? null : parts.from[from], to === null ? null : parts.to[to]]
    if (before === null || after === null) return [edit(before, after, [])]
    const aspects = unlessTold(aspectsOf(properties, parts.renamed[from!], after))
    const named = told(from!) ? [{ name: 'name', from: before.name, to: after.name }] : []
    return named.length + aspects.length === 0 ? [] : [edit(before, after, [...named, ...aspects])]
  })
}

/** A whole statement repeats what the model holds: it is told where nothing else differs. */
function unlessTold<T extends { readonly name?: string }>(told: readonly T[]): readonly T[] {
  return told.length > 1 ? told.filter((t) => t.name !== 'definition') : told
}

function constraintEdits(from: Table, renamed: Table, to: Table): Edit[] {
  const { key, index, foreignKey, check } = PARTS
  const parts = <K extends 'uniques' | 'indexes' | 'foreignKeys' | 'checks'>(k: K) => ({
    from: from[k],
    renamed: renamed[k],
    to: to[k],
  })
  const made =
    <P extends Edit['part']>(part: P) =>
    (f: unknown, t: unknown, aspects: readonly Aspect[]) =>
      ({ part, from: f, to: t, aspects }) as PartOf<P>
  const primary = (t: Table): readonly KeyConstraint[] => (t.primaryKey === undefined ? [] : [t.primaryKey])
  const onlyOne = { from: primary(from), renamed: primary(renamed), to: primary(to) }
  return [
    ...partEdits(onlyOne, [() => 'primary key'], key, made('primary key')),
    ...partEdits(parts('uniques'), CONSTRAINT_KEYS, key, made('unique')),
    ...partEdits(parts('indexes'), CONSTRAINT_KEYS, index, made('index')),
    ...partEdits(parts('foreignKeys'), CONSTRAINT_KEYS, foreignKey, made('foreign key')),
    ...partEdits(parts('checks'), CONSTRAINT_KEYS, check, made('check')),
  ]
}

function columnEdits(c: TableComparison): Edit[] {
  return partEdits(
    { from: c.from.columns, renamed: c.renamed.columns, to: c.to.columns },
    columnKeys(c.foldsNames),
    PARTS.column,
    (from, to, aspects) => ({ part: 'column', from, to, aspects }),
  )
}

/** Both orders, where the columns that stay are not in the same one. A new column's place is that in the to table. */
function orderEdits(c: TableComparison): Edit[] {
  const fold = (name: string) => (c.foldsNames ? name.toLowerCase() : name)
  const before = c.renamed.columns.map((column) => fold(column.name))
  const after = c.to.columns.map((column) => fold(column.name))
  const staying = (names: readonly string[], others: readonly string[]) => {
    const there = new Set(others)
    return names.filter((name) => there.has(name))
  }
  if (staying(before, after).join('\0') === staying(after, before).join('\0')) return []
  const [from, to] = [c.renamed.columns.map((x) => x.name), c.to.columns.map((x) => x.name)]
  return [{ part: 'order', from, to, aspects: [] }]
}

/** Fields that are told elsewhere, or are no structure: statistics and positions of counters. */
const NOT_OPTIONS = new Set(
  'name columns primaryKey uniques indexes foreignKeys checks options rows bytes counter uses'.split(' '),
)

type Fields = Readonly<Record<string, unknown>>

const OPTIONS: Properties<Fields> = {
  grants: { text: (grants) => (grants as readonly string[]).join('; ') },
  options: { spread: true },
}

/** One edit for each property of a table or object that differs; `aside`: fields that are none. */
export function optionEdits(from: object, to: object, aside: ReadonlySet<string>): Edit[] {
  const rest = (whole: object): Fields =>
    Object.fromEntries(Object.entries(whole).filter(([field]) => !aside.has(field)))
  return aspectsOf(OPTIONS, rest(from), rest(to)).map((a) => ({
    part: 'option',
    name: a.name,
    from: a.from,
    to: a.to,
    aspects: [],
  }))
}

/** Properties of the table itself that differ: comment, owner, grants, options. */
export function ownEdits(from: Table, to: Table): Edit[] {
  return [...optionEdits(from, to, NOT_OPTIONS), ...optionEdits(from.options, to.options, new Set())]
}

/** All edits: columns, their order, keys, indexes, foreign keys, checks, then properties of the table itself. */
export function tableEdits(c: TableComparison): readonly Edit[] {
  const edits: readonly Edit[] = [
    ...columnEdits(c),
    ...(c.ordersColumns ? orderEdits(c) : []),
    ...constraintEdits(c.from, c.renamed, c.to),
    ...ownEdits(c.renamed, c.to),
  ]
  const definition = (e: Edit) => e.part === 'option' && e.name === 'definition'
  const [structure, texts] = [edits.filter((e) => !definition(e)), edits.filter(definition)]
  // A side without a statement (a model in code) says nothing of how it would be spelled.
  return structure.length > 0 ? structure : texts.filter((e) => e.from !== null && e.to !== null)
}
