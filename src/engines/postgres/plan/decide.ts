/** What of the old schema must go, what of the new one must be made or altered, and what merely stands in the way of that. */
import type { Aspect, Change, Edit, PlanInput } from '../../../core/change.ts'
import { type Column, displayName, type ObjectName, type OtherObject, type Table } from '../../../core/schema.ts'
import { sameFamily } from './casts.ts'
import { type Graph, graphOf, type Node, objectId, partId, partNodes, tableId } from './graph.ts'
import { makeable, wayOf } from './objects.ts'
import { inPlace } from './parts.ts'

type TableEdit = Exclude<Edit, { part: 'option' | 'order' }>

/** Something of the new schema that a step must see to. */
export interface Work {
  readonly mode: 'create' | 'alter'
  readonly from?: Node
  readonly aspects?: readonly Aspect[]
}

export interface Decisions {
  readonly before: Graph
  readonly after: Graph
  /** Ids of the old schema that are dropped. */
  readonly gone: Set<string>
  /** Ids of the new schema → what to do. */
  readonly work: Map<string, Work>
  /** Old columns whose type changes or is made anew. */
  readonly retyped: Set<string>
  /** Types that are made anew under those who use them: old ids. */
  readonly swapped: Set<string>
  /** Old id → new id of what stays. */
  readonly stays: Map<string, string>
  readonly tables: readonly Extract<Change, { kind: 'alter' }>[]
  /** Old labels of enums → new ones, by new id. */
  readonly labels: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly unplanned: { object: string; why: string }[]
}

const PARTS = {
  'primary key': 'constraint',
  unique: 'constraint',
  check: 'constraint',
  'foreign key': 'constraint',
  index: 'index',
  column: 'column',
} as const

const idOf = (table: ObjectName, e: TableEdit, side: 'from' | 'to') =>
  partId(table, `${PARTS[e.part]} ${e[side]!.name}`)

function isTable(
  c: Extract<Change, { kind: 'alter' }>,
): c is typeof c & { from: { kind: 'table'; table: Table }; to: { kind: 'table'; table: Table } } {
  return c.from.kind === 'table' && c.to.kind === 'table'
}

/** Old id → new id for all that neither side's changes drop or add. */
function staying(input: PlanInput, before: Graph, after: Graph): Map<string, string> {
  const stays = new Map<string, string>()
  const tables = new Map<string, ObjectName>()
  const pair = (from: string, to: string) => {
    if (before.nodes.has(from) && after.nodes.has(to)) stays.set(from, to)
  }
  const alters = input.changes.filter((c) => c.kind === 'alter')
  const altered = new Map(alters.filter(isTable).map((c) => [displayName(c.from.table.name), c]))
  for (const table of input.from.tables) {
    const change = altered.get(displayName(table.name))
    const to = change?.to.table.name ?? table.name
    tables.set(displayName(table.name), to)
    pair(tableId(table.name), tableId(to))
    const renamed = new Map<string, string>()
    for (const e of change?.edits ?? [])
      if (e.part !== 'option' && e.part !== 'order' && e.from !== null && e.to !== null) {
        renamed.set(idOf(table.name, e, 'from'), idOf(to, e, 'to'))
        if (e.part === 'column')
          renamed.set(partId(table.name, `default ${e.from.name}`), partId(to, `default ${e.to.name}`))
      }
    for (const part of partNodes(table)) pair(part.id, renamed.get(part.id) ?? moved(part.id, table.name, to))
  }
  const objects = new Map<string, string>()
  for (const c of alters)
    if (c.from.kind === 'object' && c.to.kind === 'object') objects.set(objectId(c.from.object), objectId(c.to.object))
  for (const o of input.from.others) {
    const on = o.table === undefined ? undefined : (tables.get(displayName(o.table)) ?? o.table)
    pair(objectId(o), objects.get(objectId(o)) ?? objectId({ ...o, ...(on !== undefined && { table: on }) }))
  }
  return stays
}

const moved = (id: string, from: ObjectName, to: ObjectName) =>
  partId(to, id.slice(0, id.length - partId(from, '').length))

