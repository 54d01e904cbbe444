/** Random tables of MariaDB lead to each other and back; a failure names its seed. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sqlOf, stateOf } from './law.ts'
import { leadTo, mysqlStage, refill } from './mysql-stage.ts'
import { witness } from './mysql-witness.ts'

const TYPES = [
  'int NULL',
  'int NOT NULL DEFAULT 7',
  'bigint unsigned NULL',
  "varchar(20) NOT NULL DEFAULT 'it''s'",
  'varchar(90) COLLATE utf8mb4_bin NULL',
  'varchar(40) CHARACTER SET latin1 NULL',
  'decimal(12,4) NULL',
  'double NULL',
  'datetime(3) NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)',
  "enum('가','b') NULL",
  "enum('가','b','c') NULL DEFAULT 'c'",
  "char(5) NOT NULL DEFAULT '' COMMENT '말'",
  'date NULL',
  'tinyint(1) NOT NULL DEFAULT 0',
  'int AS (id + 1) VIRTUAL',
  'int AS (id + 1) STORED',
  'int INVISIBLE DEFAULT 3',
  'int NULL CHECK (`한 ``열` > 0)',
] as const

const NAMES = ['a', '한 `열', 'order', 'c', 'd', 'e'] as const
const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``

const column = fc.record({ name: fc.constantFrom(...NAMES), type: fc.constantFrom(...TYPES) })
const index = fc.record({
  columns: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  unique: fc.boolean(),
  down: fc.boolean(),
})
const table = fc.record({
  columns: fc.uniqueArray(column, { selector: (c) => c.name, maxLength: 6 }),
  indexes: fc.array(index, { maxLength: 3 }),
  refers: fc.option(fc.constantFrom('', ' ON DELETE CASCADE', ' ON UPDATE CASCADE')),
  check: fc.option(fc.constantFrom('id > 0', "id <> 5 and 'x;' <> 'y'")),
  options: fc.constantFrom('', "COMMENT='표'", 'ROW_FORMAT=COMPACT', 'CHARSET=latin1'),
  more: fc.constantFrom(
    '',
    '; CREATE VIEW v AS SELECT id FROM t',
    '; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1',
  ),
})

type Random = typeof table extends fc.Arbitrary<infer T> ? T : never

function script(t: Random): string {
  const own = new Set(t.columns.map((c) => c.name))
  const checked = (type: string, name: string) => type.replace('`한 ``열`', quote(name))
  const lines = [
    'id int NOT NULL PRIMARY KEY',
    ...t.columns.map((c) => `${quote(c.name)} ${checked(c.type, c.name)}`),
    ...t.indexes.flatMap((i, n) => {
      const parts = i.columns.filter((c) => own.has(c))
      return parts.length === 0
        ? []
        : [
            `${i.unique ? 'UNIQUE ' : ''}KEY k${n} (${parts.map((c) => `${quote(c)}${i.down ? ' DESC' : ''}`).join(', ')})`,
          ]
    }),
    ...(t.check === null ? [] : [`CONSTRAINT ck CHECK (${t.check})`]),
    ...(t.refers === null ? [] : [`p int, KEY p (p), CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id)${t.refers}`]),
  ]
  return `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (${lines.join(', ')}) ${t.options}${t.more}`
}

test('random tables lead to each other and back', async () => {
  await using stage = await mysqlStage()
  const { a, b } = stage
  const law = fc.asyncProperty(table, table, async (one, other) => {
    await refill(a, script(one))
    await refill(b, script(other))
    const [before, after, shown, wanted] = [await stateOf(a), await stateOf(b), await witness(a), await witness(b)]
    const forth = await leadTo(a, before, after)
    expect(await witness(a), sqlOf(forth.steps)).toEqual(wanted)
    const back = await leadTo(a, forth.state, before)
    expect(await witness(a), sqlOf(back.steps)).toEqual(shown)
  })
  const seed = Number(process.env.NARU_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
  await fc.assert(law, {
    numRuns: Number(process.env.NARU_TEST_RUNS ?? 20),
    seed,
    endOnFailure: false,
    interruptAfterTimeLimit: 150_000,
  })
})
