/** What is known of a plan before there are statements: what goes, what is made, what is altered. */
import type { Aspect, Change, Edit } from '../../../core/change.ts'
import type { ObjectName, Table } from '../../../core/schema.ts'
import { type Graph, type Node, partId, partNodes } from './graph.ts'

/** An edit of a column, key, check, foreign key or index. */
export type TableEdit = Exclude<Edit, { part: 'option' | 'order' }>

/** Something of the new schema that a step must see to. */
export interface Work {
  readonly mode: 'create' | 'alter'
  readonly from?: Node
  readonly aspects?: readonly Aspect[]
}

/** A change of a table that is there on both sides. */
export type TableChange = Extract<Change, { kind: 'alter' }> & {
  readonly from: { readonly kind: 'table'; readonly table: Table }
  readonly to: { readonly kind: 'table'; readonly table: Table }
}

/** All that was decided; filled by `decide`. */
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
  readonly tables: readonly TableChange[]
  /** Old labels of enums → new ones, by new id. */
  readonly labels: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly unplanned: { object: string; why: string }[]
}

/** Among which names of its table the name of a part is one. */
export const NAMESPACE = {
  'primary key': 'constraint',
  unique: 'constraint',
  check: 'constraint',
  'foreign key': 'constraint',
  index: 'index',
  column: 'column',
} as const

/** Id of the part that an edit is about, on one side; the edit must have that side. */
export const idOf = (table: ObjectName, e: TableEdit, side: 'from' | 'to') =>
  partId(table, `${NAMESPACE[e.part]} ${e[side]!.name}`)

/** `column price`: what an edit is about, under its old name where it has one. */
export function editKey(e: TableEdit): string {
  const name = e.from?.name ?? e.to?.name
  return `${e.part} ${name}`
}

/** Whether a change alters a table. */
export function isTable(c: Change): c is TableChange {
  return c.kind === 'alter' && c.from.kind === 'table' && c.to.kind === 'table'
}

/** Marks something of the old schema as gone, with all that goes with it. */
export function markGone(d: Decisions, id: string): void {
  const node = d.before.nodes.get(id)
  if (node === undefined) return
  d.gone.add(id)
  if (node.kind === 'table') for (const part of partNodes(node.table)) d.gone.add(part.id)
  if (node.kind === 'column') d.gone.add(partId(node.table.name, `default ${node.column.name}`))
}

/** Parts that CREATE TABLE does not say. */
const standsApart = (node: Node) =>
  node.kind === 'index' || node.kind === 'foreign key' || (node.kind === 'check' && node.check.notValid === true)

/** Marks something of the new schema as to be made, a table with the parts that CREATE TABLE does not say. */
export function markMade(d: Decisions, id: string): void {
  const node = d.after.nodes.get(id)
  if (node === undefined) return
  d.work.set(id, { mode: 'create' })
  if (node.kind === 'table')
    for (const part of partNodes(node.table)) if (standsApart(part)) d.work.set(part.id, { mode: 'create' })
}

/** The old one goes, the new one is made. */
export function markRemade(d: Decisions, from: string, to: string): void {
  markGone(d, from)
  d.work.set(to, { mode: 'create' })
}

/** A type is made anew under those who use it. */
export function markSwapped(d: Decisions, from: string, to: string): void {
  d.swapped.add(from)
  d.gone.add(from)
  d.work.set(to, { mode: 'create' })
}