function remadeColumn(from: Column, to: Column, major: number): boolean {
  if (to.generated === undefined) return from.generated !== undefined && !from.generated.stored
  if (from.generated === undefined || from.generated.stored !== to.generated.stored) return true
  return from.generated.expression !== to.generated.expression && major < 17
}

/** Decides from the changes alone. */
function seed(input: PlanInput, d: Decisions): void {
  for (const change of input.changes) {
    if (change.kind === 'alter') alter(input, d, change)
    else if (change.kind === 'drop')
      drop(d, change.object.kind === 'table' ? tableId(change.object.table.name) : objectId(change.object.object))
    else create(d, change.object.kind === 'table' ? tableId(change.object.table.name) : objectId(change.object.object))
  }
}

function drop(d: Decisions, id: string): void {
  const node = d.before.nodes.get(id)
  if (node === undefined) return
  d.gone.add(id)
  if (node.kind === 'table') for (const part of partNodes(node.table)) d.gone.add(part.id)
  if (node.kind === 'column') d.gone.add(partId(node.table.name, `default ${node.column.name}`))
}

/** Parts that CREATE TABLE does not say. */
const APART = (node: Node) =>
  node.kind === 'index' || node.kind === 'foreign key' || (node.kind === 'check' && node.check.notValid === true)

function create(d: Decisions, id: string): void {
  const node = d.after.nodes.get(id)
  if (node === undefined) return
  d.work.set(id, { mode: 'create' })
  if (node.kind === 'table')
    for (const part of partNodes(node.table)) if (APART(part)) d.work.set(part.id, { mode: 'create' })
}

function remake(d: Decisions, from: string, to: string): void {
  drop(d, from)
  d.work.set(to, { mode: 'create' })
}

/** Properties of a sequence behind a column lie in the table's options: they are the column's work. */
function alterSequence(d: Decisions, before: Table, option: string): void {
  const name = /^sequence(?: \w+)? of (.*)$/s.exec(option)?.[1]
  const old = partId(before.name, `column ${name}`)
  const id = d.stays.get(old)
  if (id !== undefined && !d.work.has(id))
    d.work.set(id, { mode: 'alter', from: d.before.nodes.get(old)!, aspects: [] })
}

function alter(input: PlanInput, d: Decisions, change: Extract<Change, { kind: 'alter' }>): void {
  if (isTable(change)) {
    const [before, after] = [change.from.table, change.to.table]
    const parents = parentEdits(input, before)
    for (const e of change.edits) {
      if (e.part === 'option') alterSequence(d, before, e.name)
      else if (e.part !== 'order') alterPart(input, d, before, after, e, parents)
    }
    return
  }
  if (change.from.kind !== 'object' || change.to.kind !== 'object') return
  alterObject(d, change.from.object, change.to.object, change.edits)
}

function alterObject(d: Decisions, from: OtherObject, to: OtherObject, edits: readonly Edit[]): void {
  const labels = d.labels.get(objectId(to)) ?? new Map()
  const defined = edits.some((e) => e.part === 'option' && !/^(comment|owner|grants)$/.test(e.name))
  const way = defined ? wayOf(from, to, labels) : 'alter'
  if (way === 'anew') remake(d, objectId(from), objectId(to))
  else if (way === 'swap') swap(d, objectId(from), objectId(to))
  else d.work.set(objectId(to), { mode: 'alter', from: d.before.nodes.get(objectId(from))! })
}

function swap(d: Decisions, from: string, to: string): void {
  d.swapped.add(from)
  d.gone.add(from)
  d.work.set(to, { mode: 'create' })
}

/** Names of columns and checks that the tables above a heir change themselves: the server passes it on. */
function parentEdits(input: PlanInput, table: Table): ReadonlySet<string> {
  const found = new Set<string>()
  const heirs = input.from.others.filter(
    (o) => o.kind === 'inheritance' && displayName(o.name) === displayName(table.name),
  )
  for (const heir of heirs) {
    const change = input.changes.find(
      (c) => c.kind === 'alter' && isTable(c) && displayName(c.from.table.name) === displayName(heir.table!),
    )
    if (change?.kind !== 'alter') continue
    for (const e of change.edits)
      if (e.part === 'column' || e.part === 'check') found.add(`${e.part} ${(e.from ?? e.to)!.name}`)
  }
  return found
}

