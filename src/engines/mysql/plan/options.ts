/** Options of an altered table: engine, character set, row format, comment, versioning, period … */

import type { Table } from '../../../core/schema.ts'
import { quote, textLiteral } from '../literal.ts'
import type { Planning, TableChange } from './names.ts'

/** How an option is said that is no longer set. */
const UNSET: Readonly<Record<string, string>> = {
  row_format: 'DEFAULT',
  stats_persistent: 'DEFAULT',
  stats_auto_recalc: 'DEFAULT',
  stats_sample_pages: 'DEFAULT',
  pack_keys: 'DEFAULT',
  transactional: 'DEFAULT',
  page_checksum: '1',
  key_block_size: '0',
  checksum: '0',
  delay_key_write: '0',
  max_rows: '0',
  min_rows: '0',
  avg_row_length: '0',
  compression: "'NONE'",
  encryption: "'N'",
}

/** Handled apart: together, as clauses of their own, or as a statement of their own. */
const APART = new Set(['charset', 'collation', 'system_versioning', 'period', 'partitioning', 'more', 'grants'])

/** Names of the table's own properties that differ. */
export function changedOptions({ edits }: TableChange): ReadonlySet<string> {
  return new Set(edits.flatMap((e) => (e.part === 'option' ? [e.name] : [])))
}

/** Options of the form NAME=value. */
export function optionClauses(p: Planning, change: TableChange): string[] {
  const names = changedOptions(change)
  const { to } = change
  const clauses: string[] = []
  for (const name of names) {
    if (APART.has(name)) continue
    if (name === 'comment') clauses.push(`COMMENT=${textLiteral(to.comment ?? '')}`)
    else if (name in to.options) clauses.push(`${name.toUpperCase()}=${to.options[name]}`)
    else if (name in change.from.options) clauses.push(...unset(p, to, name))
    else p.refuse({ object: `table ${to.name.name}`, why: `${name} differs, and there is no statement for it` })
  }
  if (names.has('charset') || names.has('collation')) {
    clauses.push(`DEFAULT CHARACTER SET ${to.options.charset} COLLATE ${to.options.collation}`)
  }
  if (names.has('more')) {
    p.refuse({ object: `table ${to.name.name}`, why: `options differ: ${to.options.more ?? 'none'}` })
  }
  return clauses
}

function unset(p: Planning, table: Table, name: string): string[] {
  const own = name.startsWith('`')
  if (own || name in UNSET) return [`${name.toUpperCase()}=${UNSET[name] ?? 'DEFAULT'}`]
  p.refuse({ object: `table ${table.name.name}`, why: `${name} is set, and there is no word for its default` })
  return []
}

/** Periods and system versioning of MariaDB. `first`: what must stand before the columns' clauses. */
export function versionClauses({ from, to, edits }: TableChange): {
  readonly drops: string[]
  readonly adds: string[]
} {
  const names = changedOptions({ from, to, edits })
  const drops: string[] = []
  const adds: string[] = []
  const ends = (table: Table) => table.columns.filter((c) => /^row (start|end)$/i.test(c.generated?.expression ?? ''))
  const [had, has] = [ends(from).length === 2, ends(to).length === 2]
  if (names.has('period')) {
    if (from.options.period !== undefined) drops.push(`DROP PERIOD FOR ${quote(periodName(from.options.period))}`)
    if (to.options.period !== undefined) adds.push(`ADD ${to.options.period}`)
  }
  if (had && !has) drops.push('DROP PERIOD FOR SYSTEM_TIME')
  if (!had && has)
    adds.push(
      `ADD PERIOD FOR SYSTEM_TIME (${ends(to)
        .map((c) => quote(c.name))
        .join(', ')})`,
    )
  if (names.has('system_versioning')) {
    if (to.options.system_versioning === undefined) drops.push('DROP SYSTEM VERSIONING')
    else adds.push('ADD SYSTEM VERSIONING')
  }
  return { drops, adds }
}

function periodName(sql: string): string {
  const match = /^PERIOD FOR `((?:[^`]|``)+)`/.exec(sql)
  return (match?.[1] ?? '').replaceAll('``', '`')
}
