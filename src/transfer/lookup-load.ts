/** Reads the table of a look-up once: into memory, and beyond a bound into a temporary file. */
import type { Batch, CellReject, Database, ReadOptions, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { displayName } from '../core/schema.ts'
import type { LookupPlan } from '../core/transfer.ts'
import { ByteTable, type PairTaker } from './byte-table.ts'
import { keyText, type LoadedLookup } from './lookup.ts'
import { keyReader } from './lookup-key.ts'
import { type PairFile, type PairFileWriter, pairFileWriter } from './pair-file.ts'
import { Tuple } from './tuple.ts'

/** A look-up with what it takes. */
export interface HeldLookup {
  readonly loaded: LoadedLookup
  /** Bytes of memory. */
  readonly memory: number
  /** Keys in a file; absent where all are in memory. */
  readonly inFile?: number
  /** No thread may look anything up afterwards. */
  close(): void
}

/** A table in memory is poured out before it could grow beyond what its offsets reach. */
const MOST = 1.5 * 2 ** 30
const READ: ReadOptions = { bytes: 512 * 1024, rows: 65_536 }
const NAMED = 5

/**
 * Loads a look-up through a connection; what takes more than `bound` bytes of memory lies in a file.
 * Throws LOOKUP_AMBIGUOUS where a key has several values, DISK_FULL.
 */
export async function loadLookup(plan: LookupPlan, db: Database, bound: number): Promise<HeldLookup> {
  const eachPair = pairsOf(plan)
  let table = new ByteTable()
  let writer: PairFileWriter | null = null
  try {
    for await (const batch of lookupRows(plan, db)) {
      if (writer !== null) {
        eachPair(batch, writer.add)
        continue
      }
      const clashes = fill(table, (take) => eachPair(batch, take))
      if (clashes.length > 0) throw await ambiguous(plan, db, clashes)
      if (table.memory <= Math.min(bound, MOST)) continue
      writer = pairFileWriter(`look-up ${plan.label}`)
      table.each(writer.add)
      table = new ByteTable()
    }
    if (writer === null) return inMemory(table)
    const file = await writer.finish()
    if (file.clashes.length === 0) return inFile(file)
    file.close()
    throw await ambiguous(plan, db, file.clashes)
  } finally {
    writer?.close()
  }
}

function inMemory(table: ByteTable): HeldLookup {
  const shared = table.share()
  const memory = shared.bytes.length + shared.slots.byteLength
  return { loaded: { kind: 'memory', table: shared }, memory, close() {} }
}

function inFile({ buckets, pairs, close }: PairFile): HeldLookup {
  return { loaded: { kind: 'file', buckets }, memory: buckets.starts.byteLength, inFile: pairs, close }
}

/** Adds pairs; keys that are there with another value. */
function fill(table: ByteTable, each: (take: PairTaker) => void): Buffer[] {
  const clashes: Buffer[] = []
  each((key, start, end, value, from, to) => {
    const known = table.find(key, start, end)
    if (known < 0) table.add(key, start, end, value, from, to)
    else if (table.bytes.compare(value, from, to, known, Math.min(known + to - from, table.bytes.length)) !== 0)
      clashes.push(Buffer.from(key.subarray(start, end)))
  })
  return clashes
}

/** Columns that are read for a look-up, and which of them is the value. */
function lookupColumns(plan: LookupPlan): { readonly columns: readonly WireColumn[]; readonly give: number } {
  const at = plan.by.findIndex((c) => c.name === plan.give.name)
  const same = at >= 0 && JSON.stringify(plan.by[at].wire) === JSON.stringify(plan.give.wire)
  return same ? { columns: plan.by, give: at } : { columns: [...plan.by, plan.give], give: plan.by.length }
}

/** Takes rows of a look-up apart. Keys with a part that is NULL are passed over: nothing equals them. `t`: the row at hand. */
function pairsOf(plan: LookupPlan): (batch: Batch, take: PairTaker, t?: Tuple) => void {
  const { columns, give } = lookupColumns(plan)
  const key = keyReader(
    keyFields(plan),
    plan.by.map((c) => c.wire),
  )
  return ({ bytes, rows }, take, t = new Tuple(columns.length)) => {
    for (let i = 0, at = 0; i < rows; i++) {
      at = t.scan(bytes, at)
      if (key.read(t)) take(key.bytes, key.start, key.end, bytes, t.at[give], t.at[give + 1])
    }
  }
}

const keyFields = (plan: LookupPlan): number[] => plan.by.map((_, i) => i)

/** Names the keys as people know them: their rows are read once more. */
async function ambiguous(plan: LookupPlan, db: Database, keys: readonly Buffer[]): Promise<NaruError> {
  const wanted = new Set(keys.map((k) => k.toString('latin1')))
  const shown = new Set<string>()
  const eachPair = pairsOf(plan)
  const t = new Tuple(lookupColumns(plan).columns.length)
  for await (const batch of lookupRows(plan, db)) {
    const note: PairTaker = (key, start, end) => {
      const text = Buffer.from(key.buffer, key.byteOffset + start, end - start).toString('latin1')
      if (wanted.has(text)) shown.add(keyText(plan.by, t, keyFields(plan)))
    }
    eachPair(batch, note, t)
    if (shown.size >= Math.min(NAMED, wanted.size)) break
  }
  const some = [...shown].slice(0, NAMED).join(', ')
  return new NaruError('LOOKUP_AMBIGUOUS', `look-up ${plan.label}: one key has several values`, {
    why: `${displayName(plan.table.name)} holds more than one row with different ${plan.give.name} under ${some}`,
    hint: 'Look up by columns that are unique together, or remove the duplicates.',
  })
}

/** All rows of a look-up's table; each batch is good until the next one is asked for. */
async function* lookupRows(plan: LookupPlan, db: Database): AsyncIterable<Batch> {
  const source = db.source(plan.table, lookupColumns(plan).columns, { key: null })
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
