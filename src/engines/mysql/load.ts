/** Puts wire tuples into a table: LOAD DATA LOCAL, or multi-row INSERTs where the server forbids it. */
import type { Connection } from 'mysql2'
import type { WireColumn } from '../../core/engine.ts'
import type { Table } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import type { Server } from './connect.ts'
import { tableSql } from './ddl.ts'
import { type Outcome, runLoad, runText } from './driver.ts'
import { refused, rowError } from './errors.ts'
import { quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { type TextField, textField } from './text-field.ts'
import { loadText, rowLiteral } from './write-text.ts'

/** A column of the target as the catalogue has it. */
export interface Stored {
  readonly dataType: string
  readonly charset: string | null
}

export interface Loading {
  readonly connection: Connection
  readonly statements: Statements
  readonly server: Server
  readonly table: Table
  readonly columns: readonly WireColumn[]
  readonly stored: ReadonlyMap<string, Stored>
  /** False where the address says `?local-infile=0`. */
  readonly localInfile: boolean
}

/** Stores rows of wire bytes. Throws ROW_REFUSED with the reason of the first row refused. */
export type RowLoader = (bytes: Uint8Array, rows: number) => Promise<void>

/** Errors that say that LOAD DATA LOCAL is not allowed. */
const NOT_ALLOWED = new Set([1148, 3948, 3950, 4166])

/** The loader of a table. */
export function rowLoader(l: Loading): RowLoader {
  const fields = l.columns.map((c) => textField(c, l.server.flavor))
  const insert = insertLoader(l, fields)
  const load = loadLoader(l, fields)
  let allowed = l.localInfile && l.server.variables.get('local_infile') !== 'OFF'
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

function loadLoader(l: Loading, fields: readonly TextField[]): RowLoader {
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

function insertLoader(l: Loading, fields: readonly TextField[]): RowLoader {
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
