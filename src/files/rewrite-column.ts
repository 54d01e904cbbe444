/** New addresses into the rows of a live table: page by page, each page in one transaction, no row that somebody else changed meanwhile. */
import type { Database, Value } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { type AddressRow, columnPages, keyOf } from './column.ts'
import { type AddressColumn, columnLabel, rewriteSql, rowKey, rowsSql } from './column-sql.ts'

/** What the column of a row becomes; `reason`: why the row is left as it is. */
export type NewValue = { readonly value: string | null } | { readonly reason: string }

export interface RewriteCounts {
  readonly rewritten: number
  /** Already as they should be. */
  readonly same: number
  /** Left alone: their files could not be moved. */
  readonly refused: number
  /** Left alone: somebody else changed them meanwhile. */
  readonly changed: number
}

export interface RewriteOptions {
  /** New values of a page's rows, in their order. */
  readonly values: (rows: readonly AddressRow[]) => Promise<readonly NewValue[]>
  readonly page: (counts: RewriteCounts) => void
  readonly signal?: AbortSignal
}

/** Rewrites a column. Throws UNSUPPORTED where nothing tells the table's rows apart, what the database throws; finished pages stay. */
export async function rewriteColumn(db: Database, c: AddressColumn, o: RewriteOptions): Promise<RewriteCounts> {
  const key = rowKey(c.table)
  if (key === null) {
    throw new NaruError('UNSUPPORTED', `${columnLabel(c.table.name, c.column.name)} cannot be rewritten`, {
      why: 'the table has no primary key, and no unique one without NULL: nothing tells its rows apart',
      hint: 'Give the table a primary key, or rewrite it with the map of `naru files export`.',
      state: 'no row was changed',
    })
  }
  const sum = { rewritten: 0, same: 0, refused: 0, changed: 0 }
  for await (const rows of columnPages(db, c)) {
    if (o.signal?.aborted) break
    const values = await o.values(rows)
    const wanted: Wanted[] = []
    for (const [i, row] of rows.entries()) {
      const next = values[i]
      if ('reason' in next) sum.refused++
      else if (next.value === row.value) sum.same++
      else wanted.push({ key: row.key, from: row.value, to: next.value })
    }
    const done = await rewritePage(db, c, key, wanted)
    sum.rewritten += done
    sum.changed += wanted.length - done
    o.page(sum)
  }
  return sum
}

interface Wanted {
  readonly key: readonly Value[]
  readonly from: string
  readonly to: string | null
}

const keyText = (key: readonly Value[]) =>
  JSON.stringify(key.map((v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : `${typeof v}${v}`)))

/** How many of these rows have their new value now. Counted by reading them again: not every driver tells what an UPDATE hit. */
async function rewritePage(
  db: Database,
  c: AddressColumn,
  key: readonly string[],
  wanted: readonly Wanted[],
): Promise<number> {
  if (wanted.length === 0) return 0
  const d = db.engine.dialect
  const byKey = new Map(wanted.map((w) => [keyText(w.key), w.to]))
  await db.execute('BEGIN')
  try {
    for (const row of wanted) await db.execute(rewriteSql(d, c, key, row))
    let done = 0
    for (const row of await db.query(
      rowsSql(
        d,
        c,
        key,
        wanted.map((w) => w.key),
      ),
    )) {
      const found = row.v instanceof Uint8Array ? Buffer.from(row.v).toString() : row.v
      if (byKey.get(keyText(keyOf(row, key.length))) === found) done++
    }
    await db.execute('COMMIT')
    return done
  } catch (error) {
    await db.execute('ROLLBACK').catch(() => {})
    throw error
  }
}
