/** How fast the engine of folders writes and reads on one lane, without a database beside it: MB of text a second, and processor time. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encoder } from '../src/core/encode.ts'
import type { WireColumn } from '../src/core/engine.ts'
import type { LogicalType, Table } from '../src/core/schema.ts'
import { ByteWriter } from '../src/core/writer.ts'
import { csv } from '../src/engines/csv/index.ts'
import { typeName } from '../src/engines/csv/types.ts'

const COLUMNS: Readonly<Record<string, LogicalType>> = {
  id: { kind: 'int', bits: 64 },
  n: { kind: 'int', bits: 32 },
  price: { kind: 'decimal', precision: 10, scale: 2 },
  name: { kind: 'text' },
  key: { kind: 'uuid' },
  at: { kind: 'timestamp', fraction: 6, zone: true },
  ratio: { kind: 'float', bits: 64 },
  mail: { kind: 'text' },
}
const TABLE: Table = {
  name: { name: 'b' },
  columns: Object.entries(COLUMNS).map(([name, logical]) => ({
    name,
    type: { logical, native: typeName(logical) },
    nullable: true,
  })),
  ...{ uniques: [], indexes: [], foreignKeys: [], checks: [], options: {} },
}
const WIRES: WireColumn[] = TABLE.columns.map((c) => ({ name: c.name, column: c, wire: csv.dialect.wire(c.type) }))
/** Rows of a chunk. */
const CHUNK = 20_000

function chunk(): Uint8Array {
  const w = new ByteWriter(1 << 20)
  const encode = WIRES.map((c) => encoder(c.wire))
  for (let i = 0; i < CHUNK; i++) {
    const values = [
      ...[`${i * 7919}`, `${i % 1000}`, `${(i % 100_000) / 4}`, `name of row ${i}, with a comma`],
      ...[`a0eebc99-9c0b-4ef8-bb6d-${String(i).padStart(12, '0')}`, '2024-02-29 01:02:03.456+00', `${i / 7}`],
      `user${i}@example.org`,
    ]
    w.int16(values.length)
    for (const [n, value] of values.entries()) encode[n](w, value)
  }
  return w.bytes.subarray(0, w.at)
}

interface Timed {
  readonly wall: number
  readonly processor: number
}

async function timed(work: () => Promise<void>): Promise<Timed> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const used = process.cpuUsage(cpu)
  return { wall: (performance.now() - began) / 1000, processor: (used.user + used.system) / 1e6 }
}

async function write(url: string, chunks: number, bytes: Uint8Array): Promise<void> {
  await using db = await csv.open(csv.parse(url), { role: 'target' })
  for (const step of csv.dialect.ddl.table(TABLE)) await db.execute(step.sql)
  await using sink = await db.sink(TABLE, WIRES, { existing: false })
  for (let seq = 1; seq <= chunks; seq++) {
    await sink.begin()
    await sink.rows(bytes, CHUNK, { savepoint: false })
    const counts = { read: CHUNK, written: CHUNK, filtered: 0, merged: 0, rejected: 0 }
    await sink.mark({ run: 'b', unit: '0.0', seq, after: null, ...counts, digest: '', done: seq === chunks }, [])
    await sink.commit()
  }
  for (const step of csv.dialect.ddl.after(TABLE)) await db.execute(step.sql)
}

async function read(url: string): Promise<number> {
  await using db = await csv.open(csv.parse(url), { role: 'source' })
  let rows = 0
  const source = db.source(TABLE, WIRES, { key: null })
  for await (const batch of source.read({ kind: 'all' }, { bytes: 2 << 20, rows: 50_000 })) {
    rows += batch.rows
    batch.release()
  }
  return rows
}

/** Prints a line a form: MB of plain text a second out and in, processor time, and size on disk. */
export async function benchFolders(o: { readonly rows: number; readonly only: readonly string[] }): Promise<void> {
  const bytes = chunk()
  const chunks = Math.max(1, Math.round(o.rows / CHUNK))
  const { size } = await import('../src/app/format.ts')
  let text = 0
  for (const form of ['csv:', 'csv:?gzip=1', 'ndjson:', 'ndjson:?gzip=1']) {
    if (o.only.length > 0 && !o.only.includes(form.replace(':', ''))) continue
    const folder = await mkdtemp(join(tmpdir(), 'naru-bench-'))
    try {
      const url = form.replace(':', `:${folder}`)
      const out = await timed(() => write(url, chunks, bytes))
      let rows = 0
      const back = await timed(async () => {
        rows = await read(url)
      })
      if (rows !== chunks * CHUNK) throw new Error(`${form}: ${rows} rows came back`)
      const { stat } = await import('node:fs/promises')
      const [file] = (await readdir(folder)).filter((name) => name.startsWith('b.'))
      const onDisk = (await stat(join(folder, file))).size
      if (!form.includes('gzip')) text = onDisk
      const rate = (t: Timed) => `${(text / 1e6 / t.wall).toFixed(0)} MB/s (processor ${t.processor.toFixed(1)} s)`
      console.log(`${form.padEnd(16)} out ${rate(out)}  in ${rate(back)}  text ${size(text)}, on disk ${size(onDisk)}`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
