/** wire: each value of the corpus, written and read again, gives the same wire bytes, or is refused. */
import assert from 'node:assert/strict'
import { tupleHasher } from '../core/digest.ts'
import { CellError, encoder } from '../core/encode.ts'
import type { Database, RowSink, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Table } from '../core/schema.ts'
import { ByteWriter } from '../core/writer.ts'
import { CORPUS, type CorpusType } from './corpus.ts'
import { stage } from './place.ts'
import { build, decodeRows, encodeRows, loses, table, tuples, wireColumns, writeChunk } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function wireSuite({ describe, it }: Runner, subject: Subject): void {
  describe('wire', () => {
    for (const entry of CORPUS) it(`${entry.name} values arrive as they are`, () => checkEntry(subject, entry))
    for (const kind of ['text', 'bytes'] as const) {
      it(`a ${kind} value of 10 MB arrives`, () => checkLarge(subject, kind), 60_000)
    }
  })
}

async function checkEntry(subject: Subject, entry: CorpusType): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const values = table(db, 'corpus', [ID, { name: 'v', type: entry.type }], { key: ['id'] })
  await build(db, values)
  await db.ledger().prepare()
  const columns = wireColumns(db, values)
  await using sink = await db.sink(values, columns, { existing: false })
  const lossy = loses(db, entry.type)
  const rows = [null, ...(lossy ? [] : entry.must)].map((text, i) => [String(i), text])
  await writeChunk(sink, columns, rows)
  await expectRows(db, values, columns, encodeRows(columns, rows), rows.length)

  const { by, values: gated = [] } = entry.gated ?? {}
  let id = rows.length
  for (const text of [...(lossy ? entry.must : []), ...(entry.may ?? []), ...gated]) {
    const refused = await refusedBecause(sink, columns, [String(id), text])
    if (by && gated.includes(text)) assert.equal(refused === null, by(db.can), `${JSON.stringify(text)}: ${refused}`)
    if (refused === null) await expectValue(db, values, columns, [String(id), text])
    id++
  }
}

const ID = { name: 'id', type: { kind: 'int', bits: 32 } } as const

/** Null when the row was taken, otherwise the reason. Anything but a refusal is thrown. */
async function refusedBecause(sink: RowSink, columns: WireColumn[], row: (string | null)[]): Promise<string | null> {
  try {
    await writeChunk(sink, columns, [row])
    return null
  } catch (error) {
    if (error instanceof CellError) return error.message
    if (error instanceof NaruError && (error.code === 'ROW_REFUSED' || error.code === 'VALUE_UNFIT'))
      return error.message
    throw error
  }
}

async function readAll(db: Database, of: Table, columns: WireColumn[], after: bigint | null): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  const source = db.source(of, columns, { key: ['id'] })
  const range = { kind: 'key', after: after === null ? null : [after], upto: null } as const
  for await (const batch of source.read(range, { bytes: 1 << 20, rows: 1000 })) {
    assert.deepEqual(batch.rejects, [])
    found.push(...tuples(batch.bytes, batch.rows))
    batch.release()
  }
  return found
}

async function expectRows(
  db: Database,
  of: Table,
  columns: WireColumn[],
  bytes: Uint8Array,
  rows: number,
): Promise<void> {
  compare(columns, await readAll(db, of, columns, null), tuples(bytes, rows))
}

async function expectValue(db: Database, of: Table, columns: WireColumn[], row: string[]): Promise<void> {
  const found = await readAll(db, of, columns, BigInt(row[0]) - 1n)
  compare(columns, found, tuples(encodeRows(columns, [row]), 1))
}

/** Equal by bytes, or by what digests hold for equal (key order of JSON, blanks of char). */
function compare(columns: WireColumn[], found: Uint8Array[], wanted: Uint8Array[]): void {
  assert.equal(found.length, wanted.length, 'as many rows as were written')
  const hasher = tupleHasher(columns.map((c) => c.wire))
  found.forEach((row, i) => {
    if (hasher.row(row, 0, row.length) === hasher.row(wanted[i], 0, wanted[i].length)) return
    const [read] = decodeRows(columns, row, 1)
    const [written] = decodeRows(columns, wanted[i], 1)
    assert.deepEqual(read, written)
    assert.equal(Buffer.from(row).toString('hex'), Buffer.from(wanted[i]).toString('hex'), JSON.stringify(written))
  })
}

async function checkLarge(subject: Subject, kind: 'text' | 'bytes'): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const large = table(db, 'large', [ID, { name: 'v', type: { kind } }], { key: ['id'] })
  await build(db, large)
  await db.ledger().prepare()
  const columns = wireColumns(db, large)
  const rows = 2
  const bytes = largeTuples(columns, rows, 10 * 1024 * 1024)
  await using sink = await db.sink(large, columns, { existing: false })
  await sink.begin()
  await sink.rows(bytes, rows, { savepoint: false })
  await sink.commit()
  compare(columns, await readAll(db, large, columns, null), tuples(bytes, rows))
}

/** Rows of an id and a value of `size` bytes that is neither all ASCII nor free of characters to escape. */
function largeTuples(columns: WireColumn[], rows: number, size: number): Uint8Array {
  const value = Buffer.alloc(size, "가'\\\t\n😀a")
  // The last character may have been cut in two.
  value.fill('z', size - 16)
  const text = Buffer.from(value.toString('utf8').replaceAll('\ufffd', ''))
  const w = new ByteWriter(rows * (size + 16))
  for (let id = 1; id <= rows; id++) {
    w.int16(2)
    encoder(columns[0].wire)(w, String(id))
    w.field(text)
  }
  return w.bytes.subarray(0, w.at)
}
