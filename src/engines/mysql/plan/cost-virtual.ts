/** Virtual columns that come or go: InnoDB of MariaDB does little else beside them without copying the table. */
import type { Column } from '../../../core/schema.ts'
import { COPY, type Cost, isInnodb } from './algorithm.ts'
import type { CheckChange } from './checks.ts'
import type { ColumnChange } from './columns.ts'
import type { Features } from './features.ts'
import type { IndexChange, KeyChange } from './indexes.ts'
import type { TableChange } from './names.ts'
import { changedOptions } from './options.ts'

/** All that changes in a table, apart from foreign keys and partitions. */
export interface Parts {
  readonly columns: readonly ColumnChange[]
  readonly indexes: readonly IndexChange[]
  readonly key: KeyChange | null
  readonly checks: readonly CheckChange[]
}

const isVirtual = (c: Column | null): boolean => c?.generated !== undefined && !c.generated.stored

const comes = (c: ColumnChange): boolean => isVirtual(c.to) && (c.from === null || c.anew === true)
const goes = (c: ColumnChange): boolean => isVirtual(c.from) && (c.to === null || c.anew === true)

/** What a virtual column that comes or goes adds to the cost of the whole statement. */
export function virtualCosts(f: Features, change: TableChange, parts: Parts): Cost[] {
  if (!f.mariadb || !isInnodb(change.from) || !parts.columns.some((c) => comes(c) || goes(c))) return []
  const dropped = (c: ColumnChange) => c.to === null
  const columns = parts.columns.every((c) => comes(c) || goes(c) || dropped(c))
  const indexes = parts.indexes.every(
    (c) => (c.kind === 'add' && !c.to.unique) || (c.kind === 'drop' && !c.from.unique),
  )
  const others = parts.key !== null || parts.checks.length > 0 || changedOptions(change).size > 0
  const plainGoes = parts.columns.some((c) => dropped(c) && !isVirtual(c.from))
  const built = parts.indexes.some((c) => c.kind === 'add')
  if (!columns || !indexes || others || (plainGoes && built)) return [COPY]
  return indexedCost(parts, new Set(parts.columns.flatMap((c) => (comes(c) && c.to ? [c.to.name] : []))))
}

/** An index over one that comes with it: others wait while it is built. Not where another one goes. */
function indexedCost({ columns, indexes }: Parts, fresh: ReadonlySet<string>): Cost[] {
  const over = indexes.some((c) => c.kind === 'add' && c.to.parts.some((k) => k.column && fresh.has(k.column)))
  if (!over) return []
  return [columns.some((c) => c.anew || goes(c)) ? COPY : { level: 1, locks: true }]
}
