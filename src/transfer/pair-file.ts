/**
 * Bytes → bytes in a temporary file, for what does not fit into memory: pairs lie in buckets by the hash of their key, so that finding one
 * reads about one kilobyte, wherever it is. Memory holds where the buckets begin, a hundredth of the file at most.
 */
import { setImmediate } from 'node:timers/promises'
import { NaruError } from '../core/error.ts'
import { ByteWriter } from '../core/writer.ts'
import { type NamelessFile, namelessFile } from '../disk/nameless-file.ts'
import { hashBytes, type PairTaker } from './byte-table.ts'
import { BUCKET, bucketOf, type PairBuckets, readFully } from './pair-reader.ts'

/** Pairs are first dealt into so many parts by the highest bits of the hash; each is then put in order in memory. */
const PARTS = 256
const PART_BITS = 24
/** Bytes of a part that are gathered before they are written. */
const GATHERED = 32 * 1024
const WRITTEN = 1024 * 1024
/** A part is sorted by numbers of 53 bits: those of the hash that it leaves open, and the place of the pair. */
const LARGEST_PART = 2 ** (53 - PART_BITS)
/** Keys with several values that are told. */
const TOLD = 5

export interface PairFile {
  readonly buckets: PairBuckets
  /** Different keys. */
  readonly pairs: number
  /** Keys with several values: the first of them. */
  readonly clashes: readonly Buffer[]
  close(): void
}

export interface PairFileWriter {
  /** A pair that is there already is passed over. Throws DISK_FULL. */
  readonly add: PairTaker
  /** The file that pairs are found in. Throws DISK_FULL. */
  finish(): Promise<PairFile>
  /** Gives up what was not finished. */
  close(): void
}

/** Pairs of one part: where its pieces lie in the first file, and what is not written yet. */
interface Part {
  readonly pieces: { readonly from: number; readonly length: number }[]
  readonly rest: ByteWriter
  length: number
  pairs: number
}

/** Begins a file. `what` it holds, for messages. Throws DISK_FULL, PERMISSION_DENIED. */
export function pairFileWriter(what: string): PairFileWriter {
  const dealt = namelessFile(what)
  let length = 0
  const parts = Array.from({ length: PARTS }, (): Part => {
    return { pieces: [], rest: new ByteWriter(GATHERED), length: 0, pairs: 0 }
  })
  const flush = ({ pieces, rest }: Part) => {
    dealt.append(rest.bytes.subarray(0, rest.at))
    pieces.push({ from: length, length: rest.at })
    length += rest.at
    rest.at = 0
  }
  return {
    add(key, start, end, value, from, to) {
      const hash = hashBytes(key, start, end)
      const part = parts[hash >>> PART_BITS]
      const { rest } = part
      const began = rest.at
      rest.int32(hash)
      rest.field(key, start, end)
      rest.raw(value, from, to)
      part.length += rest.at - began
      part.pairs++
      if (rest.at >= GATHERED) flush(part)
    },
    async finish() {
      const filled = parts.filter((part) => part.pairs > 0)
      for (const part of filled) flush(part)
      const file = namelessFile(what)
      try {
        return { ...(await putInOrder(filled, dealt.fd, file, what)), close: () => file.close() }
      } catch (error) {
        file.close()
        throw error
      }
    },
    close: () => dealt.close(),
  }
}

/** Writes the pairs bucket by bucket. */
async function putInOrder(
  parts: readonly Part[],
  dealt: number,
  file: NamelessFile,
  what: string,
): Promise<Omit<PairFile, 'close'>> {
  const bytes = parts.reduce((n, part) => n + part.length, 0)
  const each = Math.max(1, Math.ceil(bytes / BUCKET / PARTS))
  const starts = new Float64Array(new SharedArrayBuffer((PARTS * each + 1) * Float64Array.BYTES_PER_ELEMENT))
  const clashes: Buffer[] = []
  const out = new ByteWriter(WRITTEN)
  let written = 0
  let next = 0
  let pairs = 0
  const flush = () => {
    file.append(out.bytes.subarray(0, out.at))
    written += out.at
    out.at = 0
  }
  for (const part of parts) {
    if (part.length > LARGEST_PART) throw new NaruError('UNSUPPORTED', `${what}: more than fits into a temporary file`)
    await setImmediate() // whoever shows progress or waits for a signal has a turn
    const entries = new Entries(readPart(part, dealt))
    for (const entry of entries.inOrder(part.pairs, clashes)) {
      const bucket = bucketOf(entries.hash(entry), starts)
      while (next <= bucket) starts[next++] = written + out.at
      out.raw(entries.bytes, entry, entries.end(entry))
      pairs++
      if (out.at >= WRITTEN) flush()
    }
  }
  flush()
  while (next < starts.length) starts[next++] = written
  return { buckets: { fd: file.fd, starts }, pairs, clashes }
}

function readPart({ pieces, length }: Part, fd: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const piece of pieces) {
    readFully(fd, bytes, at, piece.length, piece.from)
    at += piece.length
  }
  return bytes
}

/** Pairs one after the other: int32 hash, the key as a field, the value as a field. */
class Entries {
  readonly bytes: Buffer
  private readonly view: DataView

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  hash(at: number): number {
    return this.view.getInt32(at)
  }

  /** Where the value of a pair begins. */
  value(at: number): number {
    return at + 8 + this.view.getInt32(at + 4)
  }

  end(at: number): number {
    const value = this.value(at)
    return value + 4 + Math.max(0, this.view.getInt32(value))
  }

  /** Places of `count` pairs by their hashes, each key once. `clashes` takes keys with several values. */
  *inOrder(count: number, clashes: Buffer[]): Iterable<number> {
    const order = new Float64Array(count)
    for (let i = 0, at = 0; i < count; i++) {
      order[i] = (this.hash(at) & (2 ** PART_BITS - 1)) * LARGEST_PART + at
      at = this.end(at)
    }
    order.sort()
    let same: number[] = []
    for (const number of order) {
      const at = number % LARGEST_PART
      if (same.length > 0 && this.hash(same[0]) !== this.hash(at)) same = []
      const known = same.find((other) => this.sameKey(other, at))
      if (known !== undefined) {
        if (!this.sameValue(known, at) && clashes.length < TOLD)
          clashes.push(Buffer.from(this.bytes.subarray(at + 8, this.value(at))))
        continue
      }
      same.push(at)
      yield at
    }
  }

  private sameKey(a: number, b: number): boolean {
    return this.bytes.compare(this.bytes, b + 4, this.value(b), a + 4, this.value(a)) === 0
  }

  private sameValue(a: number, b: number): boolean {
    return this.bytes.compare(this.bytes, this.value(b), this.end(b), this.value(a), this.end(a)) === 0
  }
}
