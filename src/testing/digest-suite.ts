/** digest: equal exactly if the rows are equal: in any order, NULL is not '', values swapped between columns are seen. */
import assert from 'node:assert/strict'
import { tupleHasher } from '../core/digest.ts'
import type { Database } from '../core/engine.ts'
import type { Table } from '../core/schema.ts'
import { type Stage, stage } from './place.ts'
import { build, fill, type TextRow, table, wireColumns } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function digestSuite({ describe, it }: Runner, subject: Subject): void {
  describe('digest', () => {
    it('of a sum is the same in any order', async () => {
      await using place = await stage(subject)
      assert.equal(await sumOf(place, ROWS, null), await sumOf(place, ROWS.toReversed(), null))
    })
    it('of a stream is the same however it was written', async () => {
      await using place = await stage(subject)
      assert.equal(await sumOf(place, ROWS, ['id']), await sumOf(place, ROWS.toReversed(), ['id']))
    })
    for (const [what, id, change] of CHANGES) {
      it(`tells ${what}`, async () => {
        await using place = await stage(subject)
        const changed = ROWS.map((r) => (r[0] === id ? change(r) : r)).filter((r) => r.length > 0)
        for (const key of [null, ['id']]) {
          assert.notEqual(await sumOf(place, changed, key), await sumOf(place, ROWS, key))
        }
      })
    }
  })
}

const ROWS: readonly TextRow[] = [
  ['1', 'a', 'b', '0.5'],
  ['2', '', 'b', null],
  ['3', null, '', '-0.5'],
  ['4', 'ab', '', '7'],
]

const CHANGES: readonly (readonly [string, string, (row: TextRow) => TextRow])[] = [
  ["NULL from ''", '2', ([id, , b, c]) => [id, null, b, c]],
  ['values swapped between columns', '1', ([id, a, b, c]) => [id, b, a, c]],
  ['where one text ends and the next begins', '4', ([id, , , c]) => [id, 'a', 'b', c]],
  ['NULL from zero', '2', ([id, a, b]) => [id, a, b, '0']],
  ['a blank at the end', '1', ([id, a, b, c]) => [id, a, `${b} `, c]],
  ['upper from lower case', '1', ([id, a, , c]) => [id, a, 'B', c]],
  ['a missing row', '3', () => []],
]

let tables = 0

/** Writes rows into a table of their own and digests what is read back. */
async function sumOf({ db }: Stage, rows: readonly TextRow[], key: readonly string[] | null): Promise<string> {
  const of = table(
    db,
    `digested_${++tables}`,
    [
      { name: 'id', type: { kind: 'int', bits: 32 } },
      { name: 'a', type: { kind: 'text', max: 10 } },
      { name: 'b', type: { kind: 'text', max: 10 } },
      { name: 'c', type: { kind: 'decimal', precision: 10, scale: 2 } },
    ],
    { key: key ?? [] },
  )
  await build(db, of)
  await fill(db, of, rows)
  return await digest(db, of, key)
}

async function digest(db: Database, of: Table, key: readonly string[] | null): Promise<string> {
  const columns = wireColumns(db, of)
  const hasher = tupleHasher(columns.map((c) => c.wire))
  const range = key === null ? ({ kind: 'all' } as const) : ({ kind: 'key', after: null, upto: null } as const)
  let sum = 0n
  const stream = hasher.stream()
  for await (const batch of db.source(of, columns, { key }).read(range, { bytes: 1 << 20, rows: 100 })) {
    sum += hasher.sum(batch.bytes, batch.rows)
    stream.add(batch.bytes, batch.rows)
    batch.release()
  }
  return key === null ? BigInt.asUintN(128, sum).toString(16) : stream.end()
}
