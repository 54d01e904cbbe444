/** What a copy will take: an honest guess from rows and bytes, rounded so that nobody takes it for a measurement. */
import type { CopyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'

/** Measured on two cores, MariaDB → PostgreSQL, 2,000,000 rows of 180 bytes: rows and bytes a second, whichever is slower. */
const ROWS_PER_SECOND = 600_000
const BYTES_PER_SECOND = 90_000_000
/** Entries of an index that are sorted and written in a second. */
const ENTRIES_PER_SECOND = 2_500_000
/** Reading back and hashing, as a part of the copy's own time. */
const VERIFY_SHARE = 0.3
/** Statements around a table. */
const SECONDS_PER_TABLE = 0.03
/** Bytes of an index entry with its share of the pages. */
const BYTES_PER_ENTRY = 24

/** Seconds and bytes on the target, indexes included. */
export function estimate(tables: readonly TablePlan[], options: CopyOptions): { seconds: number; bytes: number } {
  const rows = sum(tables, (t) => t.rows - t.filtered)
  const bytes = sum(tables, (t) => (t.rows > 0 ? t.bytes * ((t.rows - t.filtered) / t.rows) : 0))
  const entries = sum(tables, (t) => (t.rows - t.filtered) * indexCount(t))
  const fixed = tables.length * SECONDS_PER_TABLE
  if (options.schemaOnly) return { seconds: rounded(fixed), bytes: 0 }
  const throttled = options.rate === undefined ? BYTES_PER_SECOND : Math.min(options.rate, BYTES_PER_SECOND)
  const moving = Math.max(rows / ROWS_PER_SECOND, bytes / throttled)
  const verifying = (options.verify ?? 'digest') === 'digest' ? moving * VERIFY_SHARE : 0
  const seconds = fixed + moving + verifying + entries / ENTRIES_PER_SECOND
  return { seconds: rounded(seconds), bytes: rounded(bytes + entries * BYTES_PER_ENTRY) }
}

function indexCount(t: TablePlan): number {
  return (t.target.primaryKey ? 1 : 0) + t.target.uniques.length + t.target.indexes.length
}

function sum(tables: readonly TablePlan[], of: (t: TablePlan) => number): number {
  return tables.reduce((total, t) => total + of(t), 0)
}

/** Two significant digits; at least 1. */
function rounded(value: number): number {
  if (value <= 1) return value === 0 ? 0 : 1
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.ceil(value / unit) * unit
}
