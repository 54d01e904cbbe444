/** Random schemas with cycles: the sample is closed, its rows are the source's, and none is there that nothing asks for. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

type KeyKind = 'integer' | 'text' | 'pair'

interface TableSpec {
  readonly key: KeyKind
  readonly rows: number
  /** Tables that it points at, itself and later ones included. */
  readonly parents: readonly number[]
}

const specs = fc
  .array(
    fc.record({
      key: fc.constantFrom<KeyKind>('integer', 'text', 'pair'),
      rows: fc.integer({ min: 0, max: 400 }),
      parents: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((all) => all.map((t): TableSpec => ({ ...t, parents: t.parents.map((p) => p % all.length) })))

const keyColumns = (t: TableSpec): string[] => (t.key === 'pair' ? ['a', 'b'] : ['a'])

function keyOf(t: TableSpec, n: number): (number | string)[] {
  if (t.key === 'integer') return [n * 7 - 50]
  return t.key === 'text' ? [`k'é ${n}`] : [n % 5, `B${Math.floor(n / 5)}`]
}

const quoted = (v: number | string | null) =>
  v === null ? 'NULL' : typeof v === 'number' ? String(v) : `'${v.replaceAll("'", "''")}'`

function make(path: string, tables: readonly TableSpec[], salt: number): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  db.exec('BEGIN')
  for (const [i, t] of tables.entries()) {
    const type = t.key === 'integer' ? 'INTEGER' : 'TEXT'
    const own = t.key === 'pair' ? 'a INTEGER NOT NULL, b TEXT NOT NULL' : `a ${type} NOT NULL`
    const refs = t.parents.map((p, n) => {
      const columns = keyColumns(tables[p]).map((c) => `r${n}${c}`)
      const types = columns.map(
        (c) =>
          `${c} ${tables[p].key === 'integer' || (tables[p].key === 'pair' && c.endsWith('a')) ? 'INTEGER' : 'TEXT'}`,
      )
      return {
        columns: types,
        key: `FOREIGN KEY (${columns.join(', ')}) REFERENCES t${p} (${keyColumns(tables[p]).join(', ')})`,
      }
    })
    const parts = [
      own,
      'v TEXT',
      ...refs.flatMap((r) => r.columns),
      `PRIMARY KEY (${keyColumns(t).join(', ')})`,
      ...refs.map((r) => r.key),
    ]
    db.exec(`CREATE TABLE t${i} (${parts.join(', ')})`)
  }
  for (const [i, t] of tables.entries()) {
    for (let n = 0; n < t.rows; n++) {
      const refs = t.parents.flatMap((p, r) => {
        const other = tables[p]
        const none = other.rows === 0 || (n * 31 + r + salt) % 5 === 0
        const key = keyOf(other, none ? 0 : (n * 17 + r * 3 + salt) % other.rows)
        return none ? key.map(() => null) : key
      })
      db.exec(`INSERT INTO t${i} VALUES (${[...keyOf(t, n), `row ${n}`, ...refs].map(quoted).join(', ')})`)
    }
  }
  db.exec('COMMIT')
  db.close()
}

test('a sample of any schema is closed', async () => {
  await using files = await freshFiles()
  let run = 0
  await fc.assert(
    fc.asyncProperty(specs, fc.constantFrom('3%', '10%', '20'), fc.nat(1000), async (tables, asked, salt) => {
      run++
      const [from, to] = [join(files.path, `from${run}.db`), join(files.path, `to${run}.db`)]
      make(from, tables, salt)
      const ends = [await address(`sqlite:${from}`), await address(`sqlite:${to}`)] as const
      const report = await copy(ends[0], ends[1], { sample: asked, sampleSeed: salt, jobs: 1 }, { report() {} })
      expect(report.verdict).toBe('done')
      const db = new DatabaseSync(to)
      db.exec(`ATTACH '${from}' AS source`)
      expect(db.prepare('PRAGMA main.foreign_key_check').all()).toEqual([])
      for (const [i, t] of tables.entries()) {
        expect(db.prepare(`SELECT * FROM main.t${i} EXCEPT SELECT * FROM source.t${i}`).all()).toEqual([])
        const told = report.tables.find((o) => o.table === `t${i}`)
        const wanted = asked === '20' ? Math.min(20, t.rows) : Math.ceil((t.rows * Number.parseInt(asked, 10)) / 100)
        expect(told?.read, JSON.stringify(told)).toBe(wanted + (told?.sample?.needed ?? 0))
        const asking = tables.flatMap((other, j) =>
          other.parents.flatMap((p, r) =>
            p === i
              ? [
                  `EXISTS (SELECT 1 FROM main.t${j} c WHERE ${keyColumns(t)
                    .map((k) => `c.r${r}${k} = p.${k}`)
                    .join(' AND ')})`,
                ]
              : [],
          ),
        )
        const idle = db
          .prepare(`SELECT count(*) AS n FROM main.t${i} p WHERE NOT (${['0', ...asking].join(' OR ')})`)
          .get()
        expect(Number(idle?.n)).toBeLessThanOrEqual(wanted)
      }
      db.close()
    }),
    { numRuns: 8 },
  )
})
