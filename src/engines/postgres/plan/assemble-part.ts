/** Steps for one table or part of a table. */
import type { Step } from '../../../core/change.ts'
import { displayName, type OtherObject, type Table } from '../../../core/schema.ts'
import { isPartitioned } from '../ddl-text.ts'
import { type Assembly, NO_NAMES } from './assembly.ts'
import { addCheck } from './checks.ts'
import { addColumn } from './column-add-drop.ts'
import { alterColumn } from './column-alter.ts'
import type { Work } from './decisions.ts'
import { addForeignKey } from './foreign-keys.ts'
import { type Node, partId } from './graph.ts'
import { addIndex } from './indexes.ts'
import { addKey } from './keys.ts'
import { alterPart } from './part-alter.ts'
import type { PartContext } from './part-context.ts'
import { makeTable } from './tables.ts'
import { namesNotNull } from './versions.ts'

function context(a: Assembly, table: Table): PartContext {
  return { before: a.olds.get(displayName(table.name)) ?? null, table, online: a.input.online === true }
}

/** From which tables it inherits. */
function parentsOf(a: Assembly, table: Table): OtherObject[] {
  return a.input.to.others.filter((o) => o.kind === 'inheritance' && displayName(o.name) === displayName(table.name))
}

/** The key, check, foreign key or index itself. */
function definitionOf(node: Extract<Node, { kind: 'key' | 'check' | 'foreign key' | 'index' }>) {
  switch (node.kind) {
    case 'key':
      return node.key
    case 'check':
      return node.check
    case 'index':
      return node.index
    case 'foreign key':
      return node.foreignKey
  }
}

/** Makes a table or part, or alters a part that stays. */
export function partSteps(a: Assembly, node: Exclude<Node, { kind: 'object' }>, work: Work): Step[] {
  const { table } = node
  const c = context(a, table)
  const renames = a.renames.get(displayName(table.name)) ?? NO_NAMES
  if (node.kind === 'table')
    return work.mode === 'create' ? makeTable(table, parentsOf(a, table), { owner: a.owner, from: a.input.from }) : []
  if (node.kind === 'column') return columnSteps(a, node, work, c)
  if (node.kind === 'default') return []
  if (work.mode === 'alter') return alterPart(c, node.kind, definitionOf(node), work.aspects ?? [])
  switch (node.kind) {
    case 'key':
      return addKey(c, node.key, node.primary, renames)
    case 'check':
      return node.check.inherited ? [] : addCheck(c, node.check)
    case 'index':
      return addIndex(c, node.index, renames)
    case 'foreign key':
      return addForeignKey(c, node.foreignKey, countable(a, node))
  }
}

/** Rows without a counterpart can be counted before where all names are the same on the unchanged schema. */
function countable(a: Assembly, node: Extract<Node, { kind: 'foreign key' }>): boolean {
  const f = node.foreignKey
  const old = a.input.from.tables.find((t) => displayName(t.name) === displayName(f.references))
  return old !== undefined && f.referencedColumns.every((name) => old.columns.some((c) => c.name === name))
}

function columnSteps(a: Assembly, node: Extract<Node, { kind: 'column' }>, work: Work, c: PartContext): Step[] {
  const { table, column: to } = node
  if (c.before === null) return []
  if (work.mode === 'create' || work.from?.kind !== 'column') return addColumn(c.before, table, to)
  const from = work.from.column
  const old = partId(c.before.name, `column ${from.name}`)
  return alterColumn({
    before: c.before,
    table,
    from,
    to,
    defaultGone: a.d.gone.has(partId(c.before.name, `default ${from.name}`)),
    retype: a.d.retyped.has(old) && from.type.native === to.type.native && from.collation === to.collation,
    online: c.online && !isPartitioned(table),
    named: namesNotNull(a.input.from, a.input.to),
    keptSequences: new Set(a.input.to.others.filter((o) => o.kind === 'sequence').map((o) => displayName(o.name))),
  })
}
