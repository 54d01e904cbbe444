/** Decisions about what merely stands in the way of the changes. */
import { displayName, type OtherObject } from '../../../core/schema.ts'
import { sameFamily } from './casts.ts'
import { type Decisions, markGone } from './decisions.ts'
import { type Node, nodeOf, partId } from './graph.ts'

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
  const node = nodeOf(d.before, id)
  const to = d.stays.get(id)
  if (node.kind !== 'default') {
    if (to !== undefined) d.work.set(to, { mode: 'create' })
    return
  }
  const column = partId(node.table.name, `column ${node.column.name}`)
  const kept = d.stays.get(column)
  if (kept !== undefined && !d.work.has(kept) && !d.gone.has(column))
    d.work.set(kept, { mode: 'alter', from: nodeOf(d.before, column), aspects: [] })
}

/** Spreads over the old schema: whoever uses what goes must go first, and comes back where the new schema has it. */
export function spread(d: Decisions): void {
  const queue = [...d.gone, ...d.retyped]
  const take = (id: string) => {
    if (d.gone.has(id)) return
    markGone(d, id)
    restore(d, id)
    queue.push(id)
  }
  const retype = (id: string) => {
    if (d.retyped.has(id) || d.gone.has(id)) return
    d.retyped.add(id)
    const to = d.stays.get(id)
    if (to !== undefined && !d.work.has(to)) d.work.set(to, { mode: 'alter', from: nodeOf(d.before, id), aspects: [] })
    queue.push(id)
  }
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const onlyTyped = !d.gone.has(id)
    for (const user of d.before.users.get(id) ?? []) spreadTo(d, id, nodeOf(d.before, user), onlyTyped, take, retype)
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
  const node = nodeOf(d.before, id)
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
