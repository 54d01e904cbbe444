/** Tables of SQLite are asked in parts whatever their key is, and the answers are those of one plain count for each question. */
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { questionsFor } from '../../src/copy/questions.ts'
import { scanTables } from '../../src/copy/scan.ts'
import { shapeInput, shapeTables, UNDECIDED } from '../../src/copy/shape.ts'
import { traitsOf } from '../../src/diff/convert-traits.ts'
import { open, pair } from './planning.ts'

const COLUMNS = 'a VARCHAR(3), n INTEGER, p DECIMAL(4,1), d DATE, m DATETIME, f BOOLEAN, j JSON, x'

/** Tables by how their rows lie and are found. */
const SHAPES = {
  integer: `(k INTEGER PRIMARY KEY, l TEXT, ${COLUMNS})`,
  text: `(k INTEGER, l TEXT PRIMARY KEY NOT NULL, ${COLUMNS})`,
  composite: `(k INTEGER NOT NULL, l TEXT NOT NULL, ${COLUMNS}, PRIMARY KEY (k, l))`,
  none: `(k INTEGER, l TEXT, ${COLUMNS})`,
  hidden: `(k INTEGER, l TEXT, ${COLUMNS}, rowid TEXT)`,
  clustered: `(k INTEGER, l TEXT COLLATE NOCASE PRIMARY KEY, ${COLUMNS}) WITHOUT ROWID`,
  bytes: `(k INTEGER, l BLOB PRIMARY KEY, ${COLUMNS}) WITHOUT ROWID`,
  both: `(k INTEGER, l TEXT, ${COLUMNS}, PRIMARY KEY (l, k)) WITHOUT ROWID`,
  falling: `(k INTEGER, l TEXT, ${COLUMNS}, PRIMARY KEY (l, k DESC)) WITHOUT ROWID`,
}

/** SQL of values of every kind, those that no other engine takes among them. */
const value = fc.oneof(
  fc.constantFrom('NULL', '0', '1', "''", "'abc'", "'1.25'", "'ÃÂ©'", "'é'", '9e999', '1.5', '123456', "'0000-00-00'"),
  fc.constantFrom("'2024-02-30'", "'2024-02-29'", "'2024-02-29 10:11:12'", "x'00ff'", `'{"a":1}'`, "'infinity'"),
  fc.constantFrom("CAST(x'61ff' AS TEXT)", "'a' || char(0) || 'b'", '-9223372036854775808', '9223372036854775807'),
)
const row = fc.record({
  k: fc.oneof(fc.integer({ min: -9, max: 30 }), fc.constantFrom('9223372036854775807', '-9223372036854775808')),
  l: fc.oneof(
    fc.constantFrom("'a'", "'A'", "'it''s'", "''", "'한'", "x'6100'", "'z' || char(0)", "CAST(x'ff' AS TEXT)", "'10'"),
    fc.integer({ min: 0, max: 99 }).map((n) => `'v${n}'`),
  ),
  values: fc.array(value, { minLength: 8, maxLength: 8 }),
})

test('as many rows in trouble as plain SQL counts', async () => {
  await using p = await pair('sqlite', 'postgres', '')
  const path = new URL(p.from.url).pathname
  const file = new DatabaseSync(path)
  for (const [name, columns] of Object.entries(SHAPES)) file.exec(`CREATE TABLE "${name}" ${columns}`)
  await using target = await open(p.to.url, 'target')
  const made = (rows: readonly { k: number | string; l: string; values: readonly string[] }[]) => {
    for (const name of Object.keys(SHAPES)) {
      file.exec(`DELETE FROM "${name}"`)
      const more = name === 'hidden' ? ", 'not a number'" : ''
      for (const r of rows) {
        const key = `${r.k}, ${name === 'bytes' ? `CAST(${r.l} AS BLOB)` : r.l}`
        file.exec(`INSERT OR IGNORE INTO "${name}" VALUES (${[key, ...r.values].join(', ')}${more})`)
      }
    }
  }
  let cut = 0
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 4, maxLength: 40 }), async (rows) => {
      made(rows)
      await using source = await open(p.from.url, 'source')
      const schemas = { source: await source.inspect(), target: await target.inspect(), options: {} }
      const { drafts } = shapeTables(shapeInput(source, target, schemas), UNDECIDED)
      const traits = traitsOf(schemas.source)
      const dialect = source.engine.dialect
      const ask = { from: traits, to: traitsOf(schemas.target), dialect, nulInText: false, indexBytes: null }
      const tasks = drafts.map((draft) => ({ draft, questions: questionsFor(ask, draft), highest: null }))
      expect(tasks.map((t) => t.draft.label).sort()).toEqual(Object.keys(SHAPES).sort())
      const found = await scanTables({ source, traits, lanes: 1, splitRows: 1 }, tasks)
      for (const { draft, questions } of tasks) {
        const count = async (where: string) =>
          Number((await source.query(`SELECT count(*) AS n FROM "${draft.label}" WHERE ${where}`))[0].n)
        const parts = (await source.parts?.(draft.source, { rows: 3, total: rows.length })) ?? []
        const sizes = await Promise.all(parts.map((part) => count(part.sql)))
        const all = await count('1')
        expect(parts.length === 0 || sizes.reduce((a, b) => a + b, 0) === all).toBe(true)
        expect(parts.every((part, i) => part.most === null || sizes[i] <= part.most)).toBe(true)
        if (all > 6 && parts.length > 1) cut++
        const counts = await Promise.all(questions.map((q) => count(q.predicate)))
        const scan = found.get(draft.label)
        expect(scan?.rows).toBe(all)
        expect(scan?.answers.map((a) => [a.question.predicate, a.count])).toEqual(
          questions.map((q, i) => [q.predicate, counts[i]]).filter(([, n]) => n !== 0),
        )
      }
    }),
    { numRuns: 15, seed: 5 },
  )
  file.close()
  expect(cut).toBeGreaterThan(40)
})
