/** The fields of a record (https://www.sqlite.org/fileformat2.html §2.1): a header of serial types, then the values, none with a length of its own. */
import { NotPlain } from './shape.ts'
import type { TreeWalk } from './tree.ts'

const NULL = 0
/** Serial types above this would be values longer than SQLite holds. */
const LARGEST = 2 ** 31 / 128 - 1
/** Lengths of the serial types below 12; 10 and 11 are SQLite's own. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, -1, -1]

/** Bytes of a value. */
export function lengthOf(type: number): number {
  return type < 12 ? LENGTHS[type] : (type - 12) >> 1
}

/** Reads records of one table. */
export class Records {
  /** Serial type of each stored column, and where its value begins. */
  readonly types: Int32Array
  readonly starts: Int32Array
  /** Which columns are NULL in records that were written before they were added; the others have a default that only SQLite knows. */
  readonly #nulls: readonly boolean[]

  constructor(nulls: readonly boolean[]) {
    this.types = new Int32Array(nulls.length)
    this.starts = new Int32Array(nulls.length)
    this.#nulls = nulls
  }

  /** Reads the header of the record that the walk came to. Throws NotPlain. */
  read(walk: TreeWalk): void {
    const b = walk.bytes
    const { types, starts } = this
    let at = walk.at
    let header = b[at++]
    if (header >= 0x80) {
      // More than 127 bytes: some 60 columns of long values.
      const c = b[at++]
      header = (header & 0x7f) * 128 + c
      if (c >= 0x80) throw new NotPlain('a header of more than 16 kB')
    }
    const body = walk.at + header
    let start = body
    let i = 0
    while (at < body) {
      let type = b[at++]
      if (type >= 0x80) {
        type &= 0x7f
        for (;;) {
          const c = b[at++]
          type = type * 128 + (c & 0x7f)
          if (c < 0x80) break
          if (at > body || type > LARGEST) throw new NotPlain('a value of more than 1 GB')
        }
      }
      if (i === types.length || type === 10 || type === 11) throw new NotPlain('a record that is none of its table')
      types[i] = type
      starts[i] = start
      start += lengthOf(type)
      i++
    }
    if (at !== body || start > walk.end) throw new NotPlain('a record whose header does not fit it')
    for (; i < types.length; i++) {
      if (!this.#nulls[i]) throw new NotPlain('a record without a value for a column that was added')
      types[i] = NULL
      starts[i] = start
    }
  }
}
