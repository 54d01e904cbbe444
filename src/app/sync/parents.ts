/** Parents in the order of their keys, in pages of about so many rows: never a query for each. */
import { valueDecoder } from '../../core/decode.ts'
import type { Database, Value } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type Key, type KeyValue, parseKey, serializeKey } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { Column, Table } from '../../core/schema.ts'
import type { MadeRows } from '../../transfer/joint-source.ts'
import { Tuple } from '../../transfer/tuple.ts'
import type { ParentPage } from '../../verify/sync/pages.ts'
import { goneParents } from './gone-parents.ts'
import { type Scope, wayUp } from './scope.ts'

export interface ParentsInput {
  readonly job: string
  readonly scope: Scope
  /** Of all tables, the transfer's own first; as they are read in full. */
  readonly plans: readonly TablePlan[]
  readonly source: Database
  readonly target: Database
  readonly rows: number
  /** Where the run goes on, as `ParentPage.cursor` has it. */
  readonly cursor: string
  /** Parents with such a row alone, in the source's SQL. */
  readonly changed: string | undefined
  /** Rows that no mapping makes are wanted: each table must lead to its parents. */
  readonly beyond: boolean
}

/** Parents that are asked for at once. */
const LIST = 1000

/** Where no index leads to a parent's rows, all of a table is read for each page: there are this many times fewer of them. */
const UNINDEXED = 10

function leads(table: Table, column: Column): boolean {
  const keys = [table.primaryKey, ...table.uniques].map((k) => k?.columns[0])
  return [...keys, ...table.indexes.map((x) => x.parts[0]?.column)].includes(column.name)
}

/** What the parents of a page have in common. */
type Those =
  | { readonly kind: 'between'; readonly after: KeyValue | null; readonly upto: KeyValue | null }
  | { readonly kind: 'among'; readonly values: readonly KeyValue[] }
  | { readonly kind: 'none' }

/** The pages. Throws CONFIG_INVALID, QUERY_FAILED. */
export async function* parentPages(i: ParentsInput): AsyncGenerator<ParentPage> {
  if (i.beyond) for (const plan of i.plans) if (wayUp(i.scope, i.plans[0], plan) === null) throw noWay(i.job, plan)
  // Between two numbers lie parents that the source has no rows of, too.
  const whole = i.changed === undefined && i.scope.from.type.logical.kind === 'int'
  const gone = i.beyond && i.changed === undefined && !whole ? await goneParents(i) : new Map<string, number>()
  const start: Key | null = parseKey(i.cursor)
  const indexed = leads(i.plans[0].source, i.scope.from) && (!i.beyond || leads(i.plans[0].target, i.scope.to))
  const most = indexed ? i.rows : i.rows * UNINDEXED
  let page: KeyValue[] = []
  let after = start?.[0] ?? null
  let rows = 0
  for await (const parent of listed(i, after)) {
    page.push(parent.value)
    rows += parent.rows
    if (rows < most) continue
    yield pageOf(
      i,
      whole ? { kind: 'between', after, upto: parent.value } : { kind: 'among', values: page },
      parent.value,
    )
    after = parent.value
    page = []
    rows = 0
  }
  if (whole) yield pageOf(i, { kind: 'between', after, upto: null }, page.at(-1) ?? null)
  else if (page.length > 0) yield pageOf(i, { kind: 'among', values: page }, page.at(-1) ?? null)
  for (const values of pagesOf(gone, most)) yield gonePage(i, values)
  if (i.scope.from.nullable) yield pageOf(i, { kind: 'none' }, null)
}

/** Parents, as many together as have about so many rows. */
function* pagesOf(parents: ReadonlyMap<string, number>, most: number): Generator<string[]> {
  let page: string[] = []
  let rows = 0
  for (const [parent, count] of parents) {
    page.push(parent)
    rows += count
    if (rows < most && page.length < LIST) continue
    yield page
    page = []
    rows = 0
  }
  if (page.length > 0) yield page
}

interface Parent {
  readonly value: KeyValue
  readonly rows: number
}

/** Parents that the source has rows of. */
async function* listed(i: ParentsInput, start: KeyValue | null): AsyncGenerator<Parent> {
  const { dialect } = i.source.engine
  const [{ where, source }] = i.plans
  const name = dialect.quote(i.scope.from.name)
  for (let after = start; ; ) {
    const conditions = [`${name} IS NOT NULL`, where, i.changed].filter((c) => c !== undefined)
    if (after !== null) conditions.push(`${name} > ${dialect.literal(after)}`)
    const found = await i.source.query(
      `SELECT ${name} AS parent, count(*) AS n FROM ${dialect.table(source.name)} WHERE ${conditions.map((c) => `(${c})`).join(' AND ')} GROUP BY ${name} ORDER BY ${name} LIMIT ${LIST}`,
    )
    for (const row of found) yield { value: keyValue(row.parent), rows: Number(row.n) }
    const last = found.at(-1)
    if (last === undefined || found.length < LIST) return
    after = keyValue(last.parent)
  }
}

function keyValue(value: Value): KeyValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'boolean' ? String(value) : value
}

