/** Quick ways from the binary protocol to wire fields, against the slow ones that everything else takes. */
import { isUtf8 } from 'node:buffer'
import { expect, it } from 'vitest'
import { encodeTimestamp } from '../../core/datetime.ts'
import { CellError, writeFloat8 } from '../../core/encode.ts'
import { ByteWriter } from '../../core/writer.ts'
import { momentWriter } from './encode-moment.ts'
import { type FieldWriter, floatWriter } from './encode-plain.ts'
import { textWriter } from './encode-text.ts'
import { TYPE } from './protocol.ts'

function written(write: (w: ByteWriter) => void): string {
  const w = new ByteWriter(64)
  write(w)
  return w.bytes.toString('hex', 0, w.at)
}

/** A moment as the server sends it: as short as its zeros allow. */
function sent(text: string): Buffer {
  const [year, month, day, h, m, s, us] = (text.match(/\d+/g) as string[]).map(Number)
  const b = Buffer.from([11, 0, 0, month, day, h, m, s, 0, 0, 0, 0])
  b.writeUInt16LE(year, 1)
  b.writeUInt32LE(us, 8)
  b[0] = us > 0 ? 11 : h + m + s > 0 ? 7 : 4
  return b
}

it('moments of one column are written one by one, whatever stood before them', () => {
  const days = [
    '0001-01-01',
    '1582-10-10',
    '1969-12-31',
    '1999-12-31',
    '2000-01-01',
    '2020-02-29',
    '2285-01-01',
    '9999-12-31',
  ]
  const times = ['00:00:00.000000', '00:00:00.000001', '01:11:34.967296', '12:00:00.500000', '23:59:59.999999']
  const write = momentWriter({ kind: 'timestamp' }) as FieldWriter
  const all = days.flatMap((day) => times.map((time) => `${day} ${time}`))
  // Each behind each other, so that every date is met both known and new.
  for (const first of all) {
    for (const text of [first, all[(all.indexOf(first) * 7 + 3) % all.length], first]) {
      const b = sent(text)
      expect(written((w) => void write(w, b, 0))).toBe(written((w) => encodeTimestamp(w, text)))
      expect(write(new ByteWriter(64), b, 0)).toBe(b[0] + 1)
    }
  }
})

it('a moment that is none is refused, also behind one of the same month, and leaves the next as it is', () => {
  const write = momentWriter({ kind: 'timestamptz' }) as FieldWriter
  const good = '2020-02-28 10:00:00.000000'
  const bad = ['2020-02-30', '2020-02-00', '2020-00-28', '0000-02-28', '0000-00-00', '2020-13-28'].map(
    (d) => `${d} 10:00:00.000000`,
  )
  for (const text of [...bad, '2020-02-28 24:00:00.000000']) {
    expect(() => written((w) => void write(w, sent(text), 0))).toThrow(CellError)
    expect(written((w) => void write(w, sent(good), 0))).toBe(written((w) => encodeTimestamp(w, good)))
  }
  expect(() =>
    written((w) => void (momentWriter({ kind: 'timestamp' }) as FieldWriter)(w, Buffer.from([0]), 0)),
  ).toThrow('zero date')
})

it('doubles keep every bit but those of NaN', () => {
  const field = { name: 'v', columnType: TYPE.double, flags: 0, characterSet: 63, decimals: 31, columnLength: 22 }
  const write = floatWriter(field, { kind: 'float8' }) as FieldWriter
  const values = [
    0,
    -0,
    1,
    -1.5,
    1 / 3,
    5e-324,
    -2.2250738585072014e-308,
    Number.MAX_VALUE,
    Infinity,
    -Infinity,
    Number.NaN,
  ]
  for (const v of values) {
    const b = Buffer.alloc(9)
    b.writeDoubleLE(v, 1)
    expect(written((w) => void write(w, b, 1))).toBe(written((w) => writeFloat8(w, v)))
  }
  for (const nan of ['010000000000f07f', '000000000000f8ff', 'ffffffffffffffff']) {
    expect(written((w) => void write(w, Buffer.from(nan, 'hex'), 0))).toBe('000000087ff8000000000000')
  }
})

it('short texts are UTF-8 or refused, wherever in them the odd bytes stand', () => {
  const write = textWriter({ kind: 'text' }, { json: false, set: false })
  const odd = [
    'c3a9',
    'ed959c',
    'f09f9880',
    'c3',
    'ed95',
    'f09f98',
    '80',
    'c080',
    'c1bf',
    'e08080',
    'eda080',
    'f0808080',
    'f4908080',
    'f5808080',
    'ff',
    'ed9fbf',
    'efbfbf',
    'f48fbfbf',
  ]
  let good = 0
  for (const first of odd) {
    for (const second of ['', ...odd]) {
      for (let before = 0; before < 9; before++) {
        for (const between of [0, 1, 3, 4, 5, 8, 11]) {
          const text = Buffer.concat([
            Buffer.alloc(before, 'a'),
            Buffer.from(first, 'hex'),
            Buffer.alloc(between, 'b'),
            Buffer.from(second, 'hex'),
            Buffer.alloc((before * between) % 7, 'c'),
          ])
          const w = new ByteWriter(64)
          const whole = isUtf8(text)
          let fits = true
          try {
            write(w, Buffer.concat([Buffer.from([text.length]), text, Buffer.from('\x80tail', 'latin1')]), 0)
          } catch {
            fits = false
          }
          if (fits !== whole) expect.fail(`${text.toString('hex')} is ${whole ? '' : 'not '}UTF-8`)
          if (whole && !w.bytes.subarray(4, w.at).equals(text)) expect.fail(`${text.toString('hex')} was changed`)
          if (whole) good++
        }
      }
    }
  }
  expect(good).toBeGreaterThan(1000)
})
