/** Decisions that follow from the changes alone. */
import type { Change, Edit, PlanInput } from '../../../core/change.ts'
import { displayName, type OtherObject, type Table } from '../../../core/schema.ts'
import { decideColumn, refuseInherited } from './decide-column.ts'
import {
  type Decisions,
  editKey,
  idOf,
  isTable,
  markGone,
  markMade,
  markRemade,
  markSwapped,
  type TableEdit,
} from './decisions.ts'
import { objectId, partId, tableId } from './graph.ts'
import { wayOf } from './object-way.ts'
import { inPlace } from './part-alter.ts'

/** Goes through the changes and decides about each. */
export function seed(input: PlanInput, d: Decisions): void {
  for (const change of input.changes) {
    if (change.kind === 'alter') decideAlter(input, d, change)
    else {
      const { object } = change
      const id = object.kind === 'table' ? tableId(object.table.name) : objectId(object.object)
      if (change.kind === 'drop') markGone(d, id)
      else markMade(d, id)
    }
  }
}

/** Properties of a sequence behind a column lie in the table's options: they are the column's work. */
function alterSequence(d: Decisions, before: Table, option: string): void {
  const name = /^sequence(?: \w+)? of (.*)$/s.exec(option)?.[1]
  const old = partId(before.name, `column ${name}`)
  const id = d.stays.get(old)
  if (id !== undefined && !d.work.has(id)) d.work.set(id, { mode: 'alter', from: d.before.nodes.get(old), aspects: [] })
}

function decideAlter(input: PlanInput, d: Decisions, change: Extract<Change, { kind: 'alter' }>): void {
  if (isTable(change)) {
    const [before, after] = [change.from.table, change.to.table]
    const parents = parentEdits(input, before)
    for (const e of change.edits) {
      if (e.part === 'option') alterSequence(d, before, e.name)
      else if (e.part !== 'order') decidePart(input, d, before, after, e, parents)
    }
    return
  }
  if (change.from.kind !== 'object' || change.to.kind !== 'object') return
  decideObject(d, change.from.object, change.to.object, change.edits)
}

function decideObject(d: Decisions, from: OtherObject, to: OtherObject, edits: readonly Edit[]): void {
  const labels = d.labels.get(objectId(to)) ?? new Map()
  const defined = edits.some((e) => e.part === 'option' && !/^(comment|owner|grants)$/.test(e.name))
  const way = defined ? wayOf(from, to, labels) : 'alter'
  if (way === 'anew') markRemade(d, objectId(from), objectId(to))
  else if (way === 'swap') markSwapped(d, objectId(from), objectId(to))
  else d.work.set(objectId(to), { mode: 'alter', from: d.before.nodes.get(objectId(from)) })
}

/** Names of columns and checks that the tables above a heir change themselves: the server passes it on. */
function parentEdits(input: PlanInput, table: Table): ReadonlySet<string> {
  const found = new Set<string>()
  const heirs = input.from.others.filter(
    (o) => o.kind === 'inheritance' && displayName(o.name) === displayName(table.name),
  )
  for (const heir of heirs) {
    const change = input.changes.find(
      (c) => isTable(c) && heir.table !== undefined && displayName(c.from.table.name) === displayName(heir.table),
    )
    if (change?.kind !== 'alter') continue
    for (const e of change.edits) if (e.part === 'column' || e.part === 'check') found.add(editKey(e))
  }
  return found
}

function decidePart(
  input: PlanInput,
  d: Decisions,
  before: Table,
  after: Table,
  e: TableEdit,
  parents: ReadonlySet<string>,
): void {
  const passed = parents.has(editKey(e))
  const inherited = (side: TableEdit['from']) =>
    side !== null && ('inherited' in side || ('options' in side && side.options?.inherited !== undefined))
  if (e.from === null) {
    if (passed && inherited(e.to)) return
    d.work.set(idOf(after.name, e, 'to'), { mode: 'create' })
    // The new parent takes a column that is there already; it stays the heir's own as well.
    if (e.part === 'column' && e.to !== null && inherited(e.to)) refuseInherited(d, after, e.to)
  } else if (e.to === null) {
    if (!(passed && inherited(e.from))) markGone(d, idOf(before.name, e, 'from'))
  } else if (e.part === 'column') decideColumn(input, d, before, after, e, passed)
  else if (!inPlace(e.part, e.aspects)) {
    if (!inherited(e.to)) markRemade(d, idOf(before.name, e, 'from'), idOf(after.name, e, 'to'))
  } else
    d.work.set(idOf(after.name, e, 'to'), {
      mode: 'alter',
      from: d.before.nodes.get(idOf(before.name, e, 'from')),
      aspects: e.aspects,
    })
}
