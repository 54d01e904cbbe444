/** Mappings in lanes, from MariaDB to other engines; on PostgreSQL checked by the plain driver. */
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { openLanes } from '../../src/app/lanes.ts'
import { lookupLoader, sideConnection } from '../../src/app/lookups.ts'
import { openDatabase } from '../../src/app/open.ts'
import { openStages } from '../../src/app/stage.ts'
import { firstNumbers } from '../../src/app/transfer-numbers.ts'
import { tableOutcomes } from '../../src/copy/outcome.ts'
import { runUnits } from '../../src/copy/schedule.ts'
import { makeUnits, pendingTasks } from '../../src/copy/units.ts'
import type { Database, WireColumn } from '../../src/core/engine.ts'
import type { TablePlan } from '../../src/core/plan.ts'
import type { Schema, Table } from '../../src/core/schema.ts'
import type { FieldStep, LookupPlan, RowStage } from '../../src/core/transfer.ts'
import { verifyTable } from '../../src/verify/compare.ts'
import { readBack } from '../../src/verify/readback.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const ROWS = 3000
const SELLERS = ['가나', "o'neil", 'plain', '😀', '']

const SOURCE = `
CREATE TABLE old_orders (no int PRIMARY KEY, seller varchar(20), state char(1), amount decimal(10,2), note text)`

const TARGET = `
CREATE TABLE seller (id SERIAL, code text UNIQUE);
INSERT INTO seller (code) VALUES ('가나'), ('o''neil'), ('plain'), ('😀'), (''), (NULL), (NULL);
CREATE TABLE id_map (old int PRIMARY KEY, new_key bigint NOT NULL);
INSERT INTO id_map VALUES (7, 1000);
CREATE TABLE orders (id bigint PRIMARY KEY, seller_id int, state text, amount numeric(10,2), note text);`

/** What the mapping shall come to, in the database's own words. */
const EXPECTED = `SELECT m.old, o.id, s.code, o.state, o.amount, o.note FROM orders o JOIN id_map m ON m.new_key = o.id LEFT JOIN seller s ON s.id = o.seller_id ORDER BY m.old`

async function fill(db: Database): Promise<void> {
  await db.execute(SOURCE)
  const l = (v: string | null) => db.engine.dialect.literal(v)
  const values = Array.from({ length: ROWS }, (_, i) => {
    const seller = i % 50 === 0 ? null : i % 333 === 0 ? 'nobody' : SELLERS[i % SELLERS.length]
    return `(${i}, ${l(seller)}, ${l('YNX'[i % 3])}, ${i / 4}, ${l(i % 7 === 0 ? null : `한글 ${i}`)})`
  })
  await db.execute(`INSERT INTO old_orders VALUES ${values.join(', ')}`)
}

function tableOf(schema: Schema, name: string): Table {
  const found = schema.tables.find((t) => t.name.name === name)
  if (found === undefined) throw new Error(`no table ${name}`)
  return found
}

const wires = (db: Database, t: Table, names: readonly string[]): WireColumn[] =>
  names.map((name) => {
    const column = t.columns.find((c) => c.name === name)
    if (column === undefined) throw new Error(`no column ${name}`)
    return { name, column, wire: db.engine.dialect.wire(column.type) }
  })

interface Ends {
  readonly source: Database
  readonly target: Database
}

async function plans({ source, target }: Ends): Promise<TablePlan[]> {
  const from = tableOf(await source.inspect(), 'old_orders')
  const to = await target.inspect()
  const [map, orders, seller] = ['id_map', 'orders', 'seller'].map((name) => tableOf(to, name))
  // Rows are read in the form that the target takes.
  const forms = [
    ...wires(target, map, ['old']),
    ...wires(target, seller, ['code']),
    ...wires(target, orders, ['state', 'amount', 'note']),
  ]
  const read = wires(source, from, ['no', 'seller', 'state', 'amount', 'note']).map((c, i) => ({
    ...c,
    wire: forms[i].wire,
  }))
  const lookup = (table: Table, by: string, give: string): LookupPlan => ({
    label: `${table.name.name} by ${by}`,
    table,
    by: wires(target, table, [by]),
    give: wires(target, table, [give])[0],
  })
  const ids = lookup(map, 'old', 'new_key')
  const plan = (label: string, table: Table, stage: Omit<RowStage, 'read'>, more: Partial<TablePlan>): TablePlan => ({
    label,
    source: from,
    target: table,
    columns: wires(
      target,
      table,
      table.columns.map((c) => c.name),
    ).map((c) => ({
      source: c.column,
      target: c.column,
      wire: c.wire,
      rule: 'existing',
    })),
    key: ['no'],
    ordered: false,
    action: 'append',
    rows: ROWS,
    filtered: 0,
    bytes: ROWS * 40,
    stage: { read, ...stage },
    rowKey: [table.columns[0].name],
    ...more,
  })
  const fields: FieldStep[] = [
    { kind: 'lookup', lookup: 0, at: [0], miss: { do: 'fail' } },
    { kind: 'lookup', lookup: 1, at: [1], miss: { do: 'reject' } },
    {
      kind: 'values',
      at: 2,
      entries: [
        ['Y', 'open'],
        ['N', 'shut'],
      ],
      miss: { do: 'default', text: '기타' },
    },
    { kind: 'field', at: 3 },
    { kind: 'field', at: 4 },
  ]
  return [
    plan(
      'ids',
      map,
      {
        fields: [
          { kind: 'field', at: 0 },
          { kind: 'fresh', as: 'integer' },
        ],
        lookups: [ids],
        unless: { lookup: 0, at: [0] },
      },
      { numbers: { table: orders, column: 'id' } },
    ),
    plan('orders', orders, { fields, lookups: [ids, lookup(seller, 'code', 'id')] }, { phase: 1 }),
  ]
}