function alterPart(
  input: PlanInput,
  d: Decisions,
  before: Table,
  after: Table,
  e: TableEdit,
  parents: ReadonlySet<string>,
): void {
  const passed = parents.has(`${e.part} ${(e.from ?? e.to)!.name}`)
  const inherited = (side: TableEdit['from']) =>
    side !== null && ('inherited' in side || ('options' in side && side.options?.inherited !== undefined))
  if (e.from === null) {
    if (!(passed && inherited(e.to))) d.work.set(idOf(after.name, e, 'to'), { mode: 'create' })
  } else if (e.to === null) {
    if (!(passed && inherited(e.from))) drop(d, idOf(before.name, e, 'from'))
  } else if (e.part === 'column') alterColumn(input, d, before, after, e, passed)
  else if (!inPlace(e.part, e.aspects)) {
    if (!inherited(e.to)) remake(d, idOf(before.name, e, 'from'), idOf(after.name, e, 'to'))
  } else
    d.work.set(idOf(after.name, e, 'to'), {
      mode: 'alter',
      from: d.before.nodes.get(idOf(before.name, e, 'from'))!,
      aspects: e.aspects,
    })
}

function alterColumn(
  input: PlanInput,
  d: Decisions,
  before: Table,
  after: Table,
  e: Extract<Edit, { part: 'column' }>,
  passed: boolean,
): void {
  const [from, to] = [e.from!, e.to!]
  const [old, id] = [idOf(before.name, e, 'from'), idOf(after.name, e, 'to')]
  if (e.aspects.some((a) => a.name === 'inherited')) {
    d.unplanned.push({
      object: `column ${displayName(after.name)}.${to.name}`,
      why: 'it is inherited on one side and (also) of its own on the other: no statement changes that',
    })
  }
  const aspects = passed ? e.aspects.filter((a) => /^(comment|grants)$/.test(a.name)) : e.aspects
  if (aspects.length === 0) return
  if (!passed && remadeColumn(from, to, Number.parseInt(input.from.version, 10))) {
    remake(d, old, id)
    return
  }
  const typed = aspects.some((a) => a.name === 'type' || a.name === 'collation')
  if (typed) d.retyped.add(old)
  d.work.set(id, {
    mode: 'alter',
    from: passed ? onlyAttributes(old, before, from, to) : d.before.nodes.get(old)!,
    aspects,
  })
}

/** The column as it shall be, but for its comment and privileges: the rest is passed on by the parent. */
function onlyAttributes(id: string, table: Table, from: Column, to: Column): Node {
  const { comment: _c, grants: _g, ...rest } = to
  const own = {
    ...(from.comment !== undefined && { comment: from.comment }),
    ...(from.grants !== undefined && { grants: from.grants }),
  }
  return { id, kind: 'column', table, column: { ...rest, ...own } }
}

/** Whether a part stands in the way of a new type of a column that it uses. The server itself rebuilds keys, indexes and plain checks. */
function blocksType(d: Decisions, user: Node, column: string): boolean {
  switch (user.kind) {
    case 'object':
      return user.object.kind !== 'sequence' && user.object.kind !== 'inheritance' && user.object.kind !== 'partition'
    case 'column':
      return true
    case 'foreign key': {
      const node = d.before.nodes.get(column)
      const to = d.after.nodes.get(d.stays.get(column) ?? '')
      return !(node?.kind === 'column' && to?.kind === 'column' && sameFamily(node.column, to.column))
    }
    default:
      return false
  }
}

