/** The fields of one source tuple by their places: nothing is made per field. */
import { readInt16 } from '../core/whole.ts'
import type { ByteWriter } from '../core/writer.ts'

/** Bytes beyond which a call is faster than a loop. */
const BY_HAND = 96

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A cursor over the fields of a tuple; `scan` moves it to another one. */
export class Tuple {
  bytes: Uint8Array = new Uint8Array(0)
  /** One load instead of four for each length. */
  private view: DataView = new DataView(new ArrayBuffer(0))
  /** The buffer that fields were last copied to. */
  private out: Uint8Array | null = null
  private outView: DataView = this.view
  /** Where the tuple begins, and where the next one does. */
  start = 0
  end = 0
  /** Field i lies in [at[i], at[i + 1]): int32 length (−1 for NULL) and its bytes. */
  readonly at: Int32Array
  private readonly count: number

  constructor(fields: number) {
    this.count = fields
    this.at = new Int32Array(fields + 1)
  }

  /** Takes the tuple that starts at an offset; the offset after it. */
  scan(bytes: Uint8Array, start: number): number {
    const { at, count } = this
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.view = viewOf(bytes)
    }
    const { view } = this
    if (readInt16(bytes, start) !== count)
      throw new Error(`a tuple has ${readInt16(bytes, start)} fields, not ${count}`)
    let o = start + 2
    for (let i = 0; i < count; i++) {
      at[i] = o
      const length = view.getInt32(o)
      o += length < 0 ? 4 : 4 + length
    }
    at[count] = o
    this.start = start
    this.end = o
    return o
  }

  isNull(field: number): boolean {
    return this.bytes[this.at[field]] >= 0x80
  }

  /** Appends the fields [from, to) as they are, four bytes at a time: a call that copies makes views first, which takes longer. */
  copy(w: ByteWriter, from: number, to: number): void {
    const start = this.at[from]
    const end = this.at[to]
    if (end - start > BY_HAND) {
      w.raw(this.bytes, start, end)
      return
    }
    w.ensure(end - start)
    if (w.bytes !== this.out) {
      this.out = w.bytes
      this.outView = viewOf(w.bytes)
    }
    const { view, outView } = this
    let o = w.at
    let i = start
    for (; i + 4 <= end; i += 4, o += 4) outView.setInt32(o, view.getInt32(i, true), true)
    for (; i < end; i++) outView.setUint8(o++, view.getUint8(i))
    w.at = o
  }
}
