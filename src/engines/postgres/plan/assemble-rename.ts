/** The stage in which what stays gets its new name. */
import type { Step } from '../../../core/change.ts'
import { qualified, quote } from '../names.ts'
import type { Assembly } from './assembly.ts'
import { objectId, partId } from './graph.ts'
import { labelOf, reference, step, tableLabel } from './reference.ts'
import { renameSteps } from './tables.ts'

/** Names of tables that stay. */
export function tableRenames(a: Assembly): Step[] {
  const pairs = a.d.tables.flatMap((c) =>
    c.from.kind === 'table' && c.to.kind === 'table' && c.from.table.name.name !== c.to.table.name.name
      ? [[c.from.table.name.name, c.to.table.name.name] as const]
      : [],
  )
  const schema = quote(a.input.from.name)
  return renameSteps((n) => `TABLE ${schema}.${n} RENAME TO`, pairs, 'tables')
}

/** Names of columns, constraints and indexes that stay. */
export function partRenames(a: Assembly): Step[] {
  return a.d.tables.flatMap((c) => {
    if (c.from.kind !== 'table' || c.to.kind !== 'table') return []
    const { name } = c.to.table
    const columns: [string, string][] = []
    const constraints: [string, string][] = []
    const indexes: [string, string][] = []
    for (const e of c.edits) {
      if (e.part === 'option' || e.part === 'order' || e.from === null || e.to === null || e.from.name === e.to.name)
        continue
      const id = partId(
        c.from.table.name,
        `${e.part === 'column' || e.part === 'index' ? e.part : 'constraint'} ${e.from.name}`,
      )
      if (a.d.gone.has(id)) continue
      ;(e.part === 'column' ? columns : e.part === 'index' ? indexes : constraints).push([e.from.name, e.to.name])
    }
    const table = qualified(name)
    const inSchema = (text: string) => `INDEX ${quote(name.schema ?? '')}.${text}`
    return [
      ...renameSteps((n) => `TABLE ${table} RENAME COLUMN ${n} TO`, columns, tableLabel(name)),
      ...renameSteps((n) => `TABLE ${table} RENAME CONSTRAINT ${n} TO`, constraints, tableLabel(name)),
      ...renameSteps((n) => `${inSchema(n)} RENAME TO`, indexes, tableLabel(name)),
    ]
  })
}

/** Names of other objects that stay. */
export function objectRenames(a: Assembly): Step[] {
  return a.input.changes.flatMap((c) => {
    if (
      c.kind !== 'alter' ||
      c.from.kind !== 'object' ||
      c.to.kind !== 'object' ||
      c.from.object.name.name === c.to.object.name.name
    )
      return []
    const ref = reference(c.from.object)
    if (ref === null || a.d.gone.has(objectId(c.from.object))) return []
    const bare = c.to.object.name.name.replace(/\(.*$/s, '')
    return [
      step(
        `ALTER ${ref} RENAME TO ${quote(/^(function|procedure|aggregate)$/.test(c.to.object.kind) ? bare : c.to.object.name.name)}`,
        'another name',
        labelOf(c.to.object),
      ),
    ]
  })
}
