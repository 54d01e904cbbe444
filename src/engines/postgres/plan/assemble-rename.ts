/** The stage in which what stays gets its new name. */
import type { Step } from '../../../core/change.ts'
import { qualified, quote } from '../names.ts'
import type { Assembly } from './assembly.ts'
import { notNullRename } from './column-not-null.ts'
import { idOf, NAMESPACE } from './decisions.ts'
import { objectId } from './graph.ts'
import { labelOf, reference, step, tableLabel } from './reference.ts'
import { renameSteps } from './tables.ts'
import { domainNotNullRename } from './type-alter.ts'
import { namesNotNull } from './versions.ts'

/** Kinds whose names carry their arguments. */
const ROUTINES = new Set(['function', 'procedure', 'aggregate'])

/** Names of tables that stay, schema by schema. */
export function tableRenames(a: Assembly): Step[] {
  const bySchema = new Map<string, (readonly [from: string, to: string])[]>()
  for (const c of a.d.tables) {
    const [from, to] = [c.from.table.name, c.to.table.name]
    const schema = from.schema ?? a.input.from.name
    if (from.name !== to.name) bySchema.set(schema, [...(bySchema.get(schema) ?? []), [from.name, to.name]])
  }
  return [...bySchema].flatMap(([schema, pairs]) =>
    renameSteps((n) => `TABLE ${quote(schema)}.${n} RENAME TO`, pairs, 'tables'),
  )
}

/** Names of columns, constraints and indexes that stay. */
export function partRenames(a: Assembly): Step[] {
  return a.d.tables.flatMap((c) => {
    const { name } = c.to.table
    const lists: Record<'column' | 'constraint' | 'index', [from: string, to: string][]> = {
      column: [],
      constraint: [],
      index: [],
    }
    for (const e of c.edits) {
      if (e.part === 'option' || e.part === 'order' || e.from === null || e.to === null || e.from.name === e.to.name)
        continue
      if (a.d.gone.has(idOf(c.from.table.name, e, 'from'))) continue
      lists[NAMESPACE[e.part]].push([e.from.name, e.to.name])
    }
    lists.constraint.push(...notNullRenames(a, c))
    const table = qualified(name)
    const inSchema = (text: string) => `INDEX ${quote(name.schema ?? '')}.${text}`
    return [
      ...renameSteps((n) => `TABLE ${table} RENAME COLUMN ${n} TO`, lists.column, tableLabel(name)),
      ...renameSteps((n) => `TABLE ${table} RENAME CONSTRAINT ${n} TO`, lists.constraint, tableLabel(name)),
      ...renameSteps((n) => `${inSchema(n)} RENAME TO`, lists.index, tableLabel(name)),
    ]
  })
}

/** Names of NOT NULL constraints whose column or table is called otherwise from now on. */
function notNullRenames(a: Assembly, c: Assembly['d']['tables'][number]): [from: string, to: string][] {
  if (!namesNotNull(a.input.from, a.input.to)) return []
  const [before, after] = [c.from.table, c.to.table]
  const edits = c.edits.flatMap((e) => (e.part === 'column' && e.to !== null ? [e] : []))
  return after.columns.flatMap((to) => {
    const edit = edits.find((e) => e.to?.name === to.name)
    if (edit !== undefined && (edit.from === null || a.d.gone.has(idOf(before.name, edit, 'from')))) return []
    const from = edit?.from ?? before.columns.find((k) => k.name === to.name)
    const names = from === undefined ? null : notNullRename(before, from, after, to)
    return names === null ? [] : [names]
  })
}

/** Names of other objects that stay. */
export function objectRenames(a: Assembly): Step[] {
  return a.input.changes.flatMap((c) => {
    if (c.kind !== 'alter' || c.from.kind !== 'object' || c.to.kind !== 'object') return []
    const [from, to] = [c.from.object, c.to.object]
    if (from.name.name === to.name.name) return []
    const ref = reference(from)
    if (ref === null || a.d.gone.has(objectId(from))) return []
    const name = ROUTINES.has(to.kind) ? to.name.name.replace(/\(.*$/s, '') : to.name.name
    const named = to.kind === 'domain' && namesNotNull(a.input.from, a.input.to)
    return [
      step(`ALTER ${ref} RENAME TO ${quote(name)}`, 'another name', labelOf(to)),
      ...(named ? domainNotNullRename(from, to) : []),
    ]
  })
}
