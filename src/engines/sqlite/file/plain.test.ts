/** A look never clears what SQL finds in trouble, and does clear what is ordinary. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sqliteFile, tableOf } from '../../../../test/engines/sqlite-fixture.ts'
import type { Probe } from '../../../core/engine.ts'
import type { LogicalType } from '../../../core/schema.ts'
import { type Handle, openHandle } from '../handle.ts'
import { probePredicate } from '../probe.ts'
import { joinReading } from '../snapshot.ts'
import { borrowDescriptor } from './descriptors.ts'
import { layoutOf } from './layout.ts'
import { plainBy } from './plain.ts'
import { Records } from './record.ts'
import { TreeWalk } from './tree.ts'

const TYPES: LogicalType[] = [
  { kind: 'bool' },
  { kind: 'int', bits: 64 },
  { kind: 'int', bits: 16 },
  { kind: 'decimal', precision: 6, scale: 2 },
  { kind: 'float', bits: 64 },
  { kind: 'text' },
  { kind: 'enum', values: ['a', 'b'] },
  { kind: 'bytes' },
  { kind: 'date' },
  { kind: 'timestamp', fraction: 6, zone: false },
  { kind: 'time', fraction: 6, zone: false },
  { kind: 'uuid' },
  { kind: 'json' },
]
const PROBES: Probe[] = [
  ...TYPES.flatMap((type): Probe[] => [
    { kind: 'not-of-type', type },
    { kind: 'stored-otherwise', type },
  ]),
  { kind: 'zero-date' },
  { kind: 'time-beyond-day' },
  { kind: 'not-boolean' },
  { kind: 'outside', min: '-9999.99', max: '9999.99' },
  { kind: 'outside', min: '0', max: '18446744073709551615' },
  { kind: 'longer', max: 5, unit: 'characters' },
  { kind: 'longer', max: 40, unit: 'bytes' },
  { kind: 'nul' },
  { kind: 'invalid-utf8' },
  { kind: 'double-utf8' },
  { kind: 'empty-enum' },
  { kind: 'not-in', values: ['a', 'b'] },
  { kind: 'not-finite' },
  { kind: 'date-outside', min: '1970-01-01 00:00:01', max: '2038-01-19 03:14:07.999999' },
  { kind: 'date-outside', min: '0001-01-01', max: '9999-12-31' },
  { kind: 'scale', scale: 0 },
  { kind: 'scale', scale: 2 },
  { kind: 'not-json' },
  { kind: 'float32-digits' },
]
const COLUMNS = ['INTEGER', 'REAL', 'TEXT', 'BLOB', 'NUMERIC', 'DECIMAL(6,2)', 'DATETIME', 'BOOLEAN', 'ANY']

const digits = (n: number) => fc.integer({ min: 0, max: 10 ** n - 1 }).map((v) => String(v).padStart(n, '0'))
const day = fc.oneof(
  fc.constantFrom('2024-02-29', '2023-02-29', '0000-00-00', '2024-00-10', '0001-01-01', '2038-01-19', '1970-01-01'),
  fc.tuple(digits(4), digits(1), digits(1)).map(([y, m, d]) => `${y}-0${m}-1${d}`),
)
const clock = fc.oneof(
  fc.constantFrom('00:00:00', '23:59:59', '24:00:00', '23:59:60', '-1:00:00', '100:00:00', '12:00:00.5'),
  fc.tuple(digits(2), digits(2), digits(2)).map((parts) => parts.join(':')),
)
const anyText = fc.oneof(
  day,
  clock,
  fc.tuple(day, fc.constantFrom(' ', 'T', '/'), clock).map((parts) => parts.join('')),
  fc.tuple(day, fc.constantFrom(' BC', 'Z', '.5', 'x')).map((parts) => parts.join('')),
  fc.constantFrom('', 'a', 'b', 'true', 'infinity', 'NaN', '1', '1.50', '1.005', 'a\0b', 'Ã©', 'Ã', 'ÃÂ', '한글', 'é'),
  fc.constantFrom('Ã©'.repeat(80), 'é'.repeat(170), '{"a":1}', '[', '0123456789abcdef0123456789abcdef0123'),
  fc.uuid(),
  fc.uuid().map((u) => u.toUpperCase()),
  fc.string({ unit: 'binary', maxLength: 50 }),
)
const invalid = fc.uint8Array({ maxLength: 12 })
const anyNumber = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, -1n, 255n, 9999n, 10000n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    0.5,
    1.5,
    12.25,
    1.005,
    0.1 + 0.2,
    9999.99,
    9999.991,
    -9999.995,
    1e15,
    1e300,
    Infinity,
    -Infinity,
    -0,
  ),
  fc.double({ noNaN: true }),
)
const anyValue = fc.oneof(
  fc.constant(null),
  anyNumber,
  anyText.map((t) => t.toWellFormed()),
  invalid,
)

/** `row column probe` of every stored value that is plain. */
function clearOnes(handle: Handle): Set<string> {
  const layout = layoutOf(handle, 't')
  if (handle.file === null || layout === null) throw new Error('the pages cannot be read')
  const ways = PROBES.map(plainBy)
  const walk = new TreeWalk(handle.file, layout.root, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  const records = new Records(layout.columns.map(() => true))
  const clear = new Set<string>()
  while (walk.next()) {
    records.read(walk)
    for (const [i, type] of records.types.entries())
      for (const [p, way] of ways.entries())
        if (type !== 0 && way?.(walk.bytes, type, records.starts[i])) clear.add(`${walk.rowid} ${i} ${p}`)
  }
  return clear
}

test('nothing that SQL finds in trouble is clear', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.tuple(anyValue, fc.boolean()), { minLength: 20, maxLength: 20 }),
    async (values) => {
      await using file = await sqliteFile(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, ${COLUMNS.map((type, i) => `c${i} ${type}`).join(', ')})`,
      )
      file.plain((db) => {
        const cells = (asText: boolean) => COLUMNS.map(() => (asText ? 'CAST(?2 AS TEXT)' : '?2')).join(', ')
        const [asText, asIs] = [true, false].map((t) => db.prepare(`INSERT INTO t VALUES (?1, ${cells(t)})`))
        for (const [i, [value, spelled]] of values.entries()) {
          const bytes = value instanceof Uint8Array && spelled
          ;(bytes ? asText : asIs).run(i, value)
        }
      })
      const table = await tableOf(await file.open('source'), 't')
      const handle = openHandle(file.path, { role: 'source' })
      const borrowed = borrowDescriptor(file.path)
      joinReading(handle, { kind: 'lock', id: String(borrowed?.fd) })
      try {
        const clear = clearOnes(handle)
        for (const [i, column] of table.columns.entries()) {
          for (const [p, probe] of PROBES.entries()) {
            const predicate = probePredicate(probe, column, column.name)
            if (predicate === null) continue
            const troubled = handle.prepare(`SELECT id FROM t WHERE ${predicate}`).all()
            const wrong = troubled.filter(({ id }) => clear.has(`${id} ${i} ${p}`))
            expect(wrong, `${JSON.stringify(probe)} ${column.type.native}`).toEqual([])
          }
        }
      } finally {
        handle.db().exec('ROLLBACK')
        handle.close()
        borrowed?.giveBack()
      }
    },
  )
  await fc.assert(property, { numRuns: 40 })
})

test('ordinary values are clear, in large files too, and a part with others is not', async () => {
  await using file =
    await sqliteFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), price DECIMAL(6,2), day DATE, at DATETIME, note TEXT);
    WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 20000)
    INSERT INTO t SELECT i, '이름 ' || i, i / 4.0, date('2020-01-01', i || ' days'), datetime('2020-01-01', i || ' seconds'), printf('%900d', i) FROM s;
    UPDATE t SET name = 'Ã©' WHERE id = 15000; UPDATE t SET day = 'soon' WHERE id = 3`)
  const db = await file.open('source')
  const at = [
    { column: 'name', probe: { kind: 'double-utf8' } },
    { column: 'name', probe: { kind: 'longer', max: 20, unit: 'characters' } },
    { column: 'price', probe: { kind: 'scale', scale: 2 } },
    { column: 'day', probe: { kind: 'not-of-type', type: { kind: 'date' } } },
    { column: 'at', probe: { kind: 'zero-date' } },
    { column: 'note', probe: { kind: 'nul' } },
    { column: 'id', probe: { kind: 'outside', min: '0', max: '10' } },
  ] as const
  const look = (from: number, to: number) =>
    db.look?.({ name: 't' }, { kind: 'physical', from: String(from), to: String(to) }, at)
  expect(await look(1, 100)).toEqual({ rows: 99, clear: [true, true, true, false, true, true, false] })
  expect(await look(4, 10_000)).toEqual({ rows: 9996, clear: [true, true, true, true, true, true, false] })
  expect(await look(10_000, 20_001)).toEqual({ rows: 10_001, clear: [false, false, true, true, true, true, false] })
})
