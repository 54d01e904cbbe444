/** Puts wire tuples into a table: LOAD DATA LOCAL, or multi-row INSERTs where the server forbids it. */
import { NaruError } from '../../core/error.ts'
import { ByteWriter } from '../../core/writer.ts'
import { bulkLoader } from './bulk.ts'
import { type Outcome, runLoad, runText, takesBulk } from './driver.ts'
import { refused, rowError } from './errors.ts'
import { quote } from './literal.ts'
import type { Loading, Stored } from './loading.ts'
import { asText, type Statements } from './query.ts'
import { tableSql } from './table-name.ts'
import { type TextField, textField } from './text-field.ts'
import { loadText, rowLiteral } from './write-text.ts'

/** Stores rows of wire bytes. Throws ROW_REFUSED with the reason of the first row refused. */
type Store = (bytes: Uint8Array, rows: number) => Promise<void>

/** The way rows go into a table, and what ends it. */
export interface RowLoader extends AsyncDisposable {
  readonly store: Store
}

/** Errors that say that LOAD DATA LOCAL is not allowed. */
const NOT_ALLOWED = new Set([1148, 3948, 3950, 4166])
/** The server cannot prepare or repeat this statement. */
const NO_BULK = new Set([1295, 1235])

/** The loader of a table: MariaDB's bulk INSERT where there is one, else LOAD DATA LOCAL, else INSERTs of many rows. */
export function rowLoader(l: Loading): RowLoader {
  const fields = l.columns.map((c) => textField(c, l.server.flavor))
  const judge = (outcome: Outcome, rows: number) => expectAll(l.statements, outcome, rows)
  const bulk = bulkLoader(l, fields, judge)
  const plain = plainStore(l, fields)
  let bulky = l.columns.length > 0 && l.way !== 'load' && l.way !== 'insert' && takesBulk(l.connection)
  return {
    async store(bytes, rows) {
      if (!bulky) return plain(bytes, rows)
      try {
        const done = await bulk.load(bytes, rows)
        if (done.rows < rows) await plain(bytes.subarray(done.at), rows - done.rows)
      } catch (error) {
        if (!(error instanceof NaruError) || !NO_BULK.has(Number(error.details.errno))) throw error
        bulky = false
        await plain(bytes, rows)
      }
    },
    [Symbol.asyncDispose]: () => bulk[Symbol.asyncDispose](),
  }
}

function plainStore(l: Loading, fields: readonly TextField[]): Store {
  const insert = insertStore(l, fields)
  const load = loadStore(l, fields)
  let allowed = l.way !== 'insert' && l.server.variables.get('local_infile') !== 'OFF'
  return async (bytes, rows) => {
    if (allowed) {
      try {
        return await load(bytes, rows)
      } catch (error) {
        if (!NOT_ALLOWED.has((error as { errno?: number }).errno ?? 0)) throw rowError(error)
        allowed = false
      }
    }
    return insert(bytes, rows)
  }
}

const UTF8 = new Set(['utf8mb4', 'utf8mb3', 'utf8'])

/**
 * The file is declared binary, so that no byte is taken for half a character. Columns in UTF-8 take such bytes as they are (and check
 * them); other character sets, MySQL's JSON and MariaDB's uuid and inet types must be told that they are UTF-8.
 */
function needsConversion(stored: Stored | undefined, flavor: 'mysql' | 'mariadb'): boolean {
  if (stored === undefined) return false
  if (['uuid', 'inet4', 'inet6'].includes(stored.dataType)) return true
  if (stored.dataType === 'json') return flavor === 'mysql'
  return stored.charset !== null && !UTF8.has(stored.charset)
}

function loadSql(l: Loading): string {
  const targets: string[] = []
  const sets: string[] = []
  l.columns.forEach((c, i) => {
    if (!needsConversion(l.stored.get(c.name.toLowerCase()), l.server.flavor)) targets.push(quote(c.name))
    else {
      targets.push(`@naru_${i}`)
      sets.push(`${quote(c.name)} = CONVERT(@naru_${i} USING utf8mb4)`)
    }
  })
  const set = sets.length === 0 ? '' : ` SET ${sets.join(', ')}`
  return `LOAD DATA LOCAL INFILE 'naru' INTO TABLE ${tableSql(l.table.name)} CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${targets.join(', ')})${set}`
}

function loadStore(l: Loading, fields: readonly TextField[]): Store {
  const sql = loadSql(l)
  let w = new ByteWriter(1 << 20)
  return async (bytes, rows) => {
    w.at = 0
    loadText(w, fields, bytes, rows)
    const outcome = await runLoad(l.connection, sql, w.bytes.subarray(0, w.at))
    // A buffer that one huge row has blown up is not kept.
    if (w.bytes.length > 64 << 20) w = new ByteWriter(1 << 20)
    await expectAll(l.statements, outcome, rows)
  }
}

/** LOCAL makes the server go on after bad values and duplicates, with a warning each: any of them means that rows were refused. */
async function expectAll(q: Statements, outcome: Outcome, rows: number): Promise<void> {
  const skipped = Number(/Skipped: (\d+)/.exec(outcome.info)?.[1] ?? 0)
  if (outcome.warningStatus === 0 && skipped === 0 && outcome.affectedRows === rows) return
  const [first] = await q.query('SHOW WARNINGS LIMIT 1')
  const said = asText(first?.Message)
  throw refused(said ?? `the server stored ${outcome.affectedRows} of ${rows} rows and gave no reason`)
}

/** A statement of this size is large enough to be quick, and small enough for every server. */
const INSERT_BYTES = 1 << 20

function insertStore(l: Loading, fields: readonly TextField[]): Store {
  const head = Buffer.from(
    `INSERT INTO ${tableSql(l.table.name)} (${l.columns.map((c) => quote(c.name)).join(', ')}) VALUES `,
  )
  const allowed = Number(l.server.variables.get('max_allowed_packet') ?? INSERT_BYTES * 4)
  const limit = Math.min(INSERT_BYTES, allowed - 1024)
  const row = new ByteWriter(4096)
  const all = new ByteWriter(INSERT_BYTES)
  return async (bytes, rows) => {
    let count = 0
    const flush = async () => {
      if (count > 0) await insert(l, all, count)
      count = 0
    }
    for (let r = 0, at = 0; r < rows; r++) {
      row.at = 0
      at = rowLiteral(row, fields, bytes, at)
      if (row.at + head.length + 1024 > allowed) {
        throw refused(`a row needs a statement of ${row.at} bytes, the server's max_allowed_packet is ${allowed}`)
      }
      if (all.at + row.at > limit) await flush()
      if (count === 0) {
        all.at = 0
        all.raw(head)
      } else all.raw(COMMA)
      all.raw(row.bytes, 0, row.at)
      count++
    }
    await flush()
  }
}

const COMMA = Buffer.from(',')

async function insert(l: Loading, statement: ByteWriter, rows: number): Promise<void> {
  let outcome: Outcome
  try {
    // The text protocol sends strings: bytes that are not UTF-8 stand in it as hexadecimal digits only.
    outcome = (await runText(l.connection, statement.bytes.toString('utf8', 0, statement.at))).rows as Outcome
  } catch (error) {
    throw rowError(error)
  }
  await expectAll(l.statements, outcome, rows)
}
