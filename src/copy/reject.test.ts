import { expect, test } from 'vitest'
import { encoder } from '../core/encode.ts'
import type { RowSink } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import { rowFields, rowOffsets } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { rejectWriter, sift } from './reject.ts'

const int4 = { kind: 'int4' } as const
const column = (name: string) => ({
  name,
  type: { logical: { kind: 'int', bits: 32 } as const, native: 'int' },
  nullable: true,
})
const plan = {
  source: { name: { name: 't' } },
  target: { name: { name: 'u' } },
  key: ['id'],
  columns: [{ source: column('id'), target: column('id'), wire: int4 }],
} as unknown as TablePlan

function chunk(rows: number): Uint8Array {
  const w = new ByteWriter(64)
  for (let i = 0; i < rows; i++) {
    w.int16(1)
    encoder(int4)(w, String(i))
  }
  return w.bytes.subarray(0, w.at)
}

const valueAt = (bytes: Uint8Array, at: number) => Buffer.from(rowFields(bytes, at)[0] ?? []).readInt32BE()

/** A sink that refuses every part holding one of the bad values, as a database refuses a whole COPY. */
function pickySink(bad: ReadonlySet<number>) {
  const landed: number[] = []
  let calls = 0
  const sink = {
    async rows(bytes: Uint8Array, rows: number, o: { savepoint: boolean }) {
      calls++
      expect(o.savepoint).toBe(true)
      const values = [...rowOffsets(bytes, rows).subarray(0, rows)].map((at) => valueAt(bytes, at))
      if (values.some((v) => bad.has(v))) throw new NaruError('ROW_REFUSED', 'refused', { why: 'bad value' })
      landed.push(...values)
    },
  } as unknown as RowSink
  return { sink, landed, calls: () => calls }
}

test.each([
  [1, []],
  [1, [0]],
  [1000, [0, 999]],
  [1000, [500, 501, 502]],
  [7, [0, 1, 2, 3, 4, 5, 6]],
])('of %i rows exactly the bad ones %j stay out, in order', async (rows, bad) => {
  const { sink, landed, calls } = pickySink(new Set(bad))
  const sifted = await sift(sink, chunk(rows), rows, rejectWriter(plan))
  const good = Array.from({ length: rows }, (_, i) => i).filter((i) => !(bad as number[]).includes(i))
  expect(landed).toEqual(good)
  expect(sifted.rows).toBe(good.length)
  const offsets = [...rowOffsets(sifted.bytes, sifted.rows).subarray(0, sifted.rows)]
  expect(offsets.map((at) => valueAt(sifted.bytes, at))).toEqual(good)
  expect(sifted.rejects.map((r) => r.key)).toEqual(bad.map(String))
  expect(calls()).toBeLessThanOrEqual(2 * bad.length * Math.ceil(Math.log2(rows) + 1) + 1)
})

test('a reject line names target, key, reason and every value by the target column', async () => {
  const { sink } = pickySink(new Set([3]))
  const { rejects } = await sift(sink, chunk(5), 5, rejectWriter(plan))
  expect(JSON.parse(rejects[0].line)).toEqual({
    table: 't',
    target: { name: 'u' },
    key: '3',
    reason: 'bad value',
    row: { id: '3' },
  })
})

test('a lost connection is no refusal: it is thrown on', async () => {
  const sink = {
    rows: async () => {
      throw new NaruError('CONNECTION_LOST', 'gone')
    },
  } as unknown as RowSink
  await expect(sift(sink, chunk(2), 2, rejectWriter(plan))).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
})
