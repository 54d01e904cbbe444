/** Look-ups of tables that are too large for memory: the keys of a batch are asked for in a few queries, and the last answers kept. */
import { valueDecoder } from '../core/decode.ts'
import type { Database } from '../core/engine.ts'
import type { LookupPlan } from '../core/transfer.ts'
import { ByteTable } from './byte-table.ts'
import { type Lookup, lookupFiller, lookupRows } from './lookup.ts'
import type { KeyReader } from './lookup-key.ts'
import type { Tuple } from './tuple.ts'

/** Keys of one column that are asked for by one query. */
const KEYS = 1000
/** Keys of several columns: SQLite refuses expressions that are nested a thousand deep. */
const PAIRS = 200
/** Length of a query beyond which no more keys are put into it, in UTF-16 units. */
const LONGEST = 1 << 20
/** A value that stands for "asked, and not there": no field has this length. */
const ABSENT = Buffer.from([0xff, 0xff, 0xff, 0xfe])

/** The values of a tuple's key as SQL; null where this database cannot hold such a key. */
function literals(plan: LookupPlan, db: Database): (t: Tuple, fields: readonly number[]) => string[] | null {
  const decode = plan.by.map((c) => valueDecoder(c.wire))
  const { dialect } = db.engine
  return (t, fields) => {
    const values = fields.map((field, i) => decode[i](t.bytes, t.at[field] + 4, t.at[field + 1]))
    if (!db.can.nulInText && values.some((v) => typeof v === 'string' && v.includes('\0'))) return null
    // Decimals as plain digits: MySQL compares a decimal with a text as floats.
    return values.map((v, i) =>
      plan.by[i].wire.kind === 'numeric' && /^-?\d+(\.\d+)?$/.test(String(v)) ? String(v) : dialect.literal(v),
    )
  }
}

function predicate(plan: LookupPlan, db: Database, keys: readonly (readonly string[])[]): string {
  const names = plan.by.map((c) => db.engine.dialect.quote(c.name))
  if (names.length === 1) return `${names[0]} IN (${keys.map((k) => k[0]).join(', ')})`
  return keys.map((k) => `(${k.map((v, i) => `${names[i]} = ${v}`).join(' AND ')})`).join(' OR ')
}

/** Keys in portions of one query each. */
function portions(keys: readonly (readonly string[])[], most: number): (readonly string[])[][] {
  const found: (readonly string[])[][] = []
  let length = LONGEST
  for (const key of keys) {
    const own = key.reduce((n, v) => n + v.length, 0)
    const last = found.at(-1)
    if (last === undefined || last.length >= most || length + own > LONGEST) {
      found.push([key])
      length = own
    } else {
      last.push(key)
      length += own
    }
  }
  return found
}

/** Two generations of answers: what was not asked for during the last one goes with it. */
class Recent {
  young = new ByteTable()
  old = new ByteTable()
  private readonly bound: number

  constructor(bound: number) {
    this.bound = bound
  }

  /** Before the keys of a batch are announced: the answers of the last one are not needed any more. */
  turn(): void {
    if (this.young.memory < this.bound / 2) return
    this.old = this.young
    this.young = new ByteTable()
  }

  /** Whether an answer is there; it then stays until the next turn. */
  has(key: KeyReader): boolean {
    if (this.young.find(key.bytes, key.start, key.end) >= 0) return true
    const at = this.old.find(key.bytes, key.start, key.end)
    if (at < 0) return false
    this.young.add(key.bytes, key.start, key.end, this.old.bytes, at, fieldEnd(this.old.bytes, at))
    return true
  }
}

function fieldEnd(bytes: Buffer, at: number): number {
  return at + 4 + Math.max(0, bytes.readInt32BE(at))
}

interface Asked {
  /** Bytes of the key. */
  readonly key: Buffer
  /** null: such a key is not to be found here. */
  readonly sql: readonly string[] | null
}

/**
 * A look-up that asks a connection that nobody else reads from meanwhile. `bound`: bytes of answers that are kept.
 * Throws LOOKUP_AMBIGUOUS where a key that was asked for has several values.
 */
export function batchLookup(plan: LookupPlan, db: Database, bound: number): Lookup {
  const recent = new Recent(bound)
  const sqlOf = literals(plan, db)
  const { fill } = lookupFiller(plan)
  let asked: Asked[] = []
  let known = new ByteTable()
  return {
    get bytes() {
      return recent.young.bytes
    },
    get memory() {
      return recent.young.memory + recent.old.memory
    },
    find(key) {
      const at = recent.young.find(key.bytes, key.start, key.end)
      return at >= 0 && recent.young.bytes.readInt32BE(at) === -2 ? -1 : at
    },
    ahead: {
      announce(key, t, at) {
        if (recent.has(key) || known.find(key.bytes, key.start, key.end) >= 0) return
        known.add(key.bytes, key.start, key.end, ABSENT, 0, 4)
        asked.push({ key: Buffer.from(key.bytes.subarray(key.start, key.end)), sql: sqlOf(t, at) })
      },
      async fetch() {
        const found = new ByteTable(asked.length)
        const keys = asked.flatMap((a) => (a.sql === null ? [] : [a.sql]))
        for (const some of portions(keys, plan.by.length === 1 ? KEYS : PAIRS)) {
          for await (const batch of lookupRows(plan, db, predicate(plan, db, some))) {
            fill(found, batch.bytes, batch.rows)
          }
        }
        for (const { key } of asked) {
          const at = found.find(key, 0, key.length)
          if (at < 0) recent.young.add(key, 0, key.length, ABSENT, 0, 4)
          else recent.young.add(key, 0, key.length, found.bytes, at, fieldEnd(found.bytes, at))
        }
        asked = []
        known = new ByteTable()
      },
      turn: () => recent.turn(),
    },
  }
}
