/** The stage in which things go. */
import type { Step } from '../../../core/change.ts'
import { displayName, type ObjectName, type OtherObject } from '../../../core/schema.ts'
import { sequenceOptions } from '../ddl-table.ts'
import { isDefaultPrivileges } from '../default-privileges.ts'
import { qualified, quote } from '../names.ts'
import type { Assembly } from './assembly.ts'
import { dropColumn } from './column-add-drop.ts'
import { alterTable, columnLabel } from './column-pair.ts'
import { sequenceName } from './column-sequence.ts'
import { dropConstraint } from './constraints.ts'
import type { Decisions } from './decisions.ts'
import { type Node, nodeOf, ordered, partId, tableId } from './graph.ts'
import { dropIndex } from './indexes.ts'
import { dropObject, isMadeSchema, LATE } from './objects.ts'
import { labelOf, objectAttributes, passingName, step } from './reference.ts'
import { dropTable } from './tables.ts'

const WITH_TABLE = new Set<OtherObject['kind']>(['trigger', 'policy', 'rule', 'exclusion', 'statistics'])

/** DROP of something of the old schema; [] where it goes with what it hangs on. */
function dropOf(a: Assembly, node: Node, apart: Going['apart']): Step[] {
  const { d, input } = a
  const successor = d.stays.get(node.id)
  const back = successor !== undefined && d.work.get(successor)?.mode === 'create'
  const why = back ? 'stands in the way; comes back below' : 'not there any more'
  if (node.kind === 'table') return [dropTable(node.table)]
  if (node.kind === 'object') return dropOfObject(a, node.object, back, apart.has(node.id))
  const dead = d.gone.has(tableId(node.table.name))
  if (node.kind === 'foreign key') return [dropConstraint(node.table, 'foreign key', node.foreignKey.name, why)]
  if (dead) return []
  switch (node.kind) {
    case 'column':
      return [dropColumn(node.table, node.column, back ? 'made anew below' : why)]
    case 'default':
      return dropDefault(d, node, why)
    case 'key':
      return [dropConstraint(node.table, node.primary ? 'primary key' : 'unique', node.key.name, why)]
    case 'check':
      return node.check.inherited ? [] : [dropConstraint(node.table, 'check', node.check.name, why)]
    case 'index':
      return [dropIndex(node.table, node.index, input.online === true, why)]
  }
}

/** A default goes with its column, and there may be none. */
function dropDefault(d: Decisions, node: Extract<Node, { kind: 'default' }>, why: string): Step[] {
  const { table, column } = node
  if (d.gone.has(partId(table.name, `column ${column.name}`))) return []
  if (column.default === undefined && column.identity !== 'auto') return []
  const sql = alterTable(table.name, `ALTER COLUMN ${quote(column.name)} DROP DEFAULT`)
  return [step(sql, why, columnLabel(table.name, column.name))]
}

/** A schema stays where it is: without comment and privileges, and whose the rest of the database is. */
function schemaBare(a: Assembly, o: OtherObject): Step[] {
  const { from, to } = a.input
  const owner = o.owner === undefined ? undefined : (from.usualOwner ?? to.usualOwner ?? from.user)
  const bare = { kind: o.kind, name: o.name, definition: '' }
  return objectAttributes(o, owner === undefined ? bare : { ...bare, owner })
}

function dropOfObject(a: Assembly, o: OtherObject, back: boolean, apart: boolean): Step[] {
  if (!apart && o.table !== undefined && WITH_TABLE.has(o.kind) && a.d.gone.has(tableId(o.table))) return []
  if (o.kind === 'inheritance' && a.d.gone.has(tableId(o.name))) return []
  if (o.kind === 'sequence' && a.sequences.to.has(displayName(o.name))) return []
  if (o.kind === 'schema' && !isMadeSchema(o)) return schemaBare(a, o)
  const dropped = dropObject(o, back)
  const told = a.d.unplanned.some((u) => u.object === labelOf(o))
  if (dropped === null && !told) a.unplanned.push({ object: labelOf(o), why: 'naru has no statement that drops it' })
  return dropped === null ? [] : [dropped]
}

/** The name that a type has while a new one takes its place. */
const between = (name: ObjectName) => ({ ...name, name: passingName(`naru old ${name.name}`) })

/** Ids of that with which a node may go: its table, or the column of a default. */
function homeOf(node: Node): string[] {
  if (node.kind === 'table' || node.kind === 'foreign key') return []
  if (node.kind === 'object') {
    const { kind, table } = node.object
    return table !== undefined && WITH_TABLE.has(kind) ? [tableId(table)] : []
  }
  const table = tableId(node.table.name)
  return node.kind === 'default' ? [table, partId(node.table.name, `column ${node.column.name}`)] : [table]
}

