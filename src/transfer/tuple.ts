/** The fields of one source tuple by their places: nothing is made per field. */
import { readInt16 } from '../core/whole.ts'

/** A cursor over the fields of a tuple; `scan` moves it to another one. */
export class Tuple {
  bytes: Uint8Array = new Uint8Array(0)
  /** One load instead of four for each length. */
  private view: DataView = new DataView(new ArrayBuffer(0))
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
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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
}
