/** Random pairs of SQLite schemas, written as text by chance: the law holds for them too. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertCase } from './sqlite-case.ts'

const NAMES = ['a', 'b c', '다', 'select', 'K"q', 'rowid'] as const
const q = (name: string): string => `"${name.replaceAll('"', '""')}"`

const type = fc.constantFrom(
  '',
  ' INT',
  ' INTEGER',
  ' TEXT',
  ' VARCHAR(20)',
  ' REAL',
  ' BLOB',
  ' DECIMAL(10,2)',
  ' ANY',
)
const clause = fc.constantFrom(
  '',
  ' DEFAULT 7',
  " DEFAULT 'x y'",
  ' DEFAULT (1 + 1)',
  ' DEFAULT CURRENT_TIMESTAMP',
  ' COLLATE NOCASE',
  ' CHECK (1)',
  ' NOT NULL DEFAULT 3',
  ' DEFAULT 3 NOT NULL',
  ' CONSTRAINT "some" DEFAULT 4',
  ' UNIQUE ON CONFLICT REPLACE',
  ' REFERENCES "t1" ON DELETE SET NULL',
)

interface Shape {
  readonly columns: readonly string[]
  readonly items: readonly string[]
  readonly tail: string
  readonly index: string | null
}

const column = fc.record({ type, clause, extra: fc.constantFrom('', '', '', ' -- note\n') })

const shape: fc.Arbitrary<Shape> = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }),
    parts: fc.array(column, { minLength: 5, maxLength: 5 }),
    key: fc.constantFrom('', '', 'INTEGER PRIMARY KEY', 'INTEGER PRIMARY KEY AUTOINCREMENT', 'TEXT PRIMARY KEY'),
    constraint: fc.constantFrom('', '', 'UNIQUE', 'CHECK', 'FOREIGN KEY', 'GENERATED', 'STORED'),
    tail: fc.constantFrom('', '', '', ' WITHOUT ROWID'),
    index: fc.constantFrom('', '', 'plain', 'unique', 'desc', 'where', 'expression'),
  })
  .map(({ names, parts, key, constraint, tail, index }) => {
    const first = q(names[0])
    const items = [
      ...(key === '' ? [] : [`"the id" ${key}`]),
      ...names.map((name, i) => `${q(name)}${parts[i].type}${parts[i].clause}${parts[i].extra}`),
      ...(constraint === 'GENERATED' ? [`"made" AS (length(${first}))`] : []),
      ...(constraint === 'STORED' ? [`"made" INT AS (length(${first})) STORED`] : []),
      ...(constraint === 'UNIQUE' ? [`CONSTRAINT "u" UNIQUE (${first})`] : []),
      ...(constraint === 'CHECK' ? [`CHECK (${first} IS NOT 'never')`] : []),
      ...(constraint === 'FOREIGN KEY' ? [`FOREIGN KEY (${first}) REFERENCES "t0" DEFERRABLE INITIALLY DEFERRED`] : []),
    ]
    return { columns: names, items, tail: key === '' ? '' : tail, index: indexOf(index, first) }
  })

function indexOf(kind: string, column: string): string | null {
  if (kind === 'plain') return `(${column})`
  if (kind === 'unique') return `(${column}, ${column} COLLATE NOCASE) WHERE 0`
  if (kind === 'desc') return `(${column} DESC)`
  if (kind === 'where') return `(${column}) WHERE ${column} IS NOT NULL`
  return kind === 'expression' ? `(lower(${column}))` : null
}

const schema = fc.record({
  tables: fc.array(shape, { minLength: 1, maxLength: 3 }),
  view: fc.constantFrom(null, '*', 'count(*)'),
  trigger: fc.boolean(),
})

function script(s: {
  readonly tables: readonly Shape[]
  readonly view: string | null
  readonly trigger: boolean
}): string {
  const last = `"t${s.tables.length - 1}"`
  return [
    ...s.tables.flatMap((t, i) => [
      // AUTOINCREMENT is not for tables without a rowid.
      `CREATE TABLE "t${i}" (${t.items.map((x) => (t.tail === '' ? x : x.replace(' AUTOINCREMENT', ''))).join(', ')}\n)${t.tail}`,
      ...(t.index === null ? [] : [`CREATE INDEX "i${i}" ON "t${i}" ${t.index}`]),
    ]),
    ...(s.view === null ? [] : [`CREATE VIEW "the view" AS SELECT ${s.view} FROM ${last}`]),
    ...(s.trigger ? [`CREATE TRIGGER "tr" AFTER DELETE ON "t0" BEGIN DELETE FROM ${last}; END`] : []),
  ].join(';\n')
}

test('random schemas lead to each other and back', async () => {
  const runs = { numRuns: 60, interruptAfterTimeLimit: 40_000, verbose: 1 } as const
  let done = 0
  await fc.assert(
    fc.asyncProperty(schema, schema, async (from, to) => {
      await assertCase({ name: 'random', from: script(from), to: script(to) })
      done++
    }),
    runs,
  )
  expect(done).toBeGreaterThan(10)
})