function pageOf(i: ParentsInput, those: Those, last: KeyValue | null): ParentPage {
  /** Parents as their rows spell them: the source's collation may take several for one. */
  const spelled = new Set(those.kind === 'among' ? those.values : [])
  const there = (column: Column): string => {
    if (those.kind !== 'among') return predicate(i.target, those, column.name)
    const found = predicate(i.target, { kind: 'among', values: [...spelled] }, column.name)
    // Rows of a parent that the target's collation takes for one of these are those of another page.
    const exact = column.type.logical.kind === 'text' ? i.target.engine.dialect.mend : undefined
    return exact === undefined ? found : `${found} AND ${exact.spelled(column, [...spelled].map(String))}`
  }
  return {
    where: predicate(i.source, those, i.scope.from.name),
    place(plan) {
      const way = i.beyond ? wayUp(i.scope, i.plans[0], plan) : null
      if (way === null) return { kind: 'keys' }
      if (way.through === null) return { kind: 'where', sql: there(columnOf(plan, way.column)) }
      const { dialect } = i.target.engine
      const above = `SELECT ${dialect.quote(way.through)} FROM ${dialect.table(i.plans[0].target.name)} WHERE ${there(i.scope.to)}`
      return { kind: 'where', sql: `${dialect.quote(way.column)} IN (${above})` }
    },
    cursor: last === null ? null : serializeKey([last]),
    ...(i.beyond && { check: (made: MadeRows) => checkParents(i, those, made, spelled) }),
  }
}

/** Parents that no row of the source has: what its collation takes for one of them has been looked at. */
function gonePage(i: ParentsInput, values: readonly string[]): ParentPage {
  const page = pageOf(i, { kind: 'among', values }, null)
  const text = i.scope.from.type.logical.kind === 'text'
  const exact = text ? i.source.engine.dialect.mend?.spelled(i.scope.from, values) : undefined
  return exact === undefined ? page : { ...page, where: `${page.where} AND ${exact}` }
}

function columnOf(plan: TablePlan, name: string): Column {
  const found = plan.target.columns.find((c) => c.name === name)
  if (found === undefined) throw new NaruError('INTERNAL', `${plan.label} has no column ${name}`)
  return found
}

/** What a function gives as parent must be the source's: else rows of others would seem to be too many. */
function checkParents(i: ParentsInput, those: Those, made: MadeRows, spelled: Set<KeyValue>): void {
  const { columns } = i.plans[0]
  const at = columns.findIndex((c) => c.target.name === i.scope.to.name)
  const value = valueDecoder(columns[at].wire)
  const t = new Tuple(columns.length)
  const among = those.kind === 'among' ? new Set(those.values.map(String)) : null
  for (let n = 0, next = 0; n < made.rows; n++) {
    next = t.scan(made.bytes, next)
    const parent = t.isNull(at) ? null : value(t.bytes, t.at[at] + 4, t.at[at + 1])
    if (among === null || parent === null) {
      if (parent === null ? those.kind !== 'none' : !between(those, parent)) throw elsewhere(i, String(parent))
    } else if (!among.has(String(parent))) {
      if (!isOwn(i, String(parent), made.sourceOf(n)[i.scope.from.name])) throw elsewhere(i, String(parent))
      among.add(String(parent))
      spelled.add(String(parent))
    }
  }
}

/** Whether a row has the parent that the source says, which its collation takes for one of the page. */
function isOwn({ scope }: ParentsInput, parent: string, own: unknown): boolean {
  if (typeof own !== 'string') return false
  const uuids = scope.to.type.logical.kind === 'uuid' || scope.from.type.logical.kind === 'uuid'
  return uuids ? own.toLowerCase() === parent.toLowerCase() : own === parent
}

function between(those: Those, parent: unknown): boolean {
  if (those.kind !== 'between') return false
  const number = Number(parent)
  return (those.after === null || number > Number(those.after)) && (those.upto === null || number <= Number(those.upto))
}

function elsewhere(i: ParentsInput, parent: string): NaruError {
  const { from, to } = i.scope
  return new NaruError('CONFIG_INVALID', `${i.job}: rows have other parents on the target`, {
    why: `a row has ${to.name} ${parent} there, which is not its ${from.name} on the source`,
    hint: "Rows that no mapping makes cannot be found by this scope: leave 'extra' out of repair, or leave out scope.",
    state: 'nothing of this chunk was changed',
  })
}

function predicate(db: Database, those: Those, column: string): string {
  const { dialect } = db.engine
  const name = dialect.quote(column)
  if (those.kind === 'none') return `${name} IS NULL`
  if (those.kind === 'among') return `${name} IN (${those.values.map((v) => dialect.literal(v)).join(', ')})`
  const ends = [
    ...(those.after === null ? [`${name} IS NOT NULL`] : [`${name} > ${dialect.literal(those.after)}`]),
    ...(those.upto === null ? [] : [`${name} <= ${dialect.literal(those.upto)}`]),
  ]
  return ends.join(' AND ')
}

function noWay(job: string, plan: TablePlan): NaruError {
  return new NaruError(
    'CONFIG_INVALID',
    `${job}: the parents of the rows of ${plan.target.name.name} are not to be found`,
    {
      why: 'it has no foreign key to the table of the transfer or to that of the parents, so rows that no mapping makes cannot be told from others',
      hint: "Give it one, or leave 'extra' out of repair.",
      state: 'nothing was changed',
    },
  )
}
