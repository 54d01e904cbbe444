/** The ledger of files over SQL: a table `naru_file`, the same statements for every engine. */
import type { Row, Value } from './engine.ts'
import { NaruError } from './error.ts'
import type { FileCount, FileLedger, FileRecord, FileState, NameHolder } from './file-ledger.ts'
import type { LedgerDialect } from './sql-ledger.ts'

interface Connection {
  query(sql: string): Promise<Row[]>
  /** A script; several statements go in one round trip. */
  execute(sql: string): Promise<void>
}

const COLUMNS =
  'store, id, source, state, object_key, address, bytes, sha256, content_type, etag, modified, attempts, noted, error, claim'

/** Ids in one statement: what every engine takes without its packets growing beyond some hundred kilobytes. */
const MOST_IDS = 1000
/** Rows added by one statement: SQLite joins at most 500 SELECTs. */
const MOST_ADDED = 400

/** A ledger of files over one SQL connection, which must not be inside a transaction. */
export function sqlFileLedger(db: Connection, d: LedgerDialect): FileLedger {
  const table = d.name('file')
  let present = false
  const isThere = async () => {
    present ||= (await db.query(d.exists('file'))).length > 0
    return present
  }
  const all = async (sql: string) => ((await isThere()) ? db.query(sql) : [])
  const select = async (what: string, where: string, column: string, values: readonly string[]) => {
    const rows: Row[] = []
    for (let i = 0; i < values.length; i += MOST_IDS) {
      const list = values.slice(i, i + MOST_IDS).map(d.literal)
      rows.push(...(await all(`SELECT ${what} FROM ${table} WHERE ${where} AND ${column} IN (${list.join(', ')})`)))
    }
    return rows
  }
  const of = (store: string) => `store = ${d.literal(store)}`
  const find = async (store: string, ids: readonly string[]) =>
    (await select(COLUMNS, of(store), 'id', ids)).map(toRecord)
  const isTaken = async ({ store, id, claim }: FileRecord) =>
    claim !== null && (await select('id', of(store), 'claim', [claim])).some((row) => row.id !== id)
  // Another process may add the same file at the same moment; the second time it is seen.
  const add = (sql: string) => db.execute(sql).catch(() => db.execute(sql))
  return {
    async prepare() {
      for (const sql of [...d.before, createSql(table, d)]) await db.execute(sql)
      present = true
    },
    find,
    async expect(store, files) {
      for (let i = 0; i < files.length; i += MOST_ADDED) {
        const some = files.slice(i, i + MOST_ADDED)
        // Mostly none of them is known; to make sure of that beforehand costs several times as much.
        await db.execute(pendingSql(table, d, store, some)).catch((error) => {
          if (isLost(error)) throw error
          return add(expectSql(table, d, store, some))
        })
      }
    },
    async note(records) {
      if (records.length === 0) return true
      if (sharesClaim(records)) return false
      // What is there is taken out first: few statements, whatever the number of records, and the same for every engine.
      const gone = [...Map.groupBy(records, ({ store }) => store)].map(
        ([store, some]) =>
          `DELETE FROM ${table} WHERE ${of(store)} AND id IN (${some.map(({ id }) => d.literal(id)).join(', ')})`,
      )
      const script = [...gone, insertSql(table, d, records)]
      try {
        // Another process may note the same file at the same moment; the second time it is seen.
        await together(db, d, script).catch((error) =>
          isLost(error) ? Promise.reject(error) : together(db, d, script),
        )
        return true
      } catch (error) {
        // Whether a claim was in the way is asked, not read from the words of a database.
        for (const record of records) if (await isTaken(record)) return false
        throw error
      }
    },
    async holders(store, claims) {
      return (await select('claim, id, object_key, sha256', of(store), 'claim', claims)).map(toHolder)
    },
    async keys(store, keys) {
      return (await select('object_key', of(store), 'object_key', keys)).map((r) => String(r.object_key))
    },
    async counts() {
      const sql = `SELECT store, state, count(*) AS files, sum(bytes) AS total FROM ${table} GROUP BY store, state ORDER BY store, state`
      return (await all(sql)).map(toCount)
    },
    async page(store, o) {
      const after = o.after === null ? '' : ` AND id > ${d.literal(o.after)}`
      const states = o.states === undefined ? '' : ` AND state IN (${o.states.map((s) => d.literal(s)).join(', ')})`
      const sql = `SELECT ${COLUMNS} FROM ${table} WHERE ${of(store)}${after}${states} ORDER BY id LIMIT ${o.limit}`
      return (await all(sql)).map(toRecord)
    },
  }
}

