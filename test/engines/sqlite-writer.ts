/** A process that writes chunk after chunk into table t of the SQLite file it is given, until it is killed; a point for each commit. */

import { ByteWriter } from '../../src/core/writer.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'

const CHUNK = 500
const db = await sqlite.open(sqlite.parse(`sqlite:${process.argv[2]}`), { role: 'target' })
const table = (await db.inspect()).tables[0]
const columns = table.columns.map((c) => ({ name: c.name, column: c, wire: sqlite.dialect.wire(c.type) }))
const marks = await db.ledger().marks('r')
const sink = await db.sink(table, columns, { existing: false })
for (let seq = marks.length + 1; ; seq++) {
  const w = new ByteWriter(64)
  for (let i = 1; i <= CHUNK; i++) {
    w.int16(2)
    w.int32(8)
    w.int32(0)
    w.int32((seq - 1) * CHUNK + i)
    w.text(`row ${i} of chunk ${seq} 한국어`)
  }
  await sink.begin()
  await sink.rows(w.bytes.subarray(0, w.at), CHUNK, { savepoint: false })
  const counts = { read: CHUNK, written: CHUNK, rejected: 0, filtered: 0, merged: 0 }
  await sink.mark({ run: 'r', unit: '0.0', seq, after: [BigInt(seq * CHUNK)], ...counts, digest: '', done: false }, [])
  await sink.commit()
  process.stdout.write('.')
}
