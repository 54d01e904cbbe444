/**
 * Rows of a rowid table in the order of their rowids, straight from its b-tree (https://www.sqlite.org/fileformat2.html §1.6): interior
 * pages are read once, leaves as they come. Whatever is not as it should be throws NotPlain.
 */
import type { Key } from '../../../core/key.ts'
import { Pages } from './pages.ts'
import { type FileShape, NotPlain } from './shape.ts'

const INTERIOR = 0x05
const LEAF = 0x0d
/** SQLite's own bound. */
const DEEPEST = 20
/** Longer values are SQLite's own to refuse. Bytes. */
const LONGEST = 1_000_000_000

/** Children of an interior page in which wanted rows may be, the highest rowid that each may hold, and the one that is being read. */
interface Level {
  readonly children: number[]
  readonly highest: number[]
  at: number
}

/** A variable-length integer of up to 8 bytes: 7 bits a byte, the last one without its high bit (§1.6). */
let varint = 0

/** Reads one into `varint`; where it ends. Nine bytes, and what is no safe integer, throw NotPlain. */
function readVarint(b: Uint8Array, at: number): number {
  let o = at
  let v = b[o++]
  if (v < 0x80) {
    varint = v
    return o
  }
  v &= 0x7f
  for (let i = 1; i < 8; i++) {
    const c = b[o++]
    v = v * 128 + (c & 0x7f)
    if (c < 0x80) {
      varint = v
      if (!Number.isSafeInteger(v)) throw new NotPlain('a number of more than 53 bits')
      return o
    }
  }
  throw new NotPlain('a number of nine bytes')
}

/** A rowid: nine bytes are all 64 bits, which negative ones take. */
function readRowid(b: Uint8Array, at: number): number {
  let end = at
  while (end < at + 8 && b[end] >= 0x80) end++
  if (end < at + 8) return readVarint(b, at)
  let v = 0n
  for (let i = at; i < at + 8; i++) v = (v << 7n) | BigInt(b[i] & 0x7f)
  const rowid = Number(BigInt.asIntN(64, (v << 8n) | BigInt(b[end])))
  if (!Number.isSafeInteger(rowid)) throw new NotPlain('a rowid of more than 53 bits')
  varint = rowid
  return end + 1
}

/** The end of a range as a rowid, `open` where there is none; null where it is no rowid that a walk knows. */
export function rowidBound(key: Key | null, open: number): number | null {
  if (key === null) return open
  const n = typeof key[0] === 'bigint' ? Number(key[0]) : Number.NaN
  return Number.isSafeInteger(n) ? n : null
}

export class TreeWalk {
  /** Of the row that `next` came to, as all that follows. */
  rowid = Number.NEGATIVE_INFINITY
  /** Where its record lies: `bytes` from `at` to `end`, until the next call. */
  bytes: Buffer
  at = 0
  end = 0
  readonly #shape: FileShape
  readonly #root: number
  readonly #after: number
  readonly #upto: number
  readonly #pages: Pages
  readonly #levels: Level[] = []
  /** Where the leaf begins in the buffer of pages, its cells, the next one, and the highest rowid that may be in it. */
  #page = 0
  #cells = 0
  #cell = 0
  #highest = 0
  #begun = false
  /** For records that go on on other pages. */
  #overflow: Pages | null = null
  #long: Buffer | null = null

  /** Rows with `after` < rowid ≤ `upto`; infinite bounds are open. */
  constructor(shape: FileShape, root: number, after: number, upto: number) {
    this.#shape = shape
    this.#root = root
    this.#after = after
    this.#upto = upto
    this.#pages = new Pages(shape)
    this.bytes = this.#pages.bytes
  }

