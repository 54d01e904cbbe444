/** What a fold says against what the statements of the target make of the same rows. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDatabase } from '../app/open.ts'
import { encoder } from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import type { ConflictRule, TablePlan } from '../core/plan.ts'
import type { Column, Table } from '../core/schema.ts'
import { rowOffsets, type WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { type Fold, type Folded, foldOf } from './fold.ts'
import { upsertSink } from './upsert.ts'

const column = (
  name: string,
  native: string,
  logical: Column['type']['logical'],
  more: Partial<Column> = {},
): Column => ({
  name,
  type: { native, logical },
  nullable: name !== 'id',
  ...more,
})

const ALL: readonly (readonly [Column, WireType])[] = [
  [column('id', 'INTEGER', { kind: 'int', bits: 64 }), { kind: 'int8' }],
  [column('name', 'TEXT', { kind: 'text' }, { default: { kind: 'value', text: 'none' } }), { kind: 'text' }],
  [column('n', 'INTEGER', { kind: 'int', bits: 64 }), { kind: 'int8' }],
  [column('m', 'INTEGER', { kind: 'int', bits: 64 }, { default: { kind: 'value', text: '3' } }), { kind: 'int8' }],
]

const TABLE: Table = {
  name: { name: 't' },
  columns: ALL.map(([c]) => c),
  primaryKey: { name: 't_pkey', columns: ['id'] },
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  options: {},
}

function planOf(label: string, columns: readonly string[], update: Readonly<Record<string, ConflictRule>>): TablePlan {
  const own = ALL.filter(([c]) => columns.includes(c.name))
  return {
    label,
    source: TABLE,
    target: TABLE,
    columns: own.map(([c, wire]) => ({ source: c, target: c, wire, rule: 'same' as const })),
    key: ['id'],
    ordered: false,
    action: 'truncate',
    rows: 0,
    filtered: 0,
    bytes: 0,
    upsert: { key: ['id'], update },
  }
}

type Cells = Readonly<Record<string, string | null>>

function tuples(plan: TablePlan, rows: readonly Cells[]): Buffer {
  const w = new ByteWriter(1024)
  for (const row of rows) {
    w.int16(plan.columns.length)
    for (const c of plan.columns) {
      const text = row[c.target.name]
      if (text === null) w.null()
      else encoder(c.wire)(w, text)
    }
  }
  return w.bytes.subarray(0, w.at)
}

const rule = fc.constantFrom<ConflictRule>('first', 'last', 'filled', 'least', 'greatest')
const textRule = fc.constantFrom<ConflictRule>('first', 'last', 'filled')
const number = fc.option(fc.integer({ min: -300, max: 300 }).map(String))
const row = fc.record({
  id: fc.integer({ min: -2, max: 4 }).map(String),
  name: fc.option(fc.constantFrom('', 'a', 'A', '이름', 'x'.repeat(40), `${'x'.repeat(39)}y`)),
  n: number,
  m: number,
})
const rows = fc.array(row, { maxLength: 12 })

test('a fold says what upserts come to', async () => {
  const address = { engine: 'sqlite', label: 'memory', path: ':memory:', params: {} }
  await using db = await openDatabase(address, { role: 'target' })
  await db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'none', n INTEGER, m INTEGER DEFAULT 3)")
  const property = fc.asyncProperty(rows, rows, textRule, rule, rule, async (a, b, name, n, m) => {
    await db.execute('DELETE FROM t')
    const group = [planOf('a', ['id', 'name', 'n', 'm'], { name, n, m }), planOf('b', ['id', 'n'], { n })]
    const fold = foldOf(group) as Fold
    const states = new Map<string, Folded>()
    for (const [p, all] of [a, b].entries()) {
      const plan = group[p]
      const bytes = tuples(plan, all)
      const columns = plan.columns.map((c): WireColumn => ({ name: c.target.name, column: c.target, wire: c.wire }))
      const sink = await upsertSink(db, TABLE, columns, plan.upsert ?? { key: [], update: {} })
      await sink.begin()
      if (all.length > 0) await sink.rows(bytes, all.length, { savepoint: false })
      await sink.commit()
      await sink[Symbol.asyncDispose]()
      const offsets = rowOffsets(bytes, all.length)
      for (const [i, { id }] of all.entries()) states.set(id, fold.add(p, states.get(id), bytes, offsets[i]))
    }
    const held = db.source(TABLE, [...fold.columns], { key: ['id'] })
    const found = new Set<string>()
    for await (const batch of held.read({ kind: 'all' }, { bytes: 1_000_000, rows: 1000 })) {
      const offsets = rowOffsets(batch.bytes, batch.rows)
      for (let i = 0; i < batch.rows; i++) found.add(JSON.stringify(fold.held(batch.bytes, offsets[i])))
      batch.release()
    }
    expect(new Set([...states.values()].map((s) => JSON.stringify(s)))).toEqual(found)
  })
  await fc.assert(property, { numRuns: 150 })
})

test('what cannot be said exactly is told', () => {
  const plain = planOf('a', ['id', 'name', 'n', 'm'], {})
  expect(foldOf([{ ...plain, action: 'append' }])).toContain('held before')
  expect(foldOf([{ ...plain, key: null }])).toContain('without a key')
  expect(foldOf([{ ...plain, upsert: { key: ['name'], update: {} } }])).toContain('key is no number')
  expect(foldOf([planOf('a', ['id', 'name'], { name: 'least' })])).toContain('only the database knows')
  const unique = { ...TABLE, uniques: [{ name: 'u', columns: ['n'] }] }
  expect(foldOf([{ ...planOf('a', ['id', 'n'], { n: 'last' }), target: unique }])).toContain('n must be unique')
  const moment = column('n', 'INTEGER', { kind: 'int', bits: 64 }, { default: { kind: 'expression', sql: 'random()' } })
  const given = { ...plain, columns: plain.columns.map((c) => (c.target.name === 'n' ? { ...c, target: moment } : c)) }
  expect(foldOf([given, planOf('b', ['id', 'name'], {})])).toContain('its default is not a plain value')
})
