import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { valueDecoder } from '../../core/decode.ts'
import { encoder } from '../../core/encode.ts'
import type { Batch } from '../../core/engine.ts'
import { ByteWriter } from '../../core/writer.ts'
import { BatchCutter, BufferPool } from './batch-cutter.ts'
import { COPY_SIGNATURE } from './messages.ts'

const TYPES = [{ kind: 'text' }, { kind: 'int8' }] as const

/** Tuples of a text of `size` characters and its number. */
function tuple(n: number, size: number): Buffer {
  const w = new ByteWriter(size + 64)
  w.int16(2)
  encoder(TYPES[0])(w, 'x'.repeat(size))
  encoder(TYPES[1])(w, String(n))
  return Buffer.from(w.bytes.subarray(0, w.at))
}

interface Setting {
  readonly size: number
  readonly rows: number
  /** Bytes that come in at a time. */
  readonly piece: number
}

/** Sends rows as COPY does and gives what was cut. */
function cut(rows: readonly Buffer[], o: Setting): { bytes: Buffer; rows: number; last: unknown; length: number }[] {
  const key = [{ position: 1, decode: valueDecoder(TYPES[1]) }]
  const found: { bytes: Buffer; rows: number; last: unknown; length: number }[] = []
  const keep = (b: Batch) => {
    found.push({ bytes: Buffer.from(b.bytes), rows: b.rows, last: b.last?.[0], length: b.bytes.length })
    b.release()
  }
  const cutter = new BatchCutter({ pool: new BufferPool(o.size), rows: o.rows, key, copy: true }, keep)
  const messages = [...rows, Buffer.from([0xff, 0xff])]
  messages[0] = Buffer.concat([COPY_SIGNATURE, messages[0]])
  for (const message of messages) {
    cutter.begin(message.length)
    for (let at = 0; at < message.length; at += o.piece) {
      cutter.data(message, at, Math.min(at + o.piece, message.length))
    }
    cutter.end()
  }
  cutter.flush()
  return found
}

describe('cutting', () => {
  const sizes = [0, 5, 40, 3000, 7, 0, 900, 20, 5000, 1, 2, 3, 4, 100, 100, 100]
  const rows = sizes.map((size, n) => tuple(n, size))
  const whole = Buffer.concat(rows)

  for (const size of [64, 1000, 4096, 1 << 20]) {
    for (const piece of [1, 7, 65536]) {
      it(`into ${size} bytes, from pieces of ${piece}, keeps every byte`, () => {
        const batches = cut(rows, { size, rows: 5, piece })
        assert.deepEqual(Buffer.concat(batches.map((b) => b.bytes)), whole)
        assert.equal(
          batches.reduce((n, b) => n + b.rows, 0),
          rows.length,
        )
        let seen = 0
        for (const b of batches) {
          seen += b.rows
          assert.equal(b.last, BigInt(seen - 1), 'the key of its last row')
          assert.ok(b.rows <= 5)
          assert.ok(b.length <= size || b.rows === 1, 'only a row of its own may be larger')
        }
      })
    }
  }

  it('finds nothing in an empty table', () => {
    assert.deepEqual(cut([], { size: 100, rows: 5, piece: 65536 }), [])
  })
})
