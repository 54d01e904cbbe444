/** Doubles that stand for decimals of a few digits (12.5 in a DECIMAL(10,2) column) straight into numeric's wire form. */
import type { ByteWriter } from '../../core/writer.ts'

const POWERS = [1, 10, 100, 1000, 10000, 1e5, 1e6, 1e7, 1e8]
/** Below this a decimal of so many digits is told apart from its neighbours by a double. */
const LIMIT = 1e15

/**
 * Writes `value` with `scale` digits after the point where its shortest decimal text has no more of them: value = k / 10^scale, rounded
 * once, holds for exactly one k below 10^15. Returns false, nothing written, for everything else.
 */
export function writeScaled(w: ByteWriter, value: number, scale: number): boolean {
  if (scale >= POWERS.length) return false
  const power = POWERS[scale]
  const k = Math.round(Math.abs(value) * power)
  if (!(k < LIMIT) || k / power !== Math.abs(value)) return false
  if (k === 0) return zero(w, scale)
  // Digits after the point are put into whole groups of four.
  const groupsAfter = (scale + 3) >> 2
  const whole = Math.floor(k / power)
  const after = (k - whole * power) * POWERS[groupsAfter * 4 - scale]
  write(w, value < 0, whole, after, groupsAfter, scale)
  return true
}

function zero(w: ByteWriter, scale: number): boolean {
  w.int32(8)
  w.int16(0)
  w.int16(0)
  w.int16(0)
  w.int16(scale)
  return true
}

const groups = new Uint16Array(8)

/** `whole` below 10^15 and `after` below 10^(4·groupsAfter), in base 10000, zeros at both ends left out (`numeric_send`). */
function write(
  w: ByteWriter,
  negative: boolean,
  whole: number,
  after: number,
  groupsAfter: number,
  scale: number,
): void {
  let first = 8
  let rest = after
  for (let i = 0; i < groupsAfter; i++) {
    const high = Math.floor(rest / 10000)
    groups[--first] = rest - high * 10000
    rest = high
  }
  for (rest = whole; rest > 0; ) {
    const high = Math.floor(rest / 10000)
    groups[--first] = rest - high * 10000
    rest = high
  }
  let weight = 8 - groupsAfter - first - 1
  while (groups[first] === 0) {
    first++
    weight--
  }
  let end = 8
  while (groups[end - 1] === 0) end--
  const count = end - first
  w.ensure(12 + 2 * count)
  const b = w.bytes
  let o = w.at
  b[o++] = 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = 8 + 2 * count
  b[o++] = 0
  b[o++] = count
  b[o++] = weight >> 8
  b[o++] = weight
  b[o++] = negative ? 0x40 : 0
  b[o++] = 0
  b[o++] = 0
  b[o++] = scale
  for (let i = first; i < end; i++) {
    b[o++] = groups[i] >> 8
    b[o++] = groups[i]
  }
  w.at = o
}