/** Two of these records want the same. */
function sharesClaim(records: readonly FileRecord[]): boolean {
  const claims = records.flatMap(({ store, claim }) => (claim === null ? [] : [`${claim} ${store}`]))
  return new Set(claims).size < claims.length
}

/** Keys begin with what tells rows apart: a planner without statistics takes a store for something rare, and would read all of it for each look-up. */
function createSql(table: string, { types: { text, key, big }, suffix }: LedgerDialect): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (store ${key} NOT NULL, id ${key} NOT NULL, source ${text} NOT NULL, state ${key} NOT NULL, object_key ${text}, address ${text}, bytes ${big}, sha256 ${key}, content_type ${text}, etag ${text}, modified ${text}, attempts ${big} NOT NULL, noted ${key} NOT NULL, error ${text}, claim ${key}, PRIMARY KEY (id, store), UNIQUE (claim, store))${suffix}`
}

interface Expected {
  readonly id: string
  readonly source: string
}

/** Adds files, none of which may be there. */
function pendingSql(table: string, d: LedgerDialect, store: string, files: readonly Expected[]): string {
  const [name, noted] = [d.literal(store), d.literal(new Date().toISOString())]
  const rows = files.map(
    ({ id, source }) => `(${name}, ${d.literal(id)}, ${d.literal(source)}, 'pending', 0, ${noted})`,
  )
  return `INSERT INTO ${table} (store, id, source, state, attempts, noted) VALUES ${rows.join(', ')}`
}

/** One statement that adds what is not there; no engine's own words for that are needed. */
function expectSql(table: string, d: LedgerDialect, store: string, files: readonly Expected[]): string {
  const rows = files.map(({ id, source }) => `SELECT ${d.literal(id)} AS id, ${d.literal(source)} AS source`)
  const fixed = `${d.literal(store)}, v.id, v.source, 'pending', 0, ${d.literal(new Date().toISOString())}`
  return `INSERT INTO ${table} (store, id, source, state, attempts, noted) SELECT ${fixed} FROM (${rows.join(' UNION ALL ')}) AS v WHERE NOT EXISTS (SELECT 1 FROM ${table} AS have WHERE have.store = ${d.literal(store)} AND have.id = v.id)`
}

/** A record's values in the order of COLUMNS. */
function values(d: LedgerDialect, r: FileRecord): string[] {
  const plain: readonly Value[] = [
    r.store,
    r.id,
    r.source,
    r.state,
    r.key,
    r.address,
    r.bytes,
    r.sha256,
    r.type,
    r.etag,
  ]
  return [...plain, r.modified, r.attempts, r.noted, clean(r.error), r.claim].map(d.literal)
}

/** Some databases hold no NUL in a text. */
const clean = (text: string | null) => text?.replaceAll('\0', '␀') ?? null

function insertSql(table: string, d: LedgerDialect, records: readonly FileRecord[]): string {
  const rows = records.map((r) => `(${values(d, r).join(', ')})`)
  return `INSERT INTO ${table} (${COLUMNS}) VALUES ${rows.join(', ')}`
}

const isLost = (error: unknown) => error instanceof NaruError && error.code === 'CONNECTION_LOST'

/** All of them in one transaction, sent at once. What others ask over this connection meanwhile must not meet one that has failed. */
async function together(db: Connection, d: LedgerDialect, statements: readonly string[]): Promise<void> {
  if (d.atomicScripts) return await db.execute(statements.join(';\n'))
  try {
    await db.execute(['BEGIN', ...statements, 'COMMIT'].join(';\n'))
  } catch (error) {
    // Nothing is to be taken back where the server did so itself.
    if (!isLost(error)) await db.execute('ROLLBACK').catch(() => {})
    throw error
  }
}

const text = (v: Value) => (v === null ? null : String(v))

function toRecord(r: Row): FileRecord {
  return {
    store: String(r.store),
    id: String(r.id),
    source: String(r.source),
    state: String(r.state) as FileState,
    key: text(r.object_key),
    address: text(r.address),
    bytes: r.bytes === null ? null : Number(r.bytes),
    sha256: text(r.sha256),
    type: text(r.content_type),
    etag: text(r.etag),
    modified: text(r.modified),
    attempts: Number(r.attempts),
    noted: String(r.noted),
    error: text(r.error),
    claim: text(r.claim),
  }
}

function toHolder(r: Row): NameHolder {
  return { claim: String(r.claim), id: String(r.id), key: String(r.object_key), sha256: text(r.sha256) }
}

function toCount(r: Row): FileCount {
  return {
    store: String(r.store),
    state: String(r.state) as FileState,
    files: Number(r.files),
    bytes: Number(r.total ?? 0),
  }
}
