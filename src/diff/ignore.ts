/**
 * Differences that somebody does not want to see. The to side takes over what is ignored from the from side before both are compared:
 * so a plan made of the rest leaves it as it is, also where a statement spells a whole column or rebuilds a table.
 */
import type { Column, OtherObject, Schema, Table } from '../core/schema.ts'
import { sameValue } from './canonical.ts'
import { withoutObjects } from './choose.ts'
import { COMMENTLESS_KEYS, CONSTRAINT_KEYS, columnKeys, NAMELESS_KEYS, objectKeys, tableKeys } from './compare-keys.ts'
import { traitsOf } from './convert-traits.ts'
import { globTest, nameTest } from './glob.ts'
import type { IgnoreRule } from './ignore-rules.ts'
import { type MatchKey, matchItems } from './match.ts'
import { type Rename, renamedSchema } from './rename-map.ts'

export interface Sides {
  readonly from: Schema
  readonly to: Schema
  readonly renames: readonly Rename[]
  readonly foldsNames: boolean
}

/** Each item of `to` with its counterpart taken into account; those without one stay as they are. */
export function adopt<T>(
  from: readonly T[],
  to: readonly T[],
  keys: readonly MatchKey<T>[],
  take: (to: T, from: T) => T,
): T[] {
  const partner = new Map(
    matchItems(from, to, keys).flatMap((m) => (m.from === null || m.to === null ? [] : [[m.to, m.from]])),
  )
  return to.map((item, j) => {
    const i = partner.get(j)
    return i === undefined ? item : take(item, from[i])
  })
}

/** `to` with fields as they are in `from`. */
function taking<T extends object>(...fields: readonly string[]): (to: T, from: T) => T {
  return (to, from) => {
    const all = { ...to } as Record<string, unknown>
    for (const field of fields) {
      const value = (from as Record<string, unknown>)[field]
      if (value === undefined) delete all[field]
      else all[field] = value
    }
    return all as T
  }
}

const CONSTRAINTS = ['uniques', 'foreignKeys', 'checks'] as const

/** Constraints and indexes of the to table with fields as in the from table. */
function parts(
  to: Table,
  from: Table,
  fields: readonly string[],
  lists: readonly string[],
  keys = CONSTRAINT_KEYS,
): Table {
  const changed: Record<string, unknown> = { ...to }
  for (const list of lists) {
    const of = (t: Table) => (t as unknown as Record<string, readonly { name: string }[]>)[list]
    changed[list] = adopt(of(from), of(to), keys, taking(...fields))
  }
  const { primaryKey } = to
  if (lists.includes('uniques') && primaryKey !== undefined && from.primaryKey !== undefined) {
    changed.primaryKey = taking<typeof primaryKey>(...fields)(primaryKey, from.primaryKey)
  }
  return changed as unknown as Table
}

function columns(to: Table, from: Table, folds: boolean, take: (to: Column, from: Column) => Column): Table {
  return { ...to, columns: adopt(from.columns, to.columns, columnKeys(folds), take) }
}

/** Table options whose name matches, as they are in the from table. */
function options(to: Table, from: Table, ignored: (name: string) => boolean): Table {
  const keep = Object.entries(to.options).filter(([name]) => !ignored(name))
  const taken = Object.entries(from.options).filter(([name]) => ignored(name))
  return { ...to, options: Object.fromEntries([...keep, ...taken]) }
}

/** Options of a table that hold the privileges of a sequence behind a column. */
export const SEQUENCE_GRANTS = /^sequence grants of /

const CHARSETS = /^(default )?(charset|character set|collat)/i

function indexCollations(to: Table, from: Table): Table {
  const indexes = adopt(from.indexes, to.indexes, CONSTRAINT_KEYS, (index, was) => ({
    ...index,
    parts: index.parts.map((p, i) =>
      was.parts[i]?.column === p.column ? taking<typeof p>('collation')(p, was.parts[i]) : p,
    ),
  }))
  return { ...to, indexes }
}

