/** Pages of a SQLite file, several at a time where they lie side by side. */
import { readSync } from 'node:fs'
import { type FileShape, NotPlain } from './shape.ts'

/** Bytes that are read at once at most. */
const RUN = 262_144

/** One buffer of pages: what `load` gave is good until the next `load` of a page that is not in it. */
export class Pages {
  readonly bytes: Buffer
  readonly #shape: FileShape
  #first = 0
  #count = 0

  constructor(shape: FileShape) {
    this.#shape = shape
    this.bytes = Buffer.allocUnsafeSlow(Math.max(RUN, shape.pageSize))
  }

  /** Where page `n` begins in `bytes`. `ahead`: pages from `n` on that will be wanted. Throws NotPlain beyond the end of the file. */
  load(n: number, ahead: number): number {
    const { fd, pageSize, pages } = this.#shape
    const at = n - this.#first
    if (at >= 0 && at < this.#count) return at * pageSize
    if (n < 1 || n > pages) throw new NotPlain(`no page ${n}`)
    const most = this.bytes.length / pageSize
    const want = Math.max(1, Math.min(ahead, most, pages - n + 1))
    this.#count = 0
    const got = this.#read(want * pageSize, (n - 1) * pageSize, fd)
    if (got < pageSize) throw new NotPlain(`page ${n} is cut short`)
    this.#first = n
    this.#count = Math.floor(got / pageSize)
    return 0
  }

  #read(length: number, position: number, fd: number): number {
    try {
      return readSync(fd, this.bytes, 0, length, position)
    } catch (error) {
      throw new NotPlain('cannot be read', { cause: error })
    }
  }
}
