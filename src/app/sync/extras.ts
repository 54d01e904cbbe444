/** Rows of the target that no row of the source makes: looked for in the source once more before they are deleted. */
import type { RowChange } from '../../verify/repair/change.ts'
import type { KeyId } from '../../verify/repair/mendable.ts'
import type { Page } from '../../verify/sync/pages.ts'
import type { Looked, LookOptions, SyncTable, TableWork } from '../../verify/sync/table.ts'
import { inOrder, pageRows, type Work } from './work.ts'

export interface Extras {
  /** The work of a page, with those of its extra rows that are sure to be none of the source's. */
  take(page: Page, tables: readonly Looked[]): Promise<readonly TableWork[]>
  /** What was put off until all rows had been seen, in parts. */
  rest(): Generator<readonly TableWork[]>
}

/** For one run. Rows of several pages may change places only where pages are of parents: then what is extra is known at the end. */
export function newExtras(w: Work, o: LookOptions): Extras {
  const kept = new Map<SyncTable, Map<KeyId, Uint8Array>>(w.tables.map((t) => [t, new Map()]))
  const elsewhere = new Map<SyncTable, Set<KeyId>>(w.tables.map((t) => [t, new Set()]))
  const dueOf = (table: SyncTable, rows: readonly Uint8Array[]): RowChange[] =>
    rows.flatMap((before) => table.due('extra', { after: null, before, source: () => null }, o) ?? [])
  return {
    async take(page, tables) {
      if (!o.repair.has('extra')) return tables
      for (const t of tables) for (const id of t.elsewhere) elsewhere.get(t.table)?.add(id)
      // The row that could not be made may be one of those.
      const doubtful = tables.some((t) => t.failures.length > 0)
      const made = doubtful || tables.every((t) => t.extra.length === 0) ? null : await madeNow(w, page)
      return tables.map((t, k) => {
        if (made === null) return t
        const sure = t.extra.filter((row) => !made[k].has(t.table.id(row)))
        if (!w.scoped) return { ...t, changes: [...t.changes, ...dueOf(t.table, sure)] }
        for (const row of sure) kept.get(t.table)?.set(t.table.id(row), row)
        return t
      })
    },
    *rest() {
      for (const table of inOrder(w.tables).reverse()) {
        for (const id of elsewhere.get(table) ?? []) kept.get(table)?.delete(id)
        const rows = [...(kept.get(table)?.values() ?? [])]
        const part = pageRows(w.job)
        for (let i = 0; i < rows.length; i += part) {
          yield [{ table, changes: dueOf(table, rows.slice(i, i + part)), failures: [] }]
        }
      }
    },
  }
}

/** Ids of the rows that the source makes of a page by now. */
async function madeNow(w: Work, page: Page): Promise<Set<KeyId>[]> {
  const ids = w.tables.map(() => new Set<KeyId>())
  const source = await w.again()
  for await (const batch of page.again(source)) {
    const joint = await source.map(batch)
    for (const [k, table] of w.tables.entries()) for (const id of table.ids(joint.made[k])) ids[k].add(id)
    joint.release()
  }
  return ids
}
