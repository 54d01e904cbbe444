/** The diagram of a comparison: tables that differ with their neighbours, and what was added, changed, removed. */
import { displayName, type ObjectName, type Schema } from '../../core/schema.ts'
import type { SchemaDiff } from '../../core/schema-diff.ts'
import { type ErMark, erDiagram, erKey } from '../../schema/er-diagram.ts'
import { erSvg } from '../../schema/er-svg.ts'
import type { DiffItem, Mark } from './diff-view.ts'
import { type Section, section } from './document.ts'

const MARKS: Readonly<Record<Mark, ErMark>> = { '+': 'added', '−': 'removed', '~': 'changed' }

function nameOf(item: DiffItem): ObjectName | null {
  const whole = item.to ?? item.from
  return whole?.kind === 'table' ? whole.table.name : null
}

function marksOf(items: readonly DiffItem[]): Map<string, ErMark> {
  const marks = new Map<string, ErMark>()
  for (const item of items) {
    const name = nameOf(item)
    if (name === null) continue
    marks.set(erKey(name), MARKS[item.mark])
    for (const row of item.rows) {
      if (row.part === 'column' || row.part === 'foreign key') marks.set(erKey(name, row.name), MARKS[row.mark])
    }
  }
  return marks
}

/** Tables under these names alone. */
function only(schema: Schema, names: ReadonlySet<string>): Schema {
  return { ...schema, tables: schema.tables.filter((t) => names.has(displayName(t.name))) }
}

/** Tables of FROM that went by another name are called as they are now, so that they are not drawn twice. */
function underNewNames(schema: Schema, items: readonly DiffItem[]): Schema {
  const now = new Map(
    items.flatMap((i) =>
      i.from?.kind === 'table' && i.to?.kind === 'table' ? [[displayName(i.from.table.name), i.to.table.name]] : [],
    ) as [string, ObjectName][],
  )
  const moved = (name: ObjectName) => now.get(displayName(name)) ?? name
  return {
    ...schema,
    tables: schema.tables.map((t) => ({
      ...t,
      name: moved(t.name),
      foreignKeys: t.foreignKeys.map((f) => ({ ...f, references: moved(f.references) })),
    })),
  }
}

/** A section with the diagram; none where no table differs. */
export function diffPicture(d: SchemaDiff, items: readonly DiffItem[]): Section[] {
  const marks = marksOf(items)
  if (marks.size === 0) return []
  const before = underNewNames(d.before, items)
  const differing = new Set(items.flatMap((i) => nameOf(i) ?? []).map(displayName))
  const shown = new Set(differing)
  for (const table of [...before.tables, ...d.after.tables]) {
    for (const key of table.foreignKeys) {
      const [from, to] = [displayName(table.name), displayName(key.references)]
      if (differing.has(from)) shown.add(to)
    }
  }
  const diagram = erDiagram(only(d.after, shown), { marks, removed: only(before, shown) })
  return section(
    'diagram',
    'Diagram',
    'Tables that differ and what they refer to: green was added, yellow changed, red removed.',
    [{ kind: 'picture', svg: erSvg(diagram) }],
  )
}
