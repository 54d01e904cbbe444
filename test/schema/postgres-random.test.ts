/** Schemas that chance made: any one leads to any other and back, and pg_dump says so. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { check, travel } from './postgres-law.ts'

const TYPES: readonly (readonly [type: string, ...defaults: string[]])[] = [
  ['integer', '1', '-7'],
  ['bigint', '1', '12345678901'],
  ['smallint', '3'],
  ['numeric(10,2)', '1.50', '0'],
  ['text', "'x'", "'it''s'"],
  ['character varying(20)', "'y'"],
  ['character(4)', "'z'"],
  ['boolean', 'true', 'false'],
  ['date', 'CURRENT_DATE', "'2020-02-29'"],
  ['timestamp(3) without time zone', 'now()'],
  ['timestamp with time zone', 'CURRENT_TIMESTAMP', 'now()'],
  ['uuid', 'gen_random_uuid()'],
  ['jsonb', "'{}'"],
  ['text[]', "'{a,b}'"],
  ['double precision', '1.5'],
  ['mood', "'a'", "'b'"],
]
const NAMES = ['a', 'select', '이름', 'it"s', 'B c', 'x', 'total'] as const
const quote = (name: string) => `"${name.replaceAll('"', '""')}"`

const column = fc.record({
  name: fc.constantFrom(...NAMES),
  type: fc.nat(TYPES.length - 1),
  given: fc.nat(2),
  required: fc.boolean(),
  comment: fc.option(fc.constantFrom("it's", '설명'), { nil: null, freq: 3 }),
  index: fc.constantFrom('none', 'none', 'plain', 'unique', 'constraint', 'partial'),
  checked: fc.boolean(),
})

const table = fc.record({
  columns: fc.uniqueArray(column, { selector: (c) => c.name, maxLength: 6 }),
  key: fc.constantFrom(
    'serial PRIMARY KEY',
    'int PRIMARY KEY',
    'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    'int',
  ),
  points: fc.boolean(),
  viewed: fc.boolean(),
})

const schema = fc.record({
  labels: fc.constantFrom("'a', 'b'", "'a', 'x', 'b'", "'b', 'a', 'c'", "'0', 'a', 'b', '끝'"),
  tables: fc.array(table, { maxLength: 3 }),
})

type Column = ReturnType<typeof column.generate>['value']
type Schema = ReturnType<typeof schema.generate>['value']

function columnSql(c: Column): string {
  const [type, ...defaults] = TYPES[c.type]
  const given = defaults[c.given]
  return `${quote(c.name)} ${type}${given === undefined ? '' : ` DEFAULT ${given}`}${c.required ? ' NOT NULL' : ''}${c.checked ? ` CHECK (${quote(c.name)} IS NOT NULL OR id > 0)` : ''}`
}

function extras(table: string, c: Column, i: number): string[] {
  const [t, n] = [quote(table), quote(c.name)]
  const name = quote(`${table} ${i} ix`)
  const indexable = !/^(jsonb)/.test(TYPES[c.type][0])
  const index = {
    none: [],
    plain: [`CREATE INDEX ${name} ON ${t} (${n} DESC)`],
    unique: [`CREATE UNIQUE INDEX ${name} ON ${t} (${n}, id)`],
    constraint: [`ALTER TABLE ${t} ADD CONSTRAINT ${name} UNIQUE (${n}, id)`],
    partial: [`CREATE INDEX ${name} ON ${t} (id) WHERE ${n} IS NOT NULL`],
  }[c.index as 'none']
  const comment = c.comment === null ? [] : [`COMMENT ON COLUMN ${t}.${n} IS '${c.comment.replaceAll("'", "''")}'`]
  return [...(indexable ? index : []), ...comment]
}

function script(s: Schema): string {
  const tables = s.tables.flatMap((t, i) => {
    const name = `t ${i}`
    const first = s.tables[0].key !== 'int' && t.points && i > 0
    const up = first ? [`up ${s.tables[0].key.startsWith('bigint') ? 'bigint' : 'int'} REFERENCES "t 0" (id)`] : []
    return [
      `CREATE TABLE ${quote(name)} (${[`id ${t.key}`, ...t.columns.map(columnSql), ...up].join(', ')})`,
      ...t.columns.flatMap((c, n) => extras(name, c, n)),
      ...(t.viewed
        ? [
            `CREATE VIEW ${quote(`v ${i}`)} AS SELECT * FROM ${quote(name)}`,
            `CREATE VIEW ${quote(`w ${i}`)} AS SELECT id FROM ${quote(`v ${i}`)}`,
          ]
        : []),
    ]
  })
  return [`CREATE TYPE mood AS ENUM (${s.labels})`, ...tables].join(';\n')
}

it('lead to each other and back', async () => {
  const seed = Number(process.env.NARU_TEST_SEED ?? Date.now() % 1_000_000_007)
  const runs = Number(process.env.NARU_TEST_RUNS ?? 20)
  const samples = fc.sample(fc.tuple(schema, schema), { numRuns: runs, seed })
  const pairs = samples.map(([from, to], i) => ({
    name: `random ${i}`,
    schema: `r${i}`,
    from: script(from),
    to: script(to),
  }))
  const courses = await travel(pairs)
  const wrong = pairs.flatMap((p) => {
    try {
      check(courses.get(p.schema))
      return []
    } catch (error) {
      return [`NARU_TEST_SEED=${seed}\n${String(error)}\n--- from\n${p.from}\n--- to\n${p.to}`]
    }
  })
  expect(wrong).toEqual([])
})
