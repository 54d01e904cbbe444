/** A table of the target in memory: key bytes → the wire field of the value. */
import { valueDecoder } from '../core/decode.ts'
import type { Batch, CellReject, Database, ReadOptions, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { displayKey } from '../core/key.ts'
import { displayName } from '../core/schema.ts'
import type { LookupPlan } from '../core/transfer.ts'
import { ByteTable } from './byte-table.ts'
import { type KeyReader, keyReader } from './lookup-key.ts'
import { Tuple } from './tuple.ts'

/** Memory that the entries of all look-ups of one lane may take, in bytes; what is larger is asked for a batch at a time. */
export const LOOKUP_BYTES = 64 * 1024 * 1024

/** Finds values by keys, which are read with the `by` columns of its plan. */
export interface Lookup {
  /** Where values lie; another buffer after each `find`. */
  readonly bytes: Buffer
  readonly memory: number
  /** Offset in `bytes` of the value, a wire field; −1 without an entry. */
  find(key: KeyReader): number
  /** Absent: all entries are there. Else every key must be announced and the answer awaited before it is looked for. */
  readonly ahead?: LookupAhead
}

/** `key` has been read from the fields `at` of the tuple. */
interface LookupAhead {
  /** The keys of another batch begin: those of the last one may be forgotten. */
  turn(): void
  announce(key: KeyReader, t: Tuple, at: readonly number[]): void
  fetch(): Promise<void>
}

const READ: ReadOptions = { bytes: 512 * 1024, rows: 65_536 }
const NAMED = 5

/** Columns that are read for a look-up, and which of them is the value. */
function lookupColumns(plan: LookupPlan): { readonly columns: readonly WireColumn[]; readonly give: number } {
  const at = plan.by.findIndex((c) => c.name === plan.give.name)
  const same = at >= 0 && JSON.stringify(plan.by[at].wire) === JSON.stringify(plan.give.wire)
  return same ? { columns: plan.by, give: at } : { columns: [...plan.by, plan.give], give: plan.by.length }
}

/** Takes rows of a look-up into a table. Keys with a part that is NULL are passed over: nothing equals them. */
export function lookupFiller(plan: LookupPlan): { fill(table: ByteTable, bytes: Uint8Array, rows: number): void } {
  const { columns, give } = lookupColumns(plan)
  const tuple = new Tuple(columns.length)
  const fields = plan.by.map((_, i) => i)
  const key = keyReader(
    fields,
    plan.by.map((c) => c.wire),
  )
  return {
    fill(table, bytes, rows) {
      const clashes: string[] = []
      for (let i = 0, at = 0; i < rows; i++) {
        at = tuple.scan(bytes, at)
        if (!key.read(tuple)) continue
        const from = tuple.at[give]
        const to = tuple.at[give + 1]
        const known = table.find(key.bytes, key.start, key.end)
        if (known < 0) table.add(key.bytes, key.start, key.end, bytes, from, to)
        else if (table.bytes.compare(bytes, from, to, known, Math.min(known + to - from, table.bytes.length)) !== 0) {
          clashes.push(keyText(plan.by, tuple))
        }
      }
      if (clashes.length > 0) throw ambiguous(plan, clashes)
    },
  }
}

/** The key of a tuple for people; the fields of the key are its first ones. */
export function keyText(by: readonly WireColumn[], t: Tuple, fields: readonly number[] = by.map((_, i) => i)): string {
  return displayKey(
    by.map((c, i) => {
      if (t.isNull(fields[i])) return null
      const value = valueDecoder(c.wire)(t.bytes, t.at[fields[i]] + 4, t.at[fields[i] + 1])
      return typeof value === 'boolean' ? String(value) : value
    }),
  )
}

function ambiguous(plan: LookupPlan, keys: readonly string[]): NaruError {
  const shown = [...new Set(keys)].slice(0, NAMED).join(', ')
  return new NaruError('LOOKUP_AMBIGUOUS', `look-up ${plan.label}: one key has several values`, {
    why: `${displayName(plan.table.name)} holds more than one row with different ${plan.give.name} under ${shown}`,
    hint: 'Look up by columns that are unique together, or remove the duplicates.',
  })
}

/** A look-up whose entries are all in memory. */
export function tableLookup(table: ByteTable): Lookup {
  return {
    get bytes() {
      return table.bytes
    },
    get memory() {
      return table.memory
    },
    find: (key) => table.find(key.bytes, key.start, key.end),
  }
}

/**
 * Reads the table of a look-up through a connection; null when its entries take more than `bound` bytes.
 * Throws LOOKUP_AMBIGUOUS where a key has several values.
 */
export async function loadLookup(plan: LookupPlan, db: Database, bound: number = LOOKUP_BYTES): Promise<Lookup | null> {
  const table = new ByteTable()
  const { fill } = lookupFiller(plan)
  for await (const batch of lookupRows(plan, db)) {
    fill(table, batch.bytes, batch.rows)
    if (table.memory > bound) return null
  }
  return tableLookup(table)
}

/** Rows of a look-up's table, all of them or those of a predicate; each batch is good until the next one is asked for. */
export async function* lookupRows(plan: LookupPlan, db: Database, where?: string): AsyncIterable<Batch> {
  const source = db.source(plan.table, lookupColumns(plan).columns, { key: null, where })
  for await (const batch of source.read({ kind: 'all' }, READ)) {
    try {
      // A row that cannot be read might be the one that is looked for.
      if (batch.rejects.length > 0) throw unreadable(plan, batch.rejects[0])
      yield batch
    } finally {
      batch.release()
    }
  }
}

function unreadable(plan: LookupPlan, reject: CellReject): NaruError {
  return new NaruError('QUERY_FAILED', `look-up ${plan.label}: a row cannot be read`, {
    why: `${reject.column}: ${reject.reason}`,
  })
}
