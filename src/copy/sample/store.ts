/** What a sample has come to so far, in a SQLite file of its own: keys that are taken, and values that rows ask for. Memory does not grow with them. */
import type { Database } from '../../core/engine.ts'

/** A key that may be taken. */
export interface Candidate {
  /** `serializeKey`. */
  readonly key: string
  /** Its place among neighbours, for reading in about the order in which rows lie. */
  readonly place: number
  /** In [0, 1): the least are taken. */
  readonly chance: number
}

/** The keys of one table. */
export interface TakenKeys {
  /** Those that were not known yet. */
  add(keys: readonly Candidate[], needed: boolean): Promise<Set<string>>
  /** Forgets all but the `count` least. */
  keepLeast(count: number): Promise<void>
  counts(): Promise<{ readonly taken: number; readonly needed: number }>
  /** All, in portions. */
  pages(rows: number): AsyncIterable<readonly string[]>
}

/** Values by which rows of one table are asked for; each is given out once. */
export interface WantedValues {
  add(values: Iterable<string>): Promise<void>
  /** The next ones; none when all have been given out. */
  next(rows: number): Promise<readonly string[]>
}

/** Keeps keys and values in tables of this database, which is nobody else's. */
export function sampleStore(db: Database) {
  return {
    async open(): Promise<void> {
      await db.execute('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768')
    },
    async keys(n: number): Promise<TakenKeys> {
      const table = `taken_${n}`
      await db.execute(
        `CREATE TABLE ${table} (key TEXT PRIMARY KEY, place REAL NOT NULL, chance REAL NOT NULL, needed INTEGER NOT NULL) WITHOUT ROWID`,
      )
      return takenKeys(db, table)
    },
    async values(n: number): Promise<WantedValues> {
      const table = `wanted_${n}`
      await db.execute(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE)`)
      return wantedValues(db, table)
    },
  }
}

function takenKeys(db: Database, table: string): TakenKeys {
  return {
    async add(keys, needed) {
      if (keys.length === 0) return new Set()
      const rows = JSON.stringify(keys.map((k) => [k.key, k.place, k.chance]))
      const added = await db.query(
        `INSERT INTO ${table} SELECT value ->> 0, value ->> 1, value ->> 2, ${needed ? 1 : 0} FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING key`,
        [rows],
      )
      return new Set(added.map((row) => String(row.key)))
    },
    async keepLeast(count) {
      await db.execute(
        `DELETE FROM ${table} WHERE key IN (SELECT key FROM ${table} ORDER BY chance, key LIMIT -1 OFFSET ${count})`,
      )
    },
    async counts() {
      const [row] = await db.query(`SELECT count(*) AS n, coalesce(sum(needed), 0) AS needed FROM ${table}`)
      return { taken: Number(row.n), needed: Number(row.needed) }
    },
    async *pages(rows) {
      await db.execute(`CREATE INDEX IF NOT EXISTS ${table}_order ON ${table} (place, key)`)
      for (let after: readonly [number, string] | null = null; ; ) {
        const beyond: string = after === null ? '' : 'WHERE (place, key) > (?, ?)'
        const params: readonly (number | string)[] = after ?? []
        const found = await db.query(
          `SELECT place, key FROM ${table} ${beyond} ORDER BY place, key LIMIT ${rows}`,
          params,
        )
        if (found.length === 0) return
        yield found.map((row) => String(row.key))
        const last = found[found.length - 1]
        after = [Number(last.place), String(last.key)]
      }
    },
  }
}

function wantedValues(db: Database, table: string): WantedValues {
  let given = 0
  return {
    async add(values) {
      const all = [...values]
      if (all.length === 0) return
      await db.query(`INSERT OR IGNORE INTO ${table} (value) SELECT value FROM json_each(?) RETURNING 0 AS n`, [
        JSON.stringify(all),
      ])
    },
    async next(rows) {
      const found = await db.query(`SELECT id, value FROM ${table} WHERE id > ${given} ORDER BY id LIMIT ${rows}`)
      if (found.length > 0) given = Number(found[found.length - 1].id)
      return found.map((row) => String(row.value))
    },
  }
}
