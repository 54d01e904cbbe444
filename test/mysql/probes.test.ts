/** Questions about values, run by the server on values of which the answer is known. */
import { describe, expect, it } from 'vitest'
import type { Probe } from '../../src/core/engine.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase } from '../harness/database.ts'

const { dialect } = mysql
const range = (bits: bigint): Probe => ({ kind: 'outside', min: `${-(2n ** bits)}`, max: `${2n ** bits - 1n}` })

/** Under ALLOW_INVALID_DATES all of these are stored as they stand. */
const BROKEN = [
  ...['0000-00-00', '2020-00-00', '2020-00-10', '2020-02-00', '2020-12-00', '0000-05-10', '0000-02-29', '0000-00-10'],
  ...['0001-00-01', '0001-01-00', '2020-02-30', '2020-02-31', '2021-02-29', '1900-02-29', '2020-04-31', '2020-11-31'],
]
const WHOLE = [
  ...['0001-01-01', '0001-02-28', '2020-02-29', '2000-02-29', '2021-02-28', '2020-04-30', '2020-01-28', '2020-01-29'],
  ...['2020-01-31', '2020-12-31', '9999-12-31', '1969-12-31', '2038-01-20'],
]
const both = (values: readonly string[], time = ''): string[] => values.map((v) => `'${v}${time}'`)

interface Case {
  readonly type: string
  readonly probe: Probe
  readonly trouble: readonly string[]
  readonly fine: readonly string[]
  /** What must not be asked, for it cannot be. */
  readonly without?: RegExp
}

const CASES: readonly Case[] = [
  { type: 'date', probe: { kind: 'zero-date' }, trouble: both(BROKEN), fine: both(WHOLE) },
  { type: 'datetime', probe: { kind: 'zero-date' }, trouble: both(BROKEN, ' 23:59:59'), fine: both(WHOLE) },
  { type: 'datetime(6)', probe: { kind: 'zero-date' }, trouble: both(BROKEN), fine: both(WHOLE, ' 23:59:59.999999') },
  {
    type: 'timestamp',
    probe: { kind: 'zero-date' },
    trouble: ["'0000-00-00 00:00:00'"],
    fine: ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"],
  },
  {
    type: 'bigint unsigned',
    probe: range(63n),
    trouble: ['9223372036854775808', '18446744073709551615'],
    fine: ['0', '9223372036854775807'],
    without: /</,
  },
  {
    type: 'bigint',
    probe: { kind: 'outside', min: '0', max: '18446744073709551615' },
    trouble: ['-1', '-9223372036854775808'],
    fine: ['0', '9223372036854775807'],
    without: />/,
  },
  {
    type: 'bigint',
    probe: { kind: 'outside', min: '-9223372036854775807', max: '9223372036854775806' },
    trouble: ['-9223372036854775808', '9223372036854775807'],
    fine: ['-9223372036854775807', '0', '9223372036854775806'],
  },
  {
    type: 'int unsigned',
    probe: range(31n),
    trouble: ['2147483648', '4294967295'],
    fine: ['0', '2147483647'],
    without: /</,
  },
  { type: 'mediumint', probe: range(15n), trouble: ['-32769', '32768', '8388607'], fine: ['-32768', '32767'] },
  {
    type: 'smallint',
    probe: { kind: 'outside', min: '-99.99', max: '99.99' },
    trouble: ['-100', '100'],
    fine: ['-99', '99'],
  },
  {
    type: 'tinyint unsigned',
    probe: { kind: 'outside', min: '-9', max: '9' },
    trouble: ['10', '255'],
    fine: ['0', '9'],
    without: /</,
  },
  {
    type: 'decimal(20,2)',
    probe: range(31n),
    trouble: ['2147483647.01', '-2147483648.01'],
    fine: ['0', '-2147483648'],
  },
  { type: 'tinyint(1)', probe: { kind: 'not-boolean' }, trouble: ['-1', '2', '127'], fine: ['0', '1'] },
  { type: "enum('a','','0')", probe: { kind: 'empty-enum' }, trouble: ["'none'", '0'], fine: ["'a'", "''", "'0'"] },
  { type: "enum('a','b') CHARACTER SET latin1", probe: { kind: 'empty-enum' }, trouble: ["'c'"], fine: ["'a'", "'b'"] },
  {
    type: 'varchar(20) CHARACTER SET utf8mb4',
    probe: { kind: 'nul' },
    trouble: ["x'00'", "x'610062'", "x'ed959ceab58000'"],
    fine: ["''", "'0'", "'한국'", "x'c480'"],
  },
  {
    type: 'text CHARACTER SET utf16',
    probe: { kind: 'nul' },
    trouble: ["_utf8mb4 x'6100'"],
    fine: ["'a'", "'Ā'", "''"],
  },
]

describe('a question about values', () => {
  for (const { type, probe, trouble, fine, without } of CASES) {
    it(`is answered exactly: ${probe.kind} of ${type}`, async () => {
      await using place = await freshDatabase('mysql')
      await using db = await mysql.open(mysql.parse(place.url), { role: 'target' })
      const values = [...trouble, ...fine, 'NULL'].map((v, i) => `(${i}, ${v})`)
      await db.execute(
        `SET sql_mode = 'ALLOW_INVALID_DATES'; CREATE TABLE t (id int PRIMARY KEY, v ${type} NULL); INSERT INTO t VALUES ${values.join(', ')}; SET sql_mode = ''`,
      )
      const column = (await db.inspect()).tables[0].columns[1]
      const of = (e: string): string => dialect.probe(probe, column, e) as string
      const found = async (sql: string) =>
        (await db.query(`SELECT id FROM t WHERE ${sql} ORDER BY id`)).map((r) => r.id)
      const wrong = trouble.map((_, i) => i)
      expect(await found(of('`v`'))).toEqual(wrong)
      if (type !== 'tinyint(1)' && !type.startsWith('enum'))
        expect(await found(of('coalesce(`v`, `v`)'))).toEqual(wrong)
      // As it is asked and as it is used: counted, beside others, and in the place of a value.
      const [row] = await db.query(`SELECT count(CASE WHEN (id < 0) OR (${of('`v`')}) THEN 1 END) AS n FROM t`)
      expect(row.n).toBe(BigInt(trouble.length))
      expect((await found(`IF(${of('`v`')}, NULL, id) IS NULL`)).length).toBe(trouble.length)
      if (without !== undefined) expect(of('`v`')).not.toMatch(without)
    })
  }

  it('is none where no value can be in trouble', async () => {
    const v = { name: 'v', nullable: false, type: { logical: { kind: 'int', bits: 32 }, native: 'int(11)' } } as never
    expect(dialect.probe(range(63n), v, '`v`')).toBeNull()
    expect(dialect.probe(range(31n), v, '`v`')).toBeNull()
    expect(dialect.probe(range(31n), v, '`v` + 1')).not.toBeNull()
  })
})
