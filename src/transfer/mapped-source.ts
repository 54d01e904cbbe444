/** A source whose tuples are made into others on their way: all who read rows read them as they will be on the target. */
import type { Batch, ReadOptions, RowSource } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'
import { ByteWriter } from '../core/writer.ts'
import type { Mapping, StageContext } from './context.ts'
import { type Mapper, prepareMapper } from './mapper.ts'

/** Buffers of batches that were given back; one that a huge row has blown up is not kept. */
const KEPT = 4
const LARGEST = 32 << 20

interface Pool {
  take(size: number): ByteWriter
  give(w: ByteWriter): void
}

function writerPool(): Pool {
  const free: ByteWriter[] = []
  return {
    take(size) {
      const w = free.pop() ?? new ByteWriter(size)
      w.at = 0
      return w
    },
    give(w) {
      if (free.length < KEPT && w.bytes.length <= LARGEST) free.push(w)
    },
  }
}

/** The target's tuples of a batch, which is given back. */
async function mapBatch(mapper: Mapper, batch: Batch, pool: Pool): Promise<Batch> {
  const w = pool.take(batch.bytes.length + 4096)
  const sourceBytes = batch.bytes.length
  try {
    const mapped = mapper.map(batch, w)
    const { rows, rejects, filtered, merged } = mapped instanceof Promise ? await mapped : mapped
    let given = false
    const release = () => {
      if (!given) pool.give(w)
      given = true
    }
    return { bytes: w.bytes.subarray(0, w.at), rows, last: batch.last, rejects, filtered, merged, sourceBytes, release }
  } finally {
    batch.release()
  }
}

/**
 * Reads a source of `stage.read` as tuples of the target's columns. `last` stays the source's key, so ranges and marks are the
 * source's own; `split` too, and `count` where every row becomes one. What the mapping refuses is among the rejects, with the row as it was read; what it leaves
 * out is counted in `filtered`. There is no digest: the source does not know these rows. Look-ups are loaded by the first `read`,
 * which throws LOOKUP_AMBIGUOUS, ROW_FUNCTION, CONFIG_INVALID; LOOKUP_MISS comes with the batch.
 */
export function mappedSource(source: RowSource, m: Mapping, context: StageContext): RowSource {
  const pool = writerPool()
  let ready: Promise<Mapper> | null = null
  async function* read(range: KeyRange, o: ReadOptions) {
    ready ??= prepareMapper(m, context)
    const mapper = await ready
    for await (const batch of source.read(range, o)) yield await mapBatch(mapper, batch, pool)
  }
  return {
    split: (o) => source.split(o),
    count: async () => (countsOtherwise(m) ? countRead(read) : source.count()),
    read,
  }
}

/** Whether the source's rows are not as many as come out of the mapping: it leaves rows out, or makes several of one. */
function countsOtherwise({ stage }: Mapping): boolean {
  return stage.row !== undefined || stage.unless !== undefined
}

/** Rows that come out, refused ones included. */
async function countRead(read: RowSource['read']): Promise<bigint> {
  let rows = 0
  for await (const batch of read({ kind: 'all' }, { bytes: 512 * 1024, rows: 65_536 })) {
    rows += batch.rows + batch.rejects.length
    batch.release()
  }
  return BigInt(rows)
}
