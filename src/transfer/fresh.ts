/** Values that no row has yet. */
import { randomFillSync } from 'node:crypto'
import { appendUuid } from '../core/binary.ts'
import { encoder, writeInt8 } from '../core/encode.ts'
import { NaruError } from '../core/error.ts'
import type { WireType } from '../core/wire.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { FreshNumbers } from './context.ts'

/** Numbers that are taken from the shared counter at once; those that a lane does not use are left out for good. */
const BLOCK = 256

/** The shared counter of a table: slot of an array (over shared memory where lanes are threads) that holds the next number. */
export function sharedNumbers(counters: BigInt64Array, slot: number): FreshNumbers {
  return { take: (count) => Atomics.add(counters, slot, BigInt(count)) }
}

/** Writes the next number as a field. Throws VALUE_UNFIT when the column's type has no more. */
export function freshNumber(wire: WireType, column: string, numbers: FreshNumbers): (w: ByteWriter) => void {
  let next = 0
  let left = 0
  const take = () => {
    if (left === 0) {
      next = Number(numbers.take(BLOCK))
      left = BLOCK
    }
    if (!Number.isSafeInteger(next)) throw exhausted(column, next)
    left--
    return next++
  }
  if (wire.kind === 'int8') {
    return (w) => {
      const v = take()
      const hi = Math.floor(v / 4294967296)
      writeInt8(w, hi, v - hi * 4294967296)
    }
  }
  const encode = encoder(wire)
  return (w) => {
    const v = take()
    const at = w.at
    try {
      encode(w, String(v))
    } catch (error) {
      w.at = at
      throw exhausted(column, v, error)
    }
  }
}

function exhausted(column: string, value: number, cause?: unknown): NaruError {
  return new NaruError('VALUE_UNFIT', `${column} has no room for the number ${value}`, {
    hint: 'Widen the column on the target.',
    cause,
  })
}

const POOL = 4096

/** Writes a fresh uuid (version 7: in the order of time) as a field of type uuid, text or bytes. */
export function freshUuid(wire: WireType): (w: ByteWriter) => void {
  const pool = Buffer.alloc(POOL)
  const uuid = Buffer.alloc(16)
  let at = POOL
  let last = 0
  let count = 0
  const make = () => {
    if (at === POOL) {
      randomFillSync(pool)
      at = 0
    }
    const now = Date.now()
    // Within a millisecond 12 bits count on, so that the values of one lane rise.
    if (now > last) {
      last = now
      count = pool.readUInt16BE(at) & 0x7ff
    } else if (++count > 0xfff) {
      last++
      count = 0
    }
    uuid.writeUIntBE(last, 0, 6)
    uuid.writeUInt16BE(0x7000 | count, 6)
    pool.copy(uuid, 8, at + 8, at + 16)
    uuid[8] = (uuid[8] & 0x3f) | 0x80
    at += 16
  }
  return (w) => {
    make()
    if (wire.kind !== 'text') return w.field(uuid, 0, 16)
    w.int32(36)
    appendUuid(w, uuid, 0)
  }
}
