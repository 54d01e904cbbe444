/** Whether a column that differs is altered or made anew. */
import type { Edit, PlanInput } from '../../../core/change.ts'
import { type Column, displayName, type Table } from '../../../core/schema.ts'
import { type Decisions, idOf, markRemade } from './decisions.ts'
import type { Node } from './graph.ts'
import { majorOf } from './versions.ts'

/** SET EXPRESSION came with PostgreSQL 17; not beside another type, nor (18) for a virtual column of a table with checks. */
function remadeColumn(from: Column, to: Column, checked: boolean, major: number): boolean {
  if (to.generated === undefined) return from.generated !== undefined && !from.generated.stored
  if (from.generated === undefined || from.generated.stored !== to.generated.stored) return true
  if (from.generated.expression === to.generated.expression) return false
  return major < 17 || from.type.native !== to.type.native || (!to.generated.stored && checked)
}

/** Whether a column is a heir's own, too, is told once and for all when it is made. */
export function refuseInherited(d: Decisions, table: Table, { name }: { readonly name: string }): void {
  d.unplanned.push({
    object: `column ${displayName(table.name)}.${name}`,
    why: 'it is inherited on one side and (also) of its own on the other: no statement changes that',
  })
}

/** Decides about a column that differs. `passed`: a parent table passes the change on. */
export function decideColumn(
  input: PlanInput,
  d: Decisions,
  before: Table,
  after: Table,
  e: Extract<Edit, { part: 'column' }>,
  passed: boolean,
): void {
  const [from, to] = [e.from!, e.to!]
  const [old, id] = [idOf(before.name, e, 'from'), idOf(after.name, e, 'to')]
  if (e.aspects.some((a) => a.name === 'inherited')) refuseInherited(d, after, to)
  const aspects = passed ? e.aspects.filter((a) => /^(comment|grants)$/.test(a.name)) : e.aspects
  if (aspects.length === 0) return
  const checked = before.checks.length + after.checks.length > 0
  if (!passed && remadeColumn(from, to, checked, majorOf(input.from))) {
    markRemade(d, old, id)
    return
  }
  const typed = aspects.some((a) => a.name === 'type' || a.name === 'collation')
  if (typed) d.retyped.add(old)
  d.work.set(id, {
    mode: 'alter',
    from: passed ? onlyAttributes(old, before, from, to) : d.before.nodes.get(old),
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
