/** Finds pairs in the buckets of a file (pair-file.ts). */
import { readSync } from 'node:fs'
import { NaruError } from '../core/error.ts'
import { hashBytes, sameBytes } from './byte-table.ts'

/** Bytes of a bucket, on average: what a read costs hardly depends on its length below. */
export const BUCKET = 1024

/** A file that is complete; plain data for all threads. */
export interface PairBuckets {
  readonly fd: number
  /** Where each bucket begins, and where the last one ends; over shared memory. */
  readonly starts: Float64Array
}

/** Buckets follow each other as hashes do. */
export function bucketOf(hash: number, starts: Float64Array): number {
  return Math.floor(((hash >>> 0) * (starts.length - 1)) / 2 ** 32)
}

/** Throws INTERNAL where the file ends too early. */
export function readFully(fd: number, into: Buffer, at: number, length: number, from: number): void {
  for (let done = 0; done < length; ) {
    const read = readSync(fd, into, at + done, length - done, from + done)
    if (read === 0) throw new NaruError('INTERNAL', 'a temporary file is shorter than what was written to it')
    done += read
  }
}

/** Buckets that were read lately are kept, in places of this size. */
const PLACE = 2 * BUCKET
const PLACES = 2048

/** Finds pairs in a file. The bytes of a value are good until the next `find`. */
export class PairReader {
  /** Where values lie: see `find`. */
  bytes: Buffer
  private view: DataView
  private readonly buckets: PairBuckets
  private readonly near = Buffer.allocUnsafeSlow(PLACE * PLACES)
  private readonly nearView = viewOf(this.near)
  /** The bucket in each place. */
  private readonly held = new Int32Array(PLACES).fill(-1)
  private far = Buffer.allocUnsafeSlow(0)

  constructor(buckets: PairBuckets) {
    this.buckets = buckets
    this.bytes = this.near
    this.view = this.nearView
  }

  /** Offset in `bytes` of the value of the key [start, end), a wire field; −1 without a pair. */
  find(key: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(key, start, end)
    const { starts } = this.buckets
    const bucket = bucketOf(hash, starts)
    const length = starts[bucket + 1] - starts[bucket]
    const first = this.load(bucket, length)
    const { bytes, view } = this
    for (let at = first; at < first + length; ) {
      const size = view.getInt32(at + 4)
      const value = at + 8 + size
      if (view.getInt32(at) === hash && size === end - start && sameBytes(key, start, bytes, at + 8, size)) return value
      at = value + 4 + Math.max(0, view.getInt32(value))
    }
    return -1
  }

  /** Where a bucket lies in `bytes`. */
  private load(bucket: number, length: number): number {
    const { fd, starts } = this.buckets
    if (length > PLACE) {
      if (this.far.length < length) this.far = Buffer.allocUnsafeSlow(length)
      this.bytes = this.far
      this.view = viewOf(this.far)
      readFully(fd, this.far, 0, length, starts[bucket])
      return 0
    }
    this.bytes = this.near
    this.view = this.nearView
    const place = bucket % PLACES
    if (this.held[place] !== bucket) readFully(fd, this.near, place * PLACE, length, starts[bucket])
    this.held[place] = bucket
    return place * PLACE
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