/** Columns of that name as they are in the from table: neither dropped, added nor altered. */
function ignoredColumns(to: Table, from: Table, glob: string): Table {
  const test = globTest(glob)
  const hidden = (c: Column) => test(`${to.name.name}.${c.name}`)
  const kept = to.columns.filter((c) => !hidden(c))
  const result = [...kept]
  from.columns.forEach((c, i) => {
    if (!hidden(c)) return
    const before = from.columns[i - 1]
    const at = before === undefined ? 0 : result.findIndex((x) => x.name === before.name) + 1
    result.splice(at === 0 && before !== undefined ? result.length : at, 0, c)
  })
  return { ...to, columns: result }
}

/** Columns that stay in the order of the from table, new ones after them. */
function columnOrder(to: Table, from: Table, folds: boolean): Table {
  const places = new Map(
    matchItems(from.columns, to.columns, columnKeys(folds)).flatMap((m) =>
      m.from === null || m.to === null ? [] : [[to.columns[m.to], m.from] as const],
    ),
  )
  const place = (c: Column) => places.get(c) ?? from.columns.length
  return { ...to, columns: [...to.columns].sort((a, b) => place(a) - place(b)) }
}

/** A statement kept beside the model (SQLite) would tell, and bring, what is ignored: without it the model alone counts. */
function withoutStatement(made: Table, given: Table): Table {
  if (made.options.definition === undefined || sameValue(made, given)) return made
  const { definition: _, ...options } = made.options
  return { ...made, options }
}

type TableWork = (to: Table, from: Table, folds: boolean) => Table

function tableWork(rule: IgnoreRule): TableWork | null {
  switch (rule.kind) {
    case 'comments':
      return (to, from, folds) =>
        parts(
          columns(taking<Table>('comment')(to, from), from, folds, taking('comment')),
          from,
          ['comment'],
          [...CONSTRAINTS, 'indexes'],
          COMMENTLESS_KEYS,
        )
    case 'collations':
      return (to, from, folds) => {
        const charsets = columns(to, from, folds, taking('charset', 'collation', 'caseInsensitive'))
        return indexCollations(
          options(charsets, from, (name) => CHARSETS.test(name)),
          from,
        )
      }
    case 'constraint-names':
      return (to, from) => parts(to, from, ['name'], CONSTRAINTS, NAMELESS_KEYS)
    case 'index-names':
      return (to, from) => parts(to, from, ['name', 'definition'], ['indexes'], NAMELESS_KEYS)
    case 'owners':
      return taking('owner')
    case 'grants':
      return (to, from, folds) =>
        options(columns(taking<Table>('grants')(to, from), from, folds, taking('grants')), from, (name) =>
          SEQUENCE_GRANTS.test(name),
        )
    case 'options':
      return (to, from) => options(to, from, (name) => rule.name === undefined || rule.name === name)
    case 'column-order':
      return columnOrder
    case 'columns':
      return (to, from) => ignoredColumns(to, from, rule.glob)
    default:
      return null
  }
}

const OBJECT_FIELDS: Readonly<Partial<Record<IgnoreRule['kind'], string>>> = {
  comments: 'comment',
  owners: 'owner',
  grants: 'grants',
}

function withoutTables(schema: Schema, glob: string): Schema {
  const test = nameTest(glob)
  return {
    ...schema,
    tables: schema.tables.filter((t) => !test(t.name)),
    others: schema.others.filter((o) => o.table === undefined || !test(o.table)),
  }
}

/** Both sides under one more rule. */
export function applyIgnore(sides: Sides, rule: IgnoreRule): Sides {
  const { from, to } = sides
  if (rule.kind === 'tables')
    return { ...sides, from: withoutTables(from, rule.glob), to: withoutTables(to, rule.glob) }
  if (rule.kind === 'objects') {
    return { ...sides, from: withoutObjects(from, rule.of, rule.glob), to: withoutObjects(to, rule.of, rule.glob) }
  }
  const was = renamedSchema(from, sides.renames)
  const folds = traitsOf(to).foldsColumns
  const work = tableWork(rule)
  const field = OBJECT_FIELDS[rule.kind]
  const tables =
    work === null
      ? to.tables
      : adopt(was.tables, to.tables, tableKeys(sides.foldsNames), (t, f) => withoutStatement(work(t, f, folds), t))
  const others = field === undefined ? to.others : adopt(was.others, to.others, objectKeys, taking<OtherObject>(field))
  return { ...sides, to: { ...to, tables, others } }
}
