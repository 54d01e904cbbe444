/** A refused chunk is bisected: the rows that fit land, each row that does not becomes a reject with key and reason. */
import { decoder, type FieldText } from '../core/decode.ts'
import type { CellReject, RowSink } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { displayKey } from '../core/key.ts'
import type { RejectRecord } from '../core/ledger.ts'
import { rowPositions, type TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { rowFields, rowOffsets } from '../core/wire.ts'

/** What stands in one line of the reject file (NDJSON). `row` has the target's column names and canonical texts. */
export interface RejectLine {
  readonly table: string
  readonly target: { readonly schema?: string; readonly name: string }
  readonly key: string
  readonly reason: string
  readonly row: Readonly<Record<string, string | null>>
  /** `source`: `row` is the row as it was read, before a mapping that refused it; it cannot be written as it is. */
  readonly of?: 'source'
}

/** Rows that landed, as one run of bytes, and those that did not. */
export interface Sifted {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly rejects: readonly RejectRecord[]
}

/** Turns rows of one table into reject records. */
export interface RejectWriter {
  fromBytes(bytes: Uint8Array, offset: number, reason: string): RejectRecord
  fromCell(reject: CellReject, ordinal: string): RejectRecord
}

/** A RejectWriter for a table. Where there is no key, the record says so. */
export function rejectWriter(plan: TablePlan): RejectWriter {
  const table = displayName(plan.source.name)
  const decoders: FieldText[] = plan.columns.map((c) => decoder(c.wire))
  const keyAt = rowPositions(plan) ?? []
  const masked = maskedColumns(plan)
  const record = (key: string, reason: string, row: RejectLine['row'], of?: 'source'): RejectRecord => {
    const line: RejectLine = { table, target: plan.target.name, key, reason, row, ...(of !== undefined && { of }) }
    return { table, key, reason, line: JSON.stringify(line) }
  }
  return {
    fromBytes(bytes, offset, reason) {
      const fields = rowFields(bytes, offset)
      const texts = fields.map((f, i) => (f === null ? null : decoders[i](f, 0, f.length)))
      const row: Record<string, string | null> = {}
      plan.columns.forEach((c, i) => {
        row[c.target.name] = texts[i]
      })
      const key = keyAt.length === 0 ? '(no key)' : keyText(keyAt.map((i) => texts[i]))
      return record(key, reason, row)
    },
    fromCell(reject, ordinal) {
      const open = reject.key === null || plan.key?.some((name) => masked.has(name))
      const key = open || reject.key === null ? ordinal : displayKey(reject.key)
      const why = `${reject.column}: ${reject.reason}`
      if (plan.stage !== undefined)
        return record(key, hidden(why, reject.row, masked), veiled(reject.row, masked), 'source')
      const row: Record<string, string | null> = {}
      for (const c of plan.columns) row[c.target.name] = reject.row[c.source.name] ?? null
      return record(key, why, row)
    },
  }
}

const VEIL = '***'

/** Columns of the source that are masked on their way: what they hold is written down nowhere, not even of a row that is refused. */
function maskedColumns({ stage }: TablePlan): ReadonlySet<string> {
  const read = stage?.fields.flatMap((step) => (step.kind === 'mask' ? [stage.read[step.at]] : [])) ?? []
  return new Set(read.flatMap((c) => [c.name, c.column.name]))
}

function veiled(row: RejectLine['row'], masked: ReadonlySet<string>): RejectLine['row'] {
  const entries = Object.entries(row).map(([name, v]) => [name, v !== null && masked.has(name) ? VEIL : v])
  return Object.fromEntries(entries)
}

function hidden(reason: string, row: RejectLine['row'], masked: ReadonlySet<string>): string {
  const values = [...masked].flatMap((name) => row[name] || [])
  return values.reduce((text, value) => text.replaceAll(value, VEIL), reason)
}

function keyText(texts: readonly (string | null)[]): string {
  const shown = texts.map((t) => t ?? 'NULL')
  return shown.length === 1 ? shown[0] : `(${shown.join(', ')})`
}

/** Whether an error means that the target refused rows, rather than that the connection or the server is in trouble. */
export function isRefusal(error: unknown): error is NaruError {
  return error instanceof NaruError && (error.code === 'ROW_REFUSED' || error.code === 'VALUE_UNFIT')
}

/** So many refusals point to a wrong cast or a wrong target. */
export function tooMany(rejects: readonly RejectRecord[]): NaruError {
  const last = rejects[rejects.length - 1]
  return new NaruError('TOO_MANY_REJECTS', `${last.table}: ${rejects.length} rows of one unit were refused`, {
    why: `the row with key ${last.key}: ${last.reason}`,
    hint: 'Look at the cast and at the target table; so many refused rows are seldom bad rows. Raise --max-rejects to go on all the same.',
    state: 'finished chunks stay on the target with their marks and rejects; the last chunk was taken back',
  })
}

/**
 * Writes what can be written of a chunk that was refused as a whole, inside the sink's open transaction.
 * Halves are tried under savepoints, so that a chunk of n rows with one bad row costs about log2(n) tries.
 * Throws TOO_MANY_REJECTS beyond `limit`: a table that is refused as a whole is not tried row by row.
 */
export async function sift(
  sink: RowSink,
  bytes: Uint8Array,
  rows: number,
  writer: RejectWriter,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<Sifted> {
  const offsets = rowOffsets(bytes, rows)
  const rejects: RejectRecord[] = []
  const landed: Uint8Array[] = []
  let count = 0
  const attempt = async (from: number, to: number): Promise<void> => {
    const part = bytes.subarray(offsets[from], offsets[to])
    try {
      await sink.rows(part, to - from, { savepoint: true })
      landed.push(part)
      count += to - from
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (to - from === 1) {
        rejects.push(writer.fromBytes(bytes, offsets[from], error.why ?? error.message))
        if (rejects.length > limit) throw tooMany(rejects)
      } else {
        const middle = (from + to) >> 1
        await attempt(from, middle)
        await attempt(middle, to)
      }
    }
  }
  if (rows > 0) await attempt(0, rows)
  return { bytes: landed.length === 1 ? landed[0] : Buffer.concat(landed), rows: count, rejects }
}
