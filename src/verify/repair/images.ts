/** Rows as they were before and after, as one run of bytes: per row its number, then both tuples, each with its length (−1: none). */
import { readInt32 } from '../../core/whole.ts'
import { ByteWriter } from '../../core/writer.ts'

export interface Image {
  readonly n: number
  readonly before: Uint8Array | null
  readonly after: Uint8Array | null
}

/** Images in the order given. */
export function packImages(images: readonly Image[]): Uint8Array {
  const w = new ByteWriter(4096)
  for (const { n, before, after } of images) {
    w.int32(n)
    for (const row of [before, after]) {
      if (row === null) w.null()
      else w.field(row)
    }
  }
  return w.bytes.subarray(0, w.at)
}

/** The inverse of `packImages`; views on `bytes`. */
export function unpackImages(bytes: Uint8Array): Image[] {
  const images: Image[] = []
  let at = 0
  const row = () => {
    const length = readInt32(bytes, at)
    at += 4
    if (length < 0) return null
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const n = readInt32(bytes, at)
    at += 4
    images.push({ n, before: row(), after: row() })
  }
  return images
}
