/** ledger: what a run remembers comes back exactly, and goes without a trace. */
import assert from 'node:assert/strict'
import type { RunRecord, UnitRecord } from '../core/ledger.ts'
import { stage } from './place.ts'
import { build, table, wireColumns, writeChunk } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function ledgerSuite({ describe, it }: Runner, subject: Subject): void {
  describe('ledger', () => {
    it('is empty where there is none', async () => {
      await using place = await stage(subject)
      const ledger = place.db.ledger()
      assert.deepEqual(await ledger.runs(), [])
      assert.deepEqual(await ledger.marks('run'), [])
      assert.deepEqual(await ledger.steps('run'), [])
    })
    it('keeps runs, units with exact keys, and steps', () => checkRecords(subject))
    it('is read by another connection', () => checkOtherConnection(subject))
    it('forgets a table, a run, and everything', () => checkForget(subject))
  })
}

const RUN: RunRecord = {
  id: 'r1',
  started: '2026-01-02T03:04:05.678Z',
  source: 'mysql://root@host/shop',
  target: "postgres://o'brien@host/\\db",
  options: '{"tables":["a","한 😀"]}',
  schemaHash: 'f'.repeat(64),
  state: 'copying',
  finished: null,
  summary: null,
}

const UNITS: readonly UnitRecord[] = [
  {
    run: 'r1',
    unit: '0.0',
    table: 'orders',
    position: 0,
    range: { kind: 'key', after: null, upto: [-9223372036854775808n, 'a\'b\\c"한😀', 0.1, new Uint8Array([0, 255])] },
    whole: false,
  },
  {
    run: 'r1',
    unit: '0.1',
    table: 'orders',
    position: 1,
    range: { kind: 'key', after: [18446744073709551615n], upto: null },
    whole: false,
  },
  { run: 'r1', unit: '1.0', table: 'log', position: 2, range: { kind: 'physical', from: '0', to: '128' }, whole: true },
]

async function checkRecords(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const ledger = place.db.ledger()
  await ledger.prepare()
  await ledger.prepare()
  await ledger.begin(RUN)
  const later = { ...RUN, id: 'r2', started: '2026-01-02T03:04:06.000Z' }
  await ledger.begin(later)
  const change = { state: 'done', finished: '2026-01-02T04:00:00.000Z', summary: 'x'.repeat(200_000) } as const
  await ledger.update('r1', change)
  assert.deepEqual(await ledger.runs(), [later, { ...RUN, ...change }])
  await ledger.addUnits(UNITS)
  assert.deepEqual(await ledger.units('r1'), UNITS)
  assert.deepEqual(await ledger.units('r2'), [])
  for (const step of ['table a', 'index a.b', 'table a']) await ledger.stepDone('r1', step)
  assert.deepEqual((await ledger.steps('r1')).sort(), ['index a.b', 'table a'])
}

async function checkOtherConnection(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  if (place.db.can.inProcess) return
  const ledger = place.db.ledger()
  await ledger.prepare()
  await ledger.begin(RUN)
  const other = (await place.another()).ledger()
  await other.prepare()
  assert.deepEqual(await other.runs(), [RUN])
}

async function checkForget(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'rows', [{ name: 'id', type: { kind: 'int', bits: 32 } }], { key: ['id'] })
  await build(db, of)
  const ledger = db.ledger()
  await ledger.prepare()
  await ledger.begin(RUN)
  await ledger.addUnits(UNITS)
  const columns = wireColumns(db, of)
  {
    await using sink = await db.sink(of, columns, { existing: false })
    const reject = { table: 'orders', key: '1', reason: 'why', line: '{}' }
    await writeChunk(sink, columns, [['1']], { run: 'r1', unit: '0.0' }, [reject])
    await writeChunk(sink, columns, [['2']], { run: 'r1', unit: '1.0' })
  }
  await ledger.stepDone('r1', 'table rows')
  await ledger.forget('r1', 'orders')
  assert.deepEqual(
    (await ledger.marks('r1')).map((m) => m.unit),
    ['1.0'],
  )
  assert.deepEqual(
    (await ledger.units('r1')).map((u) => u.unit),
    ['1.0'],
  )
  assert.deepEqual(await ledger.rejects('r1'), [])
  assert.deepEqual(await ledger.steps('r1'), ['table rows'])
  await ledger.forget('r1')
  const left = [await ledger.marks('r1'), await ledger.units('r1'), await ledger.steps('r1')]
  assert.deepEqual(left, [[], [], []])
  assert.equal((await ledger.runs()).length, 1)
  await ledger.clean()
  assert.deepEqual(await ledger.runs(), [])
  assert.deepEqual(
    (await db.inspect()).tables.map((t) => t.name.name),
    ['rows'],
  )
}
