/** A source of which only some ranges count, as if it held nothing else. */
import type { RowSource } from '../core/engine.ts'
import type { KeyRange } from '../core/key.ts'

/** The rows of these ranges, one after the other. Only all of them can be read; there is nothing to split. */
export function takenRows(source: RowSource, ranges: readonly KeyRange[]): RowSource {
  const read: RowSource['read'] = async function* (_, o) {
    for (const range of ranges) yield* source.read(range, o)
  }
  return {
    read,
    split: async () => [{ kind: 'all' }],
    async count() {
      let rows = 0
      for await (const batch of read({ kind: 'all' }, { bytes: 512 * 1024, rows: 65_536 })) {
        rows += batch.rows + batch.rejects.length
        batch.release()
      }
      return BigInt(rows)
    },
    ...(source.digest !== undefined && {
      async digest(_: KeyRange, fields: readonly number[]) {
        let all = { rows: 0, sum: 0n, complete: true }
        for (const range of ranges) {
          const part = await source.digest?.(range, fields)
          if (part === undefined) return { ...all, complete: false }
          all = { rows: all.rows + part.rows, sum: all.sum + part.sum, complete: all.complete && part.complete }
        }
        return all
      },
    }),
  }
}
