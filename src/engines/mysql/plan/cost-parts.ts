/** What changes of keys, checks and options cost. */
import type { Index, Table } from '../../../core/schema.ts'
import { COPY, type Cost, FREE, isInnodb } from './algorithm.ts'
import type { CheckChange } from './checks.ts'
import type { Features } from './features.ts'
import type { IndexChange, KeyChange } from './indexes.ts'
import type { Planning, TableChange } from './names.ts'
import { changedOptions } from './options.ts'

/** Indexes together: InnoDB builds one full-text index at a time, and the first of a table rebuilds it. */
export function indexCosts(f: Features, from: Table, to: Table, changes: readonly IndexChange[]): Cost[] {
  const fulltext = changes.filter((c) => c.kind === 'add' && c.to.method === 'fulltext')
  if (fulltext.length > 1) return [COPY]
  const kept = f.mariadb ? keptIndexes(changes) : new Set<string>()
  return changes.map((c) => (kept.has(c.kind === 'drop' ? c.from.name : c.to.name) ? FREE : indexCost(f, from, to, c)))
}

/** MariaDB sees that one which goes and comes back with another comment is the same. */
function keptIndexes(changes: readonly IndexChange[]): ReadonlySet<string> {
  const content = (i: Index) => JSON.stringify([i.parts, i.unique, i.method, i.parser])
  const gone = new Map(changes.flatMap((c) => (c.kind === 'drop' ? [[c.from.name, content(c.from)] as const] : [])))
  return new Set(changes.flatMap((c) => (c.kind === 'add' && gone.get(c.to.name) === content(c.to) ? [c.to.name] : [])))
}

function indexCost(f: Features, from: Table, to: Table, c: IndexChange): Cost {
  if (c.kind === 'rename' || c.kind === 'hide') return f.mariadb ? FREE : { level: 1 }
  if (!isInnodb(from)) return COPY
  if (c.kind === 'drop') return { level: 1 }
  if (c.to.method === 'fulltext') {
    const first = !from.indexes.some((i) => i.method === 'fulltext')
    return { level: first ? 2 : 1, locks: true, builds: true }
  }
  if (c.to.method === 'spatial') return { level: 1, locks: true, builds: true }
  return isLongUnique(c, to) ? COPY : { level: 1, builds: true }
}

/** MariaDB keeps the hash of a long unique key in a hidden column, and reads all rows for a period without overlaps. */
function isLongUnique(c: IndexChange & { kind: 'add' }, table: Table): boolean {
  if (!c.to.unique) return false
  if (c.to.parts.some((k) => k.opclass !== undefined)) return true
  return c.to.parts.some((k) => {
    const logical = table.columns.find((x) => x.name === k.column)?.type.logical
    return (
      (logical?.kind === 'text' || logical?.kind === 'bytes') && logical.max === undefined && k.prefix === undefined
    )
  })
}

/** The primary key is the table: dropped without a new one it is copied. */
export function keyCost(table: Table, key: KeyChange | null): Cost[] {
  if (key === null) return []
  return [key.to === null || !isInnodb(table) ? COPY : { level: 2 }]
}

/** Rows are read for a new check; one that goes is only taken off. */
export function checkCost(f: Features, c: CheckChange): Cost {
  if (c.to !== null && !c.to.notValid) return COPY
  return f.mariadb ? FREE : { level: 1 }
}

const REBUILDS = new Set([
  'row_format',
  'key_block_size',
  '`page_compressed`',
  '`page_compression_level`',
  '`encrypted`',
  '`encryption_key_id`',
  'encryption',
])

/** Options of the table itself. */
export function optionCosts(p: Planning, change: TableChange): Cost[] {
  const { from, to } = change
  const texts = change.edits.some(
    (e) => e.part === 'column' && e.aspects.some((a) => a.name === 'charset' || a.name === 'collation'),
  )
  return [...changedOptions(change)].map((name): Cost => {
    switch (name) {
      case 'engine':
      case 'partitioning':
        return COPY
      case 'comment':
        return FREE
      case 'charset':
      case 'collation':
        return p.features.mariadb && !texts ? FREE : { level: 1 }
      case 'system_versioning':
        return to.options.system_versioning === undefined ? { level: 2, locks: true } : COPY
      case 'period':
        return to.options.period === undefined ? FREE : COPY
      default:
        if (!isInnodb(from)) return COPY
        if (REBUILDS.has(name)) return { level: 2 }
        return p.features.mariadb ? FREE : { level: 1 }
    }
  })
}
