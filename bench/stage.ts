/** The benchmark of mappings alone: rows a second of processor time, of tuples of ten columns in memory. No database, no writing. */
import { encoder } from '../src/core/encode.ts'
import type { Batch, RowSource, WireColumn } from '../src/core/engine.ts'
import type { FieldStep, RowStage } from '../src/core/transfer.ts'
import type { WireType } from '../src/core/wire.ts'
import { ByteWriter } from '../src/core/writer.ts'
import { ByteTable } from '../src/transfer/byte-table.ts'
import type { RowFunction, StageContext } from '../src/transfer/context.ts'
import { openLookup } from '../src/transfer/lookup.ts'
import { mappedSource } from '../src/transfer/mapped-source.ts'

const WIRES: readonly (readonly [string, WireType])[] = [
  ['id', { kind: 'int8' }],
  ['customer', { kind: 'int8' }],
  ['status', { kind: 'text' }],
  ['email', { kind: 'text' }],
  ['name', { kind: 'text' }],
  ['amount', { kind: 'numeric', scale: 2 }],
  ['paid', { kind: 'bool' }],
  ['note', { kind: 'text' }],
  ['created', { kind: 'timestamp' }],
  ['score', { kind: 'float8' }],
]
const KEYS = 100_000
const BATCH = 10_000

const READ = WIRES.map(
  ([name, wire]): WireColumn => ({
    name,
    wire,
    column: { name, type: { logical: { kind: 'text' }, native: wire.kind }, nullable: true },
  }),
)

function batchBytes(): Buffer {
  const w = new ByteWriter(1 << 20)
  const encoders = WIRES.map(([, wire]) => encoder(wire))
  for (let i = 0; i < BATCH; i++) {
    const n = (i * 7919) % KEYS
    const texts = [
      String(i),
      String(n),
      ['new', 'paid', 'sent', 'gone'][i % 4],
      `user${n}@shop.example`,
      i % 3 === 0 ? '홍길동' : 'Ada Lovelace',
      `${n}.50`,
      String(i % 2),
      `a note of some length, number ${i}`,
      '2024-02-29 12:34:56',
      String(i / 7),
    ]
    w.int16(texts.length)
    texts.forEach((text, c) => {
      encoders[c](w, text)
    })
  }
  return w.bytes.subarray(0, w.at)
}

function customers(): ByteTable {
  const table = new ByteTable(KEYS)
  const w = new ByteWriter(64)
  for (let i = 0; i < KEYS; i++) {
    w.at = 0
    encoder({ kind: 'int8' })(w, String(i))
    table.add(w.bytes, 4, 12, w.bytes, 0, 12)
  }
  return table
}

const field = (at: number): FieldStep => ({ kind: 'field', at })
const plain = WIRES.map((_, at) => field(at))
const reject = { do: 'reject' } as const
const status: FieldStep = {
  kind: 'values',
  at: 2,
  entries: [
    ['new', 'open'],
    ['paid', 'closed'],
    ['sent', 'closed'],
    ['gone', 'lost'],
  ],
  miss: reject,
}
const customer: FieldStep = { kind: 'lookup', lookup: 0, at: [1], miss: reject }
const mask = (at: number, kind: 'email' | 'name'): FieldStep => ({ kind: 'mask', at, mask: kind, salt: 'salt' })
const put = (at: number, step: FieldStep) => plain.with(at, step)

const rowFunction: RowFunction = (old) => ({
  ...old,
  status: old.status === 'new' ? 'open' : 'closed',
  name: String(old.name).toUpperCase(),
  paid: !old.paid,
})

const SCENARIOS: readonly (readonly [name: string, fields: readonly FieldStep[], row?: RowFunction])[] = [
  ['fields, in order', plain],
  ['fields, reversed', plain.toReversed()],
  ['a constant and a value map', put(2, status).with(7, { kind: 'constant', text: 'moved' })],
  ['a look-up of 100,000 keys', put(1, customer)],
  ['value map, look-up, renamed order', put(1, customer).with(2, status).toReversed()],
  ['e-mail masked', put(3, mask(3, 'email'))],
  ['e-mail and name masked', put(3, mask(3, 'email')).with(4, mask(4, 'name'))],
  ['row function', WIRES.map(([property]) => ({ kind: 'row', property })), rowFunction],
]

function sourceOf(bytes: Buffer, batches: number): RowSource {
  return {
    split: async () => [{ kind: 'all' }],
    count: async () => BigInt(batches * BATCH),
    async *read() {
      for (let i = 0; i < batches; i++) {
        yield { bytes, rows: BATCH, last: null, rejects: [], release() {} } satisfies Batch
      }
    },
  }
}

async function rate(fields: readonly FieldStep[], row: RowFunction | undefined, bytes: Buffer, rows: number) {
  const table = customers()
  const context: StageContext = {
    now: new Date(),
    forget() {},
    lookups: async (plans) => plans.map(() => openLookup({ kind: 'memory', table: table.share() })),
    fresh: () => ({ take: () => 1n }),
    functions: async () => ({ run: row as RowFunction, into: [] }),
    files: async () => {
      throw new Error('no files here')
    },
  }
  const by = [READ[1]]
  const stage: RowStage = {
    read: READ,
    fields,
    lookups: [{ label: 'customers', table: { name: { name: 'customers' } } as never, by, give: READ[1] }],
    ...(row && { row: { module: null, transfer: 't', properties: WIRES.map(([name]) => name) } }),
  }
  const columns = fields.map((step, i) =>
    'at' in step && typeof step.at === 'number' ? READ[step.at] : step.kind === 'lookup' ? READ[1] : READ[i],
  )
  const mapping = { stage, columns, key: null, label: 't', database: 'd', target: { name: 't' } }
  const run = async (batches: number) => {
    const began = process.cpuUsage()
    let found = 0
    for await (const batch of mappedSource(sourceOf(bytes, batches), mapping, context).read(
      { kind: 'all' },
      { bytes: 1, rows: 1 },
    )) {
      found += batch.rows
      if (batch.rejects.length > 0) throw new Error(batch.rejects[0].reason)
      batch.release()
    }
    const { user, system } = process.cpuUsage(began)
    return (found / (user + system)) * 1e6
  }
  await run(5)
  return await run(Math.max(1, Math.round(rows / BATCH)))
}

/** Prints rows a second of processor time of each scenario; with `repeat` the best of so many. */
export async function benchStage(o: {
  readonly rows: number
  readonly repeat: number
  readonly only: readonly string[]
}): Promise<void> {
  const bytes = batchBytes()
  console.log(`tuples of ${WIRES.length} columns, ${Math.round(bytes.length / BATCH)} bytes each; processor time`)
  for (const [name, fields, row] of SCENARIOS) {
    if (o.only.length > 0 && !o.only.includes(name)) continue
    let best = 0
    for (let i = 0; i < o.repeat; i++) best = Math.max(best, await rate(fields, row, bytes, row ? o.rows / 4 : o.rows))
    const ns = (1e9 / best).toFixed(0)
    console.log(`${name.padEnd(36)} ${Math.round(best).toLocaleString('en').padStart(12)} rows/s  ${ns.padStart(6)} ns`)
  }
}
