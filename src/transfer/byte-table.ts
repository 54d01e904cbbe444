/**
 * Bytes → bytes: an open-addressing table whose keys and values lie in one growing arena, so that millions of entries are two objects
 * for the garbage collector and a look-up makes none. One thread fills it, others may read what it shares.
 */
import { NaruError } from '../core/error.ts'

/** 32 bits of a run of bytes (FNV-1a with a last mixing, since the low bits choose the slot). */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return h ^ (h >>> 13)
}

/** Offsets are 32-bit numbers. */
const LARGEST = 2 ** 31 - 1

/** Short runs compare faster in a loop than by a call into the engine. */
const SHORT = 48

export function sameBytes(a: Uint8Array, aAt: number, b: Buffer, bAt: number, length: number): boolean {
  if (length > SHORT) return b.compare(a, aAt, aAt + length, bAt, bAt + length) === 0
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false
  return true
}

function putBytes(to: Buffer, at: number, from: Uint8Array, start: number, end: number): void {
  if (end - start > SHORT) to.set(from.subarray(start, end), at)
  else for (let i = start, o = at; i < end; i++) to[o++] = from[i]
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Takes the key [start, end) and its value, [from, to) of a wire field with its length. */
export type PairTaker = (
  key: Uint8Array,
  start: number,
  end: number,
  value: Uint8Array,
  from: number,
  to: number,
) => void

/** A table that is filled, as other threads are handed it. */
export interface SharedTable {
  readonly bytes: Uint8Array
  readonly slots: Int32Array
}

/** An entry of the arena: int32 length of the key, the key, then the value as a wire field (int32 length, −1 for NULL, and its bytes). */
export class ByteTable {
  /** Where values lie: see `find`. Another buffer after `add`. */
  bytes: Buffer
  size = 0
  private used = 0
  private view: DataView
  /** Two numbers a slot, side by side so that they come into the processor together: offset of the entry (−1: free), hash of its key. */
  private slots: Int32Array

  constructor(entries = 16) {
    this.slots = new Int32Array(2 ** (1 + Math.ceil(Math.log2(Math.max(16, entries * 2))))).fill(-1)
    this.bytes = Buffer.allocUnsafeSlow(1024)
    this.view = viewOf(this.bytes)
  }

  /** A table that another thread has filled, for reading. */
  static over({ bytes, slots }: SharedTable): ByteTable {
    const table = new ByteTable()
    table.slots = slots
    table.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    table.view = viewOf(table.bytes)
    return table
  }

  /** A copy in shared memory, without what it keeps free to grow: memory that is shared is not garbage as soon as other memory. */
  share(): SharedTable {
    const bytes = new Uint8Array(new SharedArrayBuffer(this.used))
    bytes.set(this.bytes.subarray(0, this.used))
    const slots = new Int32Array(new SharedArrayBuffer(this.slots.byteLength))
    slots.set(this.slots)
    return { bytes, slots }
  }

  /** Bytes of memory that the table takes. */
  get memory(): number {
    return this.bytes.length + this.slots.length * 4
  }

  /** Offset in `bytes` of the value of the key [start, end), a wire field; −1 without an entry. */
  find(key: Uint8Array, start: number, end: number): number {
    const { slots, bytes, view } = this
    const length = end - start
    const hash = hashBytes(key, start, end)
    const mask = slots.length - 1
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const entry = slots[slot]
      if (entry < 0) return -1
      if (slots[slot + 1] !== hash || view.getInt32(entry) !== length) continue
      if (sameBytes(key, start, bytes, entry + 4, length)) return entry + 4 + length
    }
  }

  /** Adds an entry for a key that has none. `value` is [from, to) of a wire field, its length included. */
  add(key: Uint8Array, start: number, end: number, value: Uint8Array, from: number, to: number): void {
    if ((this.size + 1) * 4 > this.slots.length) this.grow()
    const length = end - start
    const entry = this.used
    this.reserve(4 + length + to - from)
    this.bytes.writeInt32BE(length, entry)
    putBytes(this.bytes, entry + 4, key, start, end)
    putBytes(this.bytes, entry + 4 + length, value, from, to)
    this.used = entry + 4 + length + to - from
    this.place(entry, hashBytes(key, start, end))
    this.size++
  }

  /** Each entry in turn, as `add` takes it. */
  each(take: PairTaker): void {
    const { bytes, view } = this
    for (let at = 0; at < this.used; ) {
      const key = at + 4
      const value = key + view.getInt32(at)
      at = value + 4 + Math.max(0, view.getInt32(value))
      take(bytes, key, value, bytes, value, at)
    }
  }

  private place(entry: number, hash: number): void {
    const { slots } = this
    const mask = slots.length - 1
    let slot = (hash << 1) & mask
    while (slots[slot] >= 0) slot = (slot + 2) & mask
    slots[slot] = entry
    slots[slot + 1] = hash
  }

  private reserve(more: number): void {
    const need = this.used + more
    if (need <= this.bytes.length) return
    if (need > LARGEST) throw new NaruError('UNSUPPORTED', 'a look-up holds more than 2 GB')
    const grown = Buffer.allocUnsafeSlow(Math.min(LARGEST, Math.max(need, Math.ceil(this.bytes.length * 1.5))))
    this.bytes.copy(grown, 0, 0, this.used)
    this.bytes = grown
    this.view = viewOf(grown)
  }

  private grow(): void {
    const { slots } = this
    this.slots = new Int32Array(slots.length * 2).fill(-1)
    for (let i = 0; i < slots.length; i += 2) if (slots[i] >= 0) this.place(slots[i], slots[i + 1])
  }
}