/** In what order things go, and what does not wait for the table that it hangs on. */
interface Going {
  /** Ids of what must go before each. */
  readonly edges: ReadonlyMap<string, ReadonlySet<string>>
  /** Rules, policies and the like that go by themselves although their table goes too. */
  readonly apart: ReadonlySet<string>
}

/** Whether `id` must go before `goal`, as far as is known. */
function goesBefore(id: string, goal: string, edges: Going['edges']): boolean {
  const seen = new Set([goal])
  for (const at of seen) for (const next of edges.get(at) ?? []) seen.add(next)
  return seen.has(id)
}

/**
 * What a part uses must outlive that with which the part goes: a table, or the column of a default. Where that cannot be (a rule on a table that
 * has heirs writes into an heir), the part goes by itself, before both.
 */
function going(d: Decisions): Going {
  const edges = new Map<string, ReadonlySet<string>>(d.before.users)
  const apart = new Set<string>()
  for (const id of d.gone) {
    const node = nodeOf(d.before, id)
    const home = homeOf(node).find((candidate) => d.gone.has(candidate))
    if (home === undefined) continue
    const used = [...(d.before.uses.get(id) ?? [])].filter((one) => one !== home)
    if (node.kind === 'object' && used.some((one) => d.gone.has(one) && goesBefore(one, home, edges))) apart.add(id)
    else for (const one of used) edges.set(one, new Set([...(edges.get(one) ?? []), home]))
  }
  return { edges, apart }
}

/** Sequences from which a column drew that is gone, without its owning them: the database leaves them behind. */
function leftSequences(a: Assembly): Step[] {
  const { d, input, sequences } = a
  const kept = new Set([...sequences.to, ...input.to.others.map((o) => displayName(o.name))])
  const left = [...d.gone].flatMap((id) => {
    const node = nodeOf(d.before, id)
    if (node.kind !== 'column' || node.column.identity !== 'auto') return []
    if (sequenceOptions(node.table, node.column).owned) return []
    const name = sequenceName(node.table, node.column)
    return kept.has(displayName(name)) ? [] : [[displayName(name), name] as const]
  })
  return [...new Map(left)].map(([label, name]) =>
    step(`DROP SEQUENCE IF EXISTS ${qualified(name)}`, 'nobody draws from it any more', `sequence ${label}`, {
      hazards: [{ kind: 'drop-object', what: `the sequence ${label} goes` }],
    }),
  )
}

/** Goes when nothing is in it any more. */
const isSchema = (node: Node) => node.kind === 'object' && node.object.kind === 'schema'

/** Before anything is made: what is in the way goes, types that are made anew step aside. `late`: what goes once nobody uses it any more. */
export function dropStage(a: Assembly): { early: Step[]; late: Step[] } {
  const { d } = a
  const isLate = (node: Node): boolean =>
    node.kind === 'object' &&
    (LATE.has(node.object.kind) ||
      (node.object.kind === 'other' &&
        !isDefaultPrivileges(node.object) &&
        !node.object.definition.startsWith('ALTER TABLE')) ||
      [...(d.before.users.get(node.id) ?? [])].some((u) => d.gone.has(u) && isLate(nodeOf(d.before, u))))
  const { edges, apart } = going(d)
  const nodes = ordered([...d.gone].sort(), edges).map((id) => nodeOf(d.before, id))
  const early = nodes.filter((n) => !isLate(n)).flatMap((n) => dropOf(a, n, apart))
  const swaps = nodes.flatMap((n) =>
    n.kind === 'object' && d.swapped.has(n.id)
      ? [
          step(
            `ALTER TYPE ${qualified(n.object.name)} RENAME TO ${quote(between(n.object.name).name)}`,
            'makes place for the new one',
            labelOf(n.object),
          ),
        ]
      : [],
  )
  const lasts = nodes.filter(isLate)
  const schemas = lasts.filter(isSchema).flatMap((n) => dropOf(a, n, apart))
  const late = lasts.flatMap((n) => {
    if (isSchema(n)) return []
    if (n.kind !== 'object' || !d.swapped.has(n.id)) return dropOf(a, n, apart)
    return [
      step(`DROP TYPE ${qualified(between(n.object.name))}`, 'nobody uses the old one any more', labelOf(n.object)),
    ]
  })
  return { early: [...early, ...swaps], late: [...late, ...leftSequences(a), ...schemas] }
}