/** What had to go comes back, a default with its column. */
function restore(d: Decisions, id: string): void {
  const node = d.before.nodes.get(id)!
  const to = d.stays.get(id)
  if (node.kind !== 'default') {
    if (to !== undefined) d.work.set(to, { mode: 'create' })
    return
  }
  const column = partId(node.table.name, `column ${node.column.name}`)
  const kept = d.stays.get(column)
  if (kept !== undefined && !d.work.has(kept) && !d.gone.has(column))
    d.work.set(kept, { mode: 'alter', from: d.before.nodes.get(column)!, aspects: [] })
}

/** Spreads over the old schema: whoever uses what goes must go first, and comes back where the new schema has it. */
function spread(d: Decisions): void {
  const queue = [...d.gone, ...d.retyped]
  const take = (id: string) => {
    if (d.gone.has(id)) return
    drop(d, id)
    restore(d, id)
    queue.push(id)
  }
  const retype = (id: string) => {
    if (d.retyped.has(id) || d.gone.has(id)) return
    d.retyped.add(id)
    const to = d.stays.get(id)
    if (to !== undefined && !d.work.has(to))
      d.work.set(to, { mode: 'alter', from: d.before.nodes.get(id)!, aspects: [] })
    queue.push(id)
  }
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const onlyTyped = !d.gone.has(id)
    for (const user of d.before.users.get(id) ?? []) spreadTo(d, id, d.before.nodes.get(user)!, onlyTyped, take, retype)
  }
}

function spreadTo(
  d: Decisions,
  id: string,
  user: Node,
  onlyTyped: boolean,
  take: (id: string) => void,
  retype: (id: string) => void,
): void {
  if (onlyTyped) {
    if (blocksType(d, user, id)) take(user.id)
    return
  }
  if (user.kind === 'table') return
  const node = d.before.nodes.get(id)!
  const swapped = d.swapped.has(id)
  if (swapped && user.kind === 'column' && user.column.generated === undefined) {
    retype(user.id)
    return
  }
  if (user.kind === 'object' && ['enum', 'domain', 'composite type', 'range type'].includes(user.object.kind)) {
    if (swapped) blockedType(d, node, user.object)
    return
  }
  // A column of a type, or with a collation, that is dropped for good has changes of its own.
  if (user.kind === 'column' && user.column.generated === undefined) return
  if (user.kind === 'default' && d.gone.has(partId(user.table.name, `column ${user.column.name}`))) return
  if (user.kind === 'object' && user.object.kind === 'partition' && node.kind === 'table') return
  if (user.kind === 'object' && user.object.kind === 'sequence' && !d.gone.has(user.id)) return
  take(user.id)
}

function blockedType(d: Decisions, type: Node, user: OtherObject): void {
  const name = type.kind === 'object' ? displayName(type.object.name) : type.id
  d.unplanned.push({
    object: `${user.kind} ${displayName(user.name)}`,
    why: `it uses the type ${name}, which would have to be made anew under it`,
  })
}

/** All decisions of a plan. */
export function decide(input: PlanInput): Decisions {
  const [before, after] = [graphOf(input.from), graphOf(input.to)]
  const labels = new Map<string, Map<string, string>>()
  for (const c of input.changes) {
    if (c.kind !== 'alter' || c.to.kind !== 'object') continue
    const told = c.edits.flatMap((e) =>
      e.part === 'option' && e.name === 'value' && e.from !== null && e.to !== null ? [[e.from, e.to] as const] : [],
    )
    if (told.length > 0) labels.set(objectId(c.to.object), new Map(told))
  }
  const d: Decisions = {
    before,
    after,
    gone: new Set(),
    work: new Map(),
    retyped: new Set(),
    swapped: new Set(),
    stays: staying(input, before, after),
    tables: input.changes.filter((c) => c.kind === 'alter' && isTable(c)) as Decisions['tables'],
    labels,
    unplanned: [],
  }
  seed(input, d)
  spread(d)
  for (const [id, work] of d.work) {
    const node = after.nodes.get(id)
    if (work.mode === 'create' && node?.kind === 'object' && !makeable(node.object)) {
      d.work.delete(id)
      d.unplanned.push({
        object: `${node.object.kind} ${displayName(node.object.name)}`,
        why: 'naru has no statement that makes it',
      })
    }
  }
  return d
}
