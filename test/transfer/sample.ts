/** Sources, look-ups and contexts made by hand, for tests of mappings. */

import { lookupLoader } from '../../src/app/lookups.ts'
import { decoder } from '../../src/core/decode.ts'
import { encoder } from '../../src/core/encode.ts'
import type { Batch, Database, RowSource, WireColumn } from '../../src/core/engine.ts'
import type { KeyValue } from '../../src/core/key.ts'
import type { ColumnType, Table } from '../../src/core/schema.ts'
import type { FieldStep, LookupPlan, RowStage } from '../../src/core/transfer.ts'
import { rowFields, rowOffsets, type WireType } from '../../src/core/wire.ts'
import { ByteWriter } from '../../src/core/writer.ts'
import type { Mapping, RowFunction, StageContext } from '../../src/transfer/context.ts'
import { openLookup } from '../../src/transfer/lookup.ts'
import { mappedSource } from '../../src/transfer/mapped-source.ts'

export type Texts = readonly (string | null)[]

const LOGICAL: Partial<Record<WireType['kind'], ColumnType['logical']>> = {
  int2: { kind: 'int', bits: 16 },
  int4: { kind: 'int', bits: 32 },
  int8: { kind: 'int', bits: 64 },
  bool: { kind: 'bool' },
}

export function wireColumn(name: string, wire: WireType, o: { max?: number; nullable?: boolean } = {}): WireColumn {
  const logical = LOGICAL[wire.kind] ?? { kind: 'text', ...(o.max !== undefined && { max: o.max }) }
  return { name, wire, column: { name, type: { logical, native: wire.kind }, nullable: o.nullable ?? true } }
}

function tuples(columns: readonly WireColumn[], rows: readonly Texts[]): Buffer {
  const w = new ByteWriter(1024)
  for (const row of rows) {
    w.int16(columns.length)
    columns.forEach((c, i) => {
      const text = row[i]
      if (text === null) w.null()
      else encoder(c.wire)(w, text)
    })
  }
  return w.bytes.subarray(0, w.at)
}

function texts(columns: readonly WireColumn[], bytes: Uint8Array, rows: number): Texts[] {
  const offsets = rowOffsets(bytes, rows)
  if (offsets[rows] !== bytes.length) throw new Error('bytes behind the last row')
  return Array.from({ length: rows }, (_, i) =>
    rowFields(bytes, offsets[i]).map((f, n) => (f === null ? null : decoder(columns[n].wire)(f, 0, f.length))),
  )
}

/** Rows in batches of `size`; the key of a batch is its last row's number. */
function fixedSource(columns: readonly WireColumn[], rows: readonly Texts[], size = 7): RowSource & { open: number } {
  const source = {
    open: 0,
    async split() {
      return [{ kind: 'all' as const }]
    },
    async count() {
      return BigInt(rows.length)
    },
    async *read() {
      for (let i = 0; i < rows.length; i += size) {
        const some = rows.slice(i, i + size)
        source.open++
        const bytes = tuples(columns, some)
        let released = false
        const batch: Batch = {
          bytes,
          rows: some.length,
          last: [BigInt(i + some.length)] as KeyValue[],
          rejects: [],
          release() {
            if (released) return
            released = true
            source.open--
            bytes.fill(0xee) // whoever still looks at it is found out
          },
        }
        yield batch
      }
    },
  }
  return source
}

export function lookupPlan(label: string, by: readonly WireColumn[], give: WireColumn): LookupPlan {
  const table = { name: { name: label }, columns: [...by, give].map((c) => c.column) } as unknown as Table
  return { label, by, give, table }
}

/** A database that holds one table's rows and understands no SQL. */
export function tableDatabase(columns: readonly WireColumn[], rows: readonly Texts[]): Database {
  return {
    source(_table: Table, wanted: readonly WireColumn[]) {
      const at = wanted.map((c) => columns.findIndex((d) => d.name === c.name))
      return fixedSource(
        wanted,
        rows.map((r) => at.map((i) => r[i])),
      )
    },
    async close() {},
  } as unknown as Database
}

/** Look-ups in that database; beyond `bound` bytes of memory in a file. */
export function lookupsIn(db: Database, bound?: number): Pick<StageContext, 'lookups'> & AsyncDisposable {
  const loader = lookupLoader({ open: async () => db, async close() {} }, { bound })
  return {
    lookups: async (plans) => (await loader.load(plans)).map(openLookup),
    [Symbol.asyncDispose]: () => loader[Symbol.asyncDispose](),
  }
}

export interface Case {
  readonly read: readonly WireColumn[]
  readonly write: readonly WireColumn[]
  readonly fields: readonly FieldStep[]
  readonly stage?: Partial<RowStage>
  readonly key?: readonly string[] | null
}

function mapping(c: Case): Mapping {
  return {
    stage: { read: c.read, fields: c.fields, lookups: [], ...c.stage },
    columns: c.write,
    key: c.key ?? null,
    label: 'things',
    database: 'legacy',
    target: { name: 'things' },
  }
}

export function context(o: Partial<StageContext> & { run?: RowFunction } = {}): StageContext {
  return {
    now: new Date('2026-01-02T03:04:05Z'),
    async lookups() {
      return []
    },
    forget() {},
    fresh() {
      throw new Error('no numbers here')
    },
    async functions() {
      if (o.run === undefined) throw new Error('no function here')
      return { run: o.run, into: [{ name: 'things' }, { name: 'others' }] }
    },
    async files() {
      throw new Error('no files here')
    },
    ...o,
  }
}

/** Everything that a mapped source gives for these rows. */
export async function mapAll(c: Case, rows: readonly Texts[], ctx: StageContext = context(), size = 7) {
  const source = fixedSource(c.read, rows, size)
  const found = { rows: [] as Texts[], rejects: [] as Batch['rejects'][number][], filtered: 0, lasts: [] as unknown[] }
  for await (const batch of mappedSource(source, mapping(c), ctx).read({ kind: 'all' }, { bytes: 1, rows: 1 })) {
    found.rows.push(...texts(c.write, batch.bytes, batch.rows))
    found.rejects.push(...batch.rejects)
    found.filtered += batch.filtered ?? 0
    found.lasts.push(batch.last)
    batch.release()
  }
  if (source.open !== 0) throw new Error(`${source.open} batches were not given back`)
  return found
}
