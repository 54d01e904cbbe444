/** Tables in memory that read like a database's, for the tests of this folder. */
import { encoder } from '../../src/core/encode.ts'
import type { Batch, CellReject, Database, RowSource } from '../../src/core/engine.ts'
import type { Key, KeyRange } from '../../src/core/key.ts'
import type { ColumnPlan, TablePlan } from '../../src/core/plan.ts'
import { type Column, plainTable, type Table } from '../../src/core/schema.ts'
import type { WireType } from '../../src/core/wire.ts'
import { ByteWriter } from '../../src/core/writer.ts'

/** id, v, j as canonical texts. */
export type TestRow = readonly [string, string | null, string | null]

const WIRES: readonly (readonly [string, WireType])[] = [
  ['id', { kind: 'int8' }],
  ['v', { kind: 'text' }],
  ['j', { kind: 'jsonb' }],
]

/** A plan of a table (id, v, j) that has another name for each column on the target. */
export function planOf(o: { readonly key: readonly string[] | null; readonly ordered: boolean }): TablePlan {
  const column = (name: string): Column => ({
    name,
    type: { logical: { kind: 'text' }, native: 'text' },
    nullable: true,
  })
  const columns = WIRES.map(
    ([name, wire]): ColumnPlan => ({ source: column(name), target: column(`t_${name}`), wire, rule: 'default' }),
  )
  const table = (name: string) =>
    plainTable(
      { name },
      columns.map((c) => c.source),
    )
  return {
    label: 'a',
    source: table('a'),
    target: table('b'),
    columns,
    ...o,
    action: 'create',
    rows: 0,
    filtered: 0,
    bytes: 0,
  }
}

/** Rows → wire tuples. */
export function encodeAll(rows: readonly TestRow[]): Uint8Array {
  const w = new ByteWriter(64)
  for (const row of rows) {
    w.int16(row.length)
    row.forEach((text, i) => {
      if (text === null) w.null()
      else encoder(WIRES[i][1])(w, text)
    })
  }
  return w.bytes.subarray(0, w.at)
}

/** The fixture's wire types. */
export const wires: readonly WireType[] = WIRES.map(([, wire]) => wire)

interface Faults {
  readonly rejects?: readonly CellReject[]
}

/** A database with one table that yields its rows in the order given, in batches of changing size. */
export function fakeDatabase(rows: readonly TestRow[], plan: TablePlan, faults: Faults = {}): Database {
  const source = (_: Table, columns: readonly { name: string }[], o: { key: readonly string[] | null }): RowSource => {
    const names = plan.columns.map((c) => (columns[0].name.startsWith('t_') ? c.target.name : c.source.name))
    for (const name of o.key ?? []) if (!names.includes(name)) throw new Error(`no key column ${name} here`)
    return {
      count: async () => BigInt(rows.length),
      split: async ({ rows: size }) => (o.key === null ? [{ kind: 'all' }] : splitByKey(rows, Math.min(size, 997))),
      read: (range, { signal }) => batches(inRange(rows, range), faults.rejects ?? [], signal),
    }
  }
  return { source, engine: { dialect: {} } } as unknown as Database
}

const idOf = (key: Key): number => Number(key[0])

function splitByKey(rows: readonly TestRow[], size: number): KeyRange[] {
  const ranges: KeyRange[] = []
  let after: Key | null = null
  for (let i = size; i < rows.length; i += size) {
    const upto: Key = [BigInt(rows[i][0])]
    ranges.push({ kind: 'key', after, upto })
    after = upto
  }
  return [...ranges, { kind: 'key', after, upto: null }]
}

function inRange(rows: readonly TestRow[], range: KeyRange): TestRow[] {
  if (range.kind !== 'key') return [...rows]
  const { after, upto } = range
  return rows.filter(
    ([id]) => (after === null || Number(id) > idOf(after)) && (upto === null || Number(id) <= idOf(upto)),
  )
}

/** Batches whose bytes are spoilt as soon as they are released. */
async function* batches(
  rows: readonly TestRow[],
  rejects: readonly CellReject[],
  signal: AbortSignal | undefined,
): AsyncIterable<Batch> {
  let open = 0
  let size = 3
  for (let at = 0; at < rows.length && !signal?.aborted; at += size) {
    size = 1 + ((at * 7 + rows.length * 5) % 61)
    const part = rows.slice(at, at + size)
    const bytes = Buffer.from(encodeAll(part))
    if (open > 0) throw new Error('the batch before was not released')
    open++
    const release = () => {
      open--
      bytes.fill(0xee)
    }
    const last: Key = [BigInt(part[part.length - 1][0])]
    yield { bytes, rows: part.length, last, rejects: at === 0 ? rejects : [], release }
  }
}