  /** Goes to the next row; false at the end. */
  next(): boolean {
    if (!this.#begun) {
      this.#begun = true
      this.#enter(this.#root, 1)
    }
    for (;;) {
      if (this.#cell === this.#cells) {
        if (!this.#nextLeaf()) return false
        continue
      }
      const before = this.rowid
      this.#readCell(this.#cell++)
      if (this.rowid <= before || this.rowid > this.#highest) throw new NotPlain('rowids out of order')
      if (this.rowid <= this.#after) continue
      if (this.rowid <= this.#upto) return true
      this.rowid = before
      this.#cell = this.#cells = 0
      this.#levels.length = 0
      return false
    }
  }

  /** From a page down to the leaf in which the next wanted row lies. */
  #enter(from: number, ahead: number): void {
    let [page, run] = [from, ahead]
    for (;;) {
      const start = this.#pages.load(page, run)
      const b = this.#pages.bytes
      const cells = (b[start + 3] << 8) | b[start + 4]
      if (b[start] === LEAF) {
        if (8 + cells * 2 > this.#shape.usable) throw new NotPlain('too many cells')
        const above = this.#levels.at(-1)
        this.#highest = above === undefined ? Number.POSITIVE_INFINITY : above.highest[above.at]
        this.#page = start
        this.#cells = cells
        this.#cell = 0
        return
      }
      if (b[start] !== INTERIOR || this.#levels.length === DEEPEST)
        throw new NotPlain(`page ${page} is none of a table`)
      const level = this.#level(b, start, cells)
      this.#levels.push(level)
      page = level.children[0]
      run = neighbours(level)
    }
  }

  /** Children in which wanted rows may be. A child holds rowids up to its key, the last one all above. */
  #level(b: Buffer, start: number, cells: number): Level {
    if (12 + cells * 2 > this.#shape.usable) throw new NotPlain('too many cells')
    const most = this.#levels.at(-1)
    const level: Level = { children: [], highest: [], at: 0 }
    let before = Number.NEGATIVE_INFINITY
    for (let i = 0; i < cells; i++) {
      const cell = this.#cellAt(b, start, start + 12 + i * 2)
      readRowid(b, cell + 4)
      const key = varint
      if (key <= before) throw new NotPlain('keys out of order')
      before = key
      if (key <= this.#after) continue
      level.children.push(b.readUInt32BE(cell))
      level.highest.push(key)
      if (key >= this.#upto) return level
    }
    level.children.push(b.readUInt32BE(start + 8))
    level.highest.push(most === undefined ? Number.POSITIVE_INFINITY : most.highest[most.at])
    return level
  }

  #cellAt(b: Buffer, start: number, pointer: number): number {
    const offset = (b[pointer] << 8) | b[pointer + 1]
    if (offset < 8 || offset > this.#shape.usable - 4) throw new NotPlain('a cell outside of its page')
    return start + offset
  }

  #nextLeaf(): boolean {
    const levels = this.#levels
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      level.at++
      if (level.at < level.children.length) {
        this.#enter(level.children[level.at], neighbours(level))
        return true
      }
      levels.pop()
    }
    return false
  }

  #readCell(i: number): void {
    const b = this.#pages.bytes
    const { usable } = this.#shape
    const cell = this.#cellAt(b, this.#page, this.#page + 8 + i * 2)
    let at = readVarint(b, cell)
    const size = varint
    at = readRowid(b, at)
    this.rowid = varint
    this.bytes = b
    this.at = at
    this.end = at + size
    const pageEnd = this.#page + usable
    if (size <= usable - 35) {
      if (this.end > pageEnd) throw new NotPlain('a record outside of its page')
      return
    }
    // §1.6: what stays on the leaf of a record that is too long for it.
    const least = Math.floor(((usable - 12) * 32) / 255) - 23
    const some = least + ((size - least) % (usable - 4))
    const local = some <= usable - 35 ? some : least
    if (at + local + 4 > pageEnd) throw new NotPlain('a record outside of its page')
    if (this.rowid > this.#after) this.#gather(b, at, local, size)
  }

  /** Puts a long record together from its pages. */
  #gather(b: Buffer, at: number, local: number, size: number): void {
    if (size > LONGEST) throw new NotPlain('a record of more than 1 GB')
    const { usable } = this.#shape
    const long = this.#room(size)
    b.copy(long, 0, at, at + local)
    this.#overflow ??= new Pages(this.#shape)
    const { bytes } = this.#overflow
    let page = b.readUInt32BE(at + local)
    for (let got = local; got < size; ) {
      const part = Math.min(usable - 4, size - got)
      const start = this.#overflow.load(page, Math.ceil((size - got) / (usable - 4)))
      bytes.copy(long, got, start + 4, start + 4 + part)
      got += part
      page = bytes.readUInt32BE(start)
    }
    this.bytes = long
    this.at = 0
    this.end = size
  }

  /** A buffer for a long record. One of megabytes is not kept for the next. */
  #room(size: number): Buffer {
    if (this.#long !== null && this.#long.length >= size && this.#long.length <= 2 ** 20) return this.#long
    this.#long = null
    const room = Buffer.allocUnsafeSlow(size <= 2 ** 20 ? Math.max(65_536, 2 ** Math.ceil(Math.log2(size))) : size)
    this.#long = room
    return room
  }
}

/** How many children from the current one on lie one after the other in the file. */
function neighbours({ children, at }: Level): number {
  let n = 1
  while (at + n < children.length && children[at + n] === children[at] + n) n++
  return n
}
