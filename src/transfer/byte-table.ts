/**
 * Bytes → bytes: an open-addressing table whose keys and values lie in one growing arena, so that millions of entries are two objects
 * for the garbage collector and a look-up makes none.
 */
import { readInt32 } from '../core/whole.ts'

/** 32 bits of a run of bytes (FNV-1a with a last mixing, since the low bits choose the slot). */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i], 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return h ^ (h >>> 13)
}

/** Short runs compare faster in a loop than by a call into the engine. */
const SHORT = 48

function sameBytes(a: Uint8Array, aAt: number, b: Buffer, bAt: number, length: number): boolean {
  if (length > SHORT) return b.compare(a, aAt, aAt + length, bAt, bAt + length) === 0
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false
  return true
}

/** An entry of the arena: int32 length of the key, the key, then the value as a wire field (int32 length, −1 for NULL, and its bytes). */
export class ByteTable {
  /** Where values lie: see `find`. Another buffer after `add`. */
  bytes: Buffer
  size = 0
  private used = 0
  private slots: Int32Array
  private hashes: Int32Array
  private mask: number

  constructor(entries = 16) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, entries * 2)))
    this.slots = new Int32Array(capacity).fill(-1)
    this.hashes = new Int32Array(capacity)
    this.mask = capacity - 1
    this.bytes = Buffer.allocUnsafeSlow(1024)
  }

  /** Bytes of memory that the table takes. */
  get memory(): number {
    return this.bytes.length + this.slots.length * 8
  }

  /** Offset in `bytes` of the value of the key [start, end), a wire field; −1 without an entry. */
  find(key: Uint8Array, start: number, end: number): number {
    const { slots, hashes, mask, bytes } = this
    const length = end - start
    const hash = hashBytes(key, start, end)
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot]
      if (entry < 0) return -1
      if (hashes[slot] !== hash || readInt32(bytes, entry) !== length) continue
      if (sameBytes(key, start, bytes, entry + 4, length)) return entry + 4 + length
    }
  }

  /** Adds an entry for a key that has none. `value` is [from, to) of a wire field, its length included. */
  add(key: Uint8Array, start: number, end: number, value: Uint8Array, from: number, to: number): void {
    if ((this.size + 1) * 2 > this.slots.length) this.grow()
    const length = end - start
    const entry = this.used
    this.reserve(4 + length + to - from)
    this.bytes.writeInt32BE(length, entry)
    this.bytes.set(key.subarray(start, end), entry + 4)
    this.bytes.set(value.subarray(from, to), entry + 4 + length)
    this.used = entry + 4 + length + to - from
    this.place(entry, hashBytes(key, start, end))
    this.size++
  }

  /** Lets all entries go; the memory stays for the next ones. */
  clear(): void {
    this.slots.fill(-1)
    this.used = 0
    this.size = 0
  }

  private place(entry: number, hash: number): void {
    let slot = hash & this.mask
    while (this.slots[slot] >= 0) slot = (slot + 1) & this.mask
    this.slots[slot] = entry
    this.hashes[slot] = hash
  }

  private reserve(more: number): void {
    const need = this.used + more
    if (need <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(need, Math.ceil(this.bytes.length * 1.5)))
    this.bytes.copy(grown, 0, 0, this.used)
    this.bytes = grown
  }

  private grow(): void {
    const { slots, hashes } = this
    this.slots = new Int32Array(slots.length * 2).fill(-1)
    this.hashes = new Int32Array(slots.length * 2)
    this.mask = slots.length * 2 - 1
    for (let i = 0; i < slots.length; i++) if (slots[i] >= 0) this.place(slots[i], hashes[i])
  }
}