const SERIAL = { postgres: 'serial PRIMARY KEY', pglite: 'serial PRIMARY KEY', sqlite: 'INTEGER PRIMARY KEY' }

async function rowsOf(kind: keyof typeof SERIAL, url: string, target: Database): Promise<unknown[][]> {
  if (kind !== 'postgres') return (await target.query(EXPECTED)).map((r) => Object.values(r))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query({ text: EXPECTED, rowMode: 'array' }).finally(() => client.end())
  return rows
}

describe.each([
  ['postgres', 'in memory', undefined],
  ['postgres', 'in files', 0],
  ['sqlite', 'in files', 0],
  ['pglite', 'in files', 0],
] as const)('%s, look-ups %s', (kind, _, lookupBytes) => {
  test('two lanes number rows, look keys up and close the ledger; verification sees what they did', async () => {
    await using from = await freshDatabase('mysql')
    await using to = await freshDatabase(kind)
    const [fromAddress, toAddress] = [await address(from.url), await address(to.url)]
    await using source = await openDatabase(fromAddress, { role: 'source' })
    await using target = await openDatabase(toAddress, { role: 'target' })
    {
      await using maker = await openDatabase(fromAddress, { role: 'target' })
      await fill(maker)
    }
    await target.execute(TARGET.replace('SERIAL', SERIAL[kind]))
    const tables = await plans({ source, target })
    const stages = { now: '2026-01-02T03:04:05Z', counters: await firstNumbers(target, tables), lookupBytes }
    const ledger = target.ledger()
    await ledger.prepare()
    const units = await makeUnits(source, tables, 'r', { lanes: 2, unitRows: 500 })
    await ledger.addUnits(units)
    const setup = {
      from: [fromAddress],
      to: toAddress,
      tokens: [{ kind: 'none' as const }],
      run: 'r',
      tables,
      settings: {
        chunkBytes: 8192,
        chunkRows: 1000,
        digest: true,
        bytesPerSecond: null,
        rowsPerSecond: null,
        rejectLimit: 1000,
      },
      stop: new Int32Array(new SharedArrayBuffer(8)),
      stages,
    }
    await using lookups = lookupLoader(sideConnection(toAddress, target), { bound: lookupBytes })
    const place = { count: target.can.writers === 1 ? 1 : 2, shared: { sources: [source], target }, lookups }
    const lanes = await openLanes(setup, place, () => {})
    try {
      for (const phase of [0, 1]) {
        lookups.forget()
        const tasks = pendingTasks(units, []).filter((t) => (tables[t.table].phase ?? 0) === phase)
        await runUnits({ lanes, tasks, stopping: () => false, stop() {}, finished() {} })
      }
    } finally {
      await Promise.all(lanes.map((lane) => lane.close()))
    }

    const rows = await rowsOf(kind, to.url, target)
    const numbers = rows.map((r) => Number(r[1]))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(Number(rows.find((r) => Number(r[0]) === 7)?.[1])).toBe(1000)
    expect(Math.min(...numbers)).toBe(1000)
    const wanted = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 50 === 0 || i % 333 !== 0)
    expect(rows.map(([old, , code, state, amount, note]) => [Number(old), code, state, Number(amount), note])).toEqual(
      wanted.map((i) => [
        i,
        i % 50 === 0 ? null : SELLERS[i % SELLERS.length],
        ['open', 'shut', '기타'][i % 3],
        i / 4,
        i % 7 === 0 ? null : `한글 ${i}`,
      ]),
    )

    const marks = await ledger.marks('r')
    const outcomes = tableOutcomes(tables, units, marks, new Map(), new Map())
    expect(outcomes).toMatchObject([
      { table: 'ids', read: ROWS - 1, written: ROWS - 1, filtered: 1, rejected: 0, closes: true },
      {
        table: 'orders',
        read: ROWS,
        written: wanted.length,
        filtered: 0,
        rejected: ROWS - wanted.length,
        closes: true,
      },
    ])
    const rejects = await ledger.rejects('r')
    expect(rejects.length).toBe(ROWS - wanted.length)
    expect(rejects[0]).toMatchObject({ reason: "seller_id: 'nobody' is not in seller by code" })
    expect(JSON.parse(rejects[0].line)).toMatchObject({ of: 'source', row: { seller: 'nobody' } })

    const back = await readBack({
      plan: tables[1],
      target,
      units: units.filter((u) => u.table === 'orders'),
      marks: marks.filter((m) => m.unit.startsWith('1.')),
    })
    expect(back).toMatchObject({ rows: wanted.length, same: true })
    const again = openStages({ to: toAddress, tables, stages }, target)
    try {
      await target.execute(`UPDATE orders SET state = 'other' WHERE id = 1000`)
      const verified = await verifyTable({ plan: tables[1], source, target, stages: again }, 'digest')
      expect(verified.driftCount).toBe(1 + ROWS - wanted.length)
      expect(verified.drift.filter((d) => d.kind === 'differs')).toEqual([
        { key: '1000', kind: 'differs', columns: [{ name: 'state', source: 'shut', target: 'other' }] },
      ])
      // New numbers cannot be made again: the old keys alone are compared, and none is made by it.
      const next = stages.counters[0]
      const ids = () => verifyTable({ plan: tables[0], source, target, stages: again }, 'digest')
      expect(await ids()).toMatchObject({ same: true, sourceRows: ROWS, targetRows: ROWS })
      await target.execute('DELETE FROM id_map WHERE old = 8')
      expect(await ids()).toMatchObject({ driftCount: 1, drift: [{ key: '8', kind: 'missing on target' }] })
      expect(stages.counters[0]).toBe(next)
    } finally {
      await again.close()
    }
  })
})
