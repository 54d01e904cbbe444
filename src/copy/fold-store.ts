/** What rows of merged tables come to, by key, in a SQLite file of its own: memory does not grow with them. */
import type { Database } from '../core/engine.ts'
import type { Folded } from './fold.ts'

/** What the rows of one key have come to so far. */
export interface FoldState {
  /** Position of the plan whose row was the first. */
  readonly by: number
  readonly values: Folded
}

export interface FoldStore {
  /** Those of these keys that are known. */
  find(keys: readonly string[]): Promise<Map<string, FoldState>>
  put(states: ReadonlyMap<string, FoldState>): Promise<void>
  /** These are on the target as they are to be. */
  same(keys: readonly string[]): Promise<void>
  /** These are there, but not as they are to be. */
  differ(keys: readonly string[]): Promise<void>
  /** These are on the target, and no row of the sources has them. */
  extra(keys: readonly string[]): Promise<void>
  /** How many keys are the same, by the plan of their first row; and how many are not. */
  counts(): Promise<{ readonly same: ReadonlyMap<number, number>; readonly other: number }>
  /** All keys that are not. */
  others(): Promise<string[]>
  /** What is to be and is not there at all. */
  missing(): AsyncIterable<readonly [key: string, values: Folded]>
  /** Looks at these keys, and others that are named so, alone. */
  narrow(keys: readonly string[]): Promise<void>
  /** Those of these keys that are looked at. */
  wanted(keys: readonly string[]): Promise<ReadonlySet<string>>
  /** Forgets all rows, and looks at those alone that were not the same. */
  again(): Promise<void>
}

/** Keys that are listed together. */
const PAGE = 1000

/** Keeps states in a table of this database, which is nobody else's. */
export async function foldStore(db: Database): Promise<FoldStore> {
  await db.execute('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768')
  await db.execute('CREATE TABLE folded (key TEXT PRIMARY KEY, by INTEGER, state TEXT, same INTEGER) WITHOUT ROWID')
  await db.execute('CREATE TABLE wanted (key TEXT PRIMARY KEY) WITHOUT ROWID')
  let narrow = false
  const listed = '(SELECT value FROM json_each(?))'
  // A statement that gives no rows cannot be asked for some.
  const run = async (sql: string, rows: unknown) =>
    void (await db.query(`${sql} RETURNING 0 AS n`, [JSON.stringify(rows)]))
  return {
    async find(keys) {
      const found = await db.query(`SELECT key, by, state FROM folded WHERE key IN ${listed} AND by IS NOT NULL`, [
        JSON.stringify(keys),
      ])
      const state = (text: unknown): Folded => JSON.parse(String(text))
      return new Map(found.map((r) => [String(r.key), { by: Number(r.by), values: state(r.state) }]))
    },
    put: (states) =>
      run(
        'INSERT OR REPLACE INTO folded SELECT value ->> 0, value ->> 1, value ->> 2, 0 FROM json_each(?)',
        [...states].map(([key, s]) => [key, s.by, JSON.stringify(s.values)]),
      ),
    same: (keys) => run(`UPDATE folded SET same = 1 WHERE key IN ${listed}`, keys),
    differ: (keys) => run(`UPDATE folded SET same = 2 WHERE key IN ${listed}`, keys),
    extra: (keys) => run('INSERT OR IGNORE INTO folded SELECT value, NULL, NULL, 0 FROM json_each(?) WHERE true', keys),
    async counts() {
      const rows = await db.query('SELECT by, same, count(*) AS n FROM folded GROUP BY by, same')
      const same = new Map(rows.filter((r) => Number(r.same) === 1).map((r) => [Number(r.by), Number(r.n)]))
      return { same, other: rows.reduce((n, r) => n + (Number(r.same) === 1 ? 0 : Number(r.n)), 0) }
    },
    others: async () => (await db.query('SELECT key FROM folded WHERE same <> 1')).map((r) => String(r.key)),
    async *missing() {
      for (let after = ''; ; ) {
        const rows = await db.query(
          `SELECT key, state FROM folded WHERE same = 0 AND by IS NOT NULL AND key > ? ORDER BY key LIMIT ${PAGE}`,
          [after],
        )
        for (const r of rows) yield [String(r.key), JSON.parse(String(r.state))] as const
        if (rows.length < PAGE) return
        after = String(rows[PAGE - 1].key)
      }
    },
    async narrow(keys) {
      narrow = true
      await run('INSERT OR IGNORE INTO wanted SELECT value FROM json_each(?) WHERE true', keys)
    },
    async wanted(keys) {
      if (!narrow) return new Set(keys)
      const found = await db.query(`SELECT key FROM wanted WHERE key IN ${listed}`, [JSON.stringify(keys)])
      return new Set(found.map((r) => String(r.key)))
    },
    async again() {
      narrow = true
      await db.execute(
        'DELETE FROM wanted; INSERT INTO wanted SELECT key FROM folded WHERE same <> 1; DELETE FROM folded',
      )
    },
  }
}
