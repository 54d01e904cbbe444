/** Probes, remedies and folding, run by the server on values of which the answer is known. */
import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { Database, Probe } from '../../src/core/engine.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'

const { dialect } = postgres

interface Case {
  readonly probe: Probe
  readonly type: string
  /** Value → whether it is in trouble. */
  readonly values: readonly (readonly [string, boolean])[]
  /** What clip makes of the values, in order. */
  readonly clip?: readonly (string | null)[]
}

const CASES: readonly Case[] = [
  {
    probe: { kind: 'not-boolean' },
    type: 'smallint',
    values: [
      ['0', false],
      ['1', false],
      ['2', true],
      ['-1', true],
    ],
    clip: ['0', '1', '1', '1'],
  },
  {
    probe: { kind: 'outside', min: '-128', max: '127' },
    type: 'numeric',
    values: [
      ['127', false],
      ['127.5', true],
      ['-129', true],
      ['NaN', false],
    ],
    clip: ['127', '127', '-128', 'NaN'],
  },
  {
    probe: { kind: 'outside', min: '0', max: '18446744073709551615' },
    type: 'bigint',
    values: [
      ['-1', true],
      ['9223372036854775807', false],
    ],
    clip: ['0', '9223372036854775807'],
  },
  {
    probe: { kind: 'longer', max: 3, unit: 'characters' },
    type: 'text',
    values: [
      ['한글말', false],
      ['한글말씀', true],
      ['', false],
    ],
    clip: ['한글말', '한글말', ''],
  },
  {
    probe: { kind: 'longer', max: 3, unit: 'bytes' },
    type: 'text',
    values: [
      ['한', false],
      ['한글', true],
    ],
  },
  {
    probe: { kind: 'longer', max: 2, unit: 'bytes' },
    type: 'bytea',
    values: [
      ['\\x0001', false],
      ['\\x000102', true],
    ],
    clip: ['\\x0001', '\\x0001'],
  },
  {
    probe: { kind: 'double-utf8' },
    type: 'text',
    values: [
      ['Ã©tÃ©', true],
      ['été', false],
      ['Ã', false],
      ['한글 Ã©', false],
      ['plain', false],
      ['\u00eb\u00ac\u00b8', true],
    ],
  },
  {
    probe: { kind: 'not-in', values: ['a', "it's"] },
    type: 'text',
    values: [
      ['a', false],
      ["it's", false],
      ['A', true],
      ['', true],
    ],
  },
  {
    probe: { kind: 'not-finite' },
    type: 'double precision',
    values: [
      ['NaN', true],
      ['Infinity', true],
      ['-Infinity', true],
      ['1e308', false],
    ],
  },
  {
    probe: { kind: 'not-finite' },
    type: 'numeric',
    values: [
      ['NaN', true],
      ['1', false],
    ],
  },
  {
    probe: { kind: 'date-outside', min: '1000-01-01', max: '9999-12-31' },
    type: 'date',
    values: [
      ['0999-12-31', true],
      ['9999-12-31', false],
      ['infinity', true],
      ['0044-03-15 BC', true],
    ],
    clip: ['1000-01-01', '9999-12-31', '9999-12-31', '1000-01-01'],
  },
  {
    probe: { kind: 'date-outside', min: '1970-01-01 00:00:01', max: '2038-01-19 03:14:07.999999' },
    type: 'timestamp with time zone',
    values: [
      ['1970-01-01 00:00:00+00', true],
      ['2038-01-19 03:14:07+00', false],
      ['2038-01-19 12:14:08+09', true],
    ],
  },
  {
    probe: { kind: 'not-of-type', type: { kind: 'int', bits: 32 } },
    type: 'text',
    values: [
      ['12', false],
      [' -7 ', false],
      ['1.5', true],
      ['', true],
      ['x', true],
    ],
  },
  {
    probe: { kind: 'not-of-type', type: { kind: 'date' } },
    type: 'text',
    values: [
      ['2024-02-29', false],
      ['29.2.2024', true],
      ['2024-13-01', true],
    ],
  },
  {
    probe: { kind: 'not-of-type', type: { kind: 'uuid' } },
    type: 'text',
    values: [
      ['c9a646d3-9c61-4cb7-bfcd-ee2522c8f633', false],
      ['c9a6', true],
    ],
  },
  {
    probe: { kind: 'scale', scale: 2 },
    type: 'numeric',
    values: [
      ['1.500', false],
      ['1.501', true],
      ['NaN', false],
    ],
    clip: ['1.500', '1.50', 'NaN'],
  },
  {
    probe: { kind: 'scale', scale: 2 },
    type: 'double precision',
    values: [
      ['1.5', false],
      ['1.501', true],
      ['Infinity', false],
    ],
  },
  {
    probe: { kind: 'float32-digits' },
    type: 'real',
    values: [
      ['0.5', false],
      ['0.1', true],
      ['NaN', false],
    ],
  },
]

async function check(db: Database, { probe, type, values, clip }: Case): Promise<void> {
  const column = { name: 'v', type: dialect.parseType(type), nullable: true }
  const sql = dialect.probe(probe, column, '"v"')
  assert.ok(sql !== null, `${probe.kind} of ${type}`)
  const rows = values.map(([v], i) => `(${i}, ${dialect.literal(v)}::${type})`).join(', ')
  const from = `FROM (VALUES ${rows}, (99, NULL)) AS x(n, v) ORDER BY n`
  const found = await db.query(`SELECT coalesce((${sql})::text, 'null') AS hit ${from}`)
  assert.deepEqual(
    found.map((r) => r.hit === 'true'),
    [...values.map((v) => v[1]), false],
    `${probe.kind} of ${type}`,
  )
  const nulled = dialect.remedy(probe, 'null', column, '"v"')
  const left = await db.query(`SELECT (${nulled}) IS NULL AS gone ${from}`)
  assert.deepEqual(
    left.map((r) => r.gone).slice(0, -1),
    values.map((v) => v[1]),
  )
  if (clip === undefined) return
  const clipped = await db.query(
    `SELECT ((${dialect.remedy(probe, 'clip', column, '"v"')})::${type})::text AS v ${from}`,
  )
  assert.deepEqual(
    clipped.map((r) => r.v),
    [...clip, null],
    `clip ${probe.kind} of ${type}`,
  )
}

for (const kind of ['postgres', 'pglite'] as const) {
  describe(`probes on ${kind}`, () => {
    it('find what is in trouble, and remedies mend it', async () => {
      await using place = await freshDatabase(kind)
      await using db = await postgres.open(postgres.parse(place.url), { role: 'source' })
      for (const one of CASES) await check(db, one)
      const text = { name: 'v', type: dialect.parseType('text'), nullable: true }
      const mend = dialect.remedy({ kind: 'double-utf8' }, 'replace', text, 'v')
      const [row] = await db.query(`SELECT ${mend} AS v FROM (VALUES ('Ã©tÃ©')) AS x(v)`)
      assert.equal(row.v, 'été')
    })

    it('fold what a case- and blank-insensitive target holds for equal', async () => {
      await using place = await freshDatabase(kind)
      await using db = await postgres.open(postgres.parse(place.url), { role: 'source' })
      const [row] = await db.query(
        `SELECT ${dialect.fold(`'Cafe\u0301  '`)} = ${dialect.fold(`'café'`)} AS accent, ${dialect.fold(`'ABC'`)} = ${dialect.fold(`'abc '`)} AS letters, ${dialect.fold(`'가'`)} = ${dialect.fold(`'나'`)} AS other`,
      )
      assert.deepEqual(row, { accent: true, letters: true, other: false })
    })
  })
}
