/** What a writer begins with. Whole batches at once, for each of many small tables, would be collected as garbage over and over. */
const FIRST = 65_536

/** A growing buffer for wire tuples and text rows. Hot loops use `bytes` and `at` directly after `ensure`. */
export class ByteWriter {
  bytes: Buffer
  at = 0
  readonly #size: number

  /** `size`: bytes that it is likely to hold when it is full. */
  constructor(size: number) {
    this.#size = size
    this.bytes = Buffer.allocUnsafeSlow(Math.min(size, FIRST))
  }

  /** Makes room for `more` bytes after `at`; `bytes` may be another buffer afterwards. */
  ensure(more: number): void {
    const need = this.at + more
    if (need <= this.bytes.length) return
    const { length } = this.bytes
    const next = length < this.#size ? Math.min(length * 4, this.#size) : length * 2
    const grown = Buffer.allocUnsafeSlow(Math.max(need, next))
    this.bytes.copy(grown, 0, 0, this.at)
    this.bytes = grown
  }

  int16(value: number): void {
    this.ensure(2)
    this.bytes[this.at++] = value >> 8
    this.bytes[this.at++] = value
  }

  int32(value: number): void {
    this.ensure(4)
    const b = this.bytes
    let o = this.at
    b[o++] = value >> 24
    b[o++] = value >> 16
    b[o++] = value >> 8
    b[o++] = value
    this.at = o
  }

  /** A NULL field. */
  null(): void {
    this.int32(-1)
  }

  /** Raw bytes without a length. */
  raw(source: Uint8Array, start = 0, end: number = source.length): void {
    const length = end - start
    this.ensure(length)
    if (length < 32) {
      const b = this.bytes
      let o = this.at
      for (let i = start; i < end; i++) b[o++] = source[i]
      this.at = o
    } else {
      this.bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), this.at)
      this.at += length
    }
  }

  /** A field: int32 length and the bytes. */
  field(source: Uint8Array, start = 0, end: number = source.length): void {
    this.int32(end - start)
    this.raw(source, start, end)
  }

  /** A string as UTF-8 without a length. Lone surrogates must not reach this. */
  string(value: string): void {
    const length = value.length
    // The worst case of three bytes a unit would be far too much room for a long text.
    this.ensure(length < 65536 ? length * 3 : Buffer.byteLength(value))
    const b = this.bytes
    const start = this.at
    let i = 0
    if (length < 24) {
      // A call of Buffer.write takes longer than so many plain characters.
      for (; i < length; i++) {
        const c = value.charCodeAt(i)
        if (c > 127) break
        b[start + i] = c
      }
    }
    this.at = start + (i === length ? length : b.write(value, start, 'utf8'))
  }

  /** A text field from a string, as UTF-8. Lone surrogates must not reach this. */
  text(value: string): void {
    const start = this.at
    this.int32(0)
    this.string(value)
    const length = this.at - start - 4
    const b = this.bytes
    b[start] = length >> 24
    b[start + 1] = length >> 16
    b[start + 2] = length >> 8
    b[start + 3] = length
  }
}
