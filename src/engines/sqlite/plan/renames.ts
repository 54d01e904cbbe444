/** ALTER TABLE … RENAME: SQLite follows in foreign keys and indexes; names that are still taken are reached by a detour. */
import type { Step } from '../../../core/change.ts'
import type { Schema } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { freeName } from './free-name.ts'
import type { Pair } from './pair.ts'
import { sameName } from './table-text.ts'

/** Tables first, then columns. `schemas`: where names are taken. */
export function renameSteps(pairs: readonly Pair[], schemas: readonly Schema[]): Step[] {
  const moving = pairs.filter((p) => p.from.name.name !== p.to.name.name)
  const blocked = moving.filter((p) => moving.some((other) => sameName(other.from.name.name, p.to.name.name)))
  const detour = new Map(blocked.map((p) => [p, freeName(`naru_${p.to.name.name}`, schemas)]))
  return [
    ...[...detour].map(([p, aside]) =>
      renameTable(p.from.name.name, aside, 'out of the way, for its name is still taken'),
    ),
    ...moving.map((p) => renameTable(detour.get(p) ?? p.from.name.name, p.to.name.name, 'renamed')),
    ...pairs.flatMap((p) => p.renames.map(([old, name]) => renameColumn(p.to.name.name, old, name))),
  ]
}

function renameTable(old: string, name: string, why: string): Step {
  const sql = `ALTER TABLE ${quote(old)} RENAME TO ${quote(name)}`
  return { sql, why, object: `table ${name}`, inTransaction: true, hazards: [] }
}

function renameColumn(table: string, old: string, name: string): Step {
  const sql = `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(old)} TO ${quote(name)}`
  return { sql, why: 'renamed', object: `column ${table}.${name}`, inTransaction: true, hazards: [] }
}
