/** The rows of a source in pages that are looked at together: by key, or parent by parent. */
import type { Batch } from '../../core/engine.ts'
import { type Key, serializeKey } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { JointSource, MadeRows } from '../../transfer/joint-source.ts'
import type { Place } from './held.ts'

/** Rows that are looked at together. */
export interface Page {
  /** Null: the source has none here. */
  readonly batch: Batch | null
  /** Where the rows of a table lie on the target. */
  place(plan: TablePlan): Place
  /** Where a run goes on behind this page, as `serializeKey` writes it; null: where it was. */
  readonly cursor: string | null
  /** The rows of this page once more, from a source that is not being read. */
  again(source: JointSource): AsyncIterable<Batch>
  /** Throws CONFIG_INVALID where a row of the transfer's own table lies in another place than this. */
  check?(made: MadeRows): void
}

interface PageOptions {
  /** Rows of a page at most. */
  readonly rows: number
  readonly signal?: AbortSignal
}

/** A page of long rows ends before it fills the memory. */
const BYTES = 1 << 20
/** Pages that one statement of a server gives. */
const PAGES = 8

interface KeyPages extends PageOptions {
  readonly after: Key | null
  /** Rows of the target between those of the source are wanted, too. */
  readonly beyond: boolean
}

/** Pages in the order of the source's key, each found by the last key of the one before. */
export async function* pagesByKey(source: JointSource, o: KeyPages): AsyncGenerator<Page> {
  const limit = o.rows * PAGES
  let after = o.after
  for (;;) {
    let rows = 0
    let keyed = true
    for await (const batch of source.read({ kind: 'key', after, upto: null }, { bytes: BYTES, rows: o.rows, limit })) {
      rows += batch.rows + batch.rejects.length
      keyed &&= batch.last !== null
      yield keyPage(o, batch, { after, upto: batch.last })
      after = batch.last ?? after
    }
    if (rows < limit || !keyed) break
  }
  if (o.beyond) yield keyPage(o, null, { after, upto: null })
}

function keyPage(
  o: KeyPages,
  batch: Batch | null,
  ends: { readonly after: Key | null; readonly upto: Key | null },
): Page {
  const range = { kind: 'key', ...ends } as const
  return {
    batch,
    place: () => (o.beyond ? { kind: 'range', range } : { kind: 'keys' }),
    cursor: ends.upto === null ? null : serializeKey(ends.upto),
    again: (from) => from.read(range, { bytes: BYTES, rows: 65_536 }),
  }
}

/** Parents whose rows are looked at together. */
export interface ParentPage {
  /** Their rows, in the source's SQL. */
  readonly where: string
  /** Their rows of a table of the target. */
  place(plan: TablePlan): Place
  readonly cursor: string | null
  check?(made: MadeRows): void
}

/** Pages of whole parents. */
export async function* pagesByParent(source: JointSource, parents: AsyncIterable<ParentPage>): AsyncGenerator<Page> {
  for await (const { where, ...page } of parents) {
    const again = (from: JointSource) =>
      from.read({ kind: 'key', after: null, upto: null }, { bytes: BYTES, rows: 65_536 }, where)
    yield { ...page, batch: await whole(again(source)), again }
  }
}

/** All batches as one. */
async function whole(batches: AsyncIterable<Batch>): Promise<Batch | null> {
  const parts: Batch[] = []
  for await (const batch of batches)
    parts.push({ ...batch, bytes: Uint8Array.from(batch.bytes), release: releasing(batch) })
  if (parts.length <= 1) return parts[0] ?? null
  return {
    bytes: Buffer.concat(parts.map((p) => p.bytes)),
    rows: parts.reduce((n, p) => n + p.rows, 0),
    last: parts[parts.length - 1].last,
    rejects: parts.flatMap((p) => p.rejects),
    release() {},
  }
}

/** What was copied is given back at once. */
function releasing(batch: Batch): () => void {
  batch.release()
  return () => {}
}
