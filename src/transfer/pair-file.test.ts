/** Pairs in a temporary file, against a Map of the same. */
import { expect, test } from 'vitest'
import { ByteTable } from './byte-table.ts'
import { pairFileWriter } from './pair-file.ts'
import { PairReader } from './pair-reader.ts'

const PAIRS = 120_000

/** A wire field; null: NULL. */
function field(value: Buffer | null): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(value === null ? -1 : value.length)
  return value === null ? length : Buffer.concat([length, value])
}

const keyOf = (i: number) =>
  Buffer.from(i % 40_000 === 7 ? `${i}${'k'.repeat(40_000)}` : i % 2 === 0 ? `key ${i}` : `${i}\0`)
const valueAt = (i: number) => {
  if (i % 10 === 0) return field(null)
  return field(Buffer.from(i % 30_000 === 1 ? 'v'.repeat(100_000) : `value ${i * 3}`))
}

function find(reader: PairReader | ByteTable, key: Buffer): string | null {
  const at = reader.find(key, 0, key.length)
  if (at < 0) return null
  return reader.bytes.toString('latin1', at, at + 4 + Math.max(0, reader.bytes.readInt32BE(at)))
}

test('every key gives its value, no other key gives one, whatever the order of the questions', async () => {
  const writer = pairFileWriter('pairs')
  const table = new ByteTable()
  for (let i = 0; i < PAIRS; i++) {
    const [key, value] = [keyOf(i), valueAt(i)]
    // Half of them out of a table in memory; some come twice.
    if (i < PAIRS / 2) table.add(key, 0, key.length, value, 0, value.length)
    else writer.add(key, 0, key.length, value, 0, value.length)
    if (i % 100 === 0) writer.add(key, 0, key.length, value, 0, value.length)
  }
  table.each(writer.add)
  const file = await writer.finish()
  writer.close()
  try {
    expect([file.pairs, file.clashes]).toEqual([PAIRS, []])
    const reader = new PairReader(file.buckets)
    const shared = ByteTable.over(table.share())
    for (let n = 0; n < PAIRS; n++) {
      const i = (n * 7919) % PAIRS
      const value = valueAt(i).toString('latin1')
      if (find(reader, keyOf(i)) !== value) throw new Error(`key ${i} is not found`)
      if (find(reader, keyOf(i)) !== value) throw new Error(`key ${i} is not found again`)
      if (find(reader, Buffer.from(`no ${i}`)) !== null) throw new Error(`no ${i} is found`)
      if (find(shared, keyOf(i)) !== (i < PAIRS / 2 ? value : null)) throw new Error(`key ${i} in shared memory`)
    }
  } finally {
    file.close()
  }
})

test('a key with several values is told', async () => {
  const writer = pairFileWriter('pairs')
  for (let i = 0; i < 1000; i++) {
    const key = Buffer.from(`k${i % 990}`)
    const value = field(Buffer.from(i % 990 < 3 ? `${i}` : 'same'))
    writer.add(key, 0, key.length, value, 0, value.length)
  }
  const file = await writer.finish()
  writer.close()
  file.close()
  expect(file.pairs).toBe(990)
  expect(file.clashes.map(String).sort()).toEqual(['k0', 'k1', 'k2'])
})
