/** A table of the target by key: key bytes → the wire field of the value. */
import { valueDecoder } from '../core/decode.ts'
import type { WireColumn } from '../core/engine.ts'
import { displayKey } from '../core/key.ts'
import { ByteTable, type SharedTable } from './byte-table.ts'
import type { KeyReader } from './lookup-key.ts'
import { type PairBuckets, PairReader } from './pair-reader.ts'
import type { Tuple } from './tuple.ts'

/** Finds values by keys, which are read with the `by` columns of its plan. */
export interface Lookup {
  /** Where values lie; another buffer after each `find`. */
  readonly bytes: Buffer
  /** Offset in `bytes` of the value, a wire field; −1 without an entry. */
  find(key: KeyReader): number
}

/** A look-up that is loaded, as all threads are handed it: a table in shared memory, or a file. */
export type LoadedLookup =
  | { readonly kind: 'memory'; readonly table: SharedTable }
  | { readonly kind: 'file'; readonly buckets: PairBuckets }

/** For finding in this thread. */
export function openLookup(loaded: LoadedLookup): Lookup {
  const pairs = loaded.kind === 'memory' ? ByteTable.over(loaded.table) : new PairReader(loaded.buckets)
  return {
    get bytes() {
      return pairs.bytes
    },
    find: (key) => pairs.find(key.bytes, key.start, key.end),
  }
}

/** The key of a tuple for people. */
export function keyText(by: readonly WireColumn[], t: Tuple, fields: readonly number[]): string {
  return displayKey(
    by.map((c, i) => {
      if (t.isNull(fields[i])) return null
      const value = valueDecoder(c.wire)(t.bytes, t.at[fields[i]] + 4, t.at[fields[i] + 1])
      return typeof value === 'boolean' ? String(value) : value
    }),
  )
}
