/** The statements that keep `naru_version`: the same ones whether naru runs them or a script carries them. Pure. */
import type { Family } from '../schema/sql-body.ts'

/** Name of the table, in whatever schema it is. */
export const VERSION_TABLE = 'naru_version'

/** What is noted of a statement that is begun and may outlive whoever began it. */
export interface RunningStatement {
  readonly sql: string
  /** How the objects that it names looked before; null: not known. */
  readonly before: string | null
  /** Half-made objects that lay about before. */
  readonly debris: readonly string[]
}

/** How far a revision has come. */
export interface Progress {
  readonly state: 'upgrading' | 'downgrading'
  readonly of: number
  /** Digests of the statements that are done. */
  readonly sums: readonly string[]
  readonly running: RunningStatement | null
}

/** A revision that is done. `at` and `by` absent: the moment and the user of the session that runs the statement. */
interface Finished {
  readonly state: 'applied' | 'stamped'
  readonly checksum: string
  readonly message: string
  readonly ms: number
  readonly at?: string
  readonly by?: string
}

export interface VersionSql {
  /** The quoted name, with the schema that it is in where that is known. */
  readonly table: string
  /** Makes the table where it is not there. */
  readonly create: string
  /** A new row; fails where there is one of that id. */
  insert(id: string, row: Finished & { readonly progress?: Progress }): string
  progress(id: string, p: Progress): string
  /** The state before a way was begun. */
  reset(id: string, state: string): string
  finish(id: string, row: Finished): string
  checksum(id: string, checksum: string): string
  remove(ids: readonly string[]): string
  clear(): string
  head(ids: readonly string[], head: boolean): string
}

interface Words {
  readonly key: string
  readonly text: string
  readonly suffix: string
  readonly now: string
  readonly user: string
}

const MYSQL_TEXT = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

const WORDS: Readonly<Record<Family, Words>> = {
  postgres: {
    key: 'varchar(255)',
    text: 'text',
    suffix: '',
    now: `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    user: 'session_user',
  },
  mysql: {
    key: `varchar(255) ${MYSQL_TEXT}`,
    text: `longtext ${MYSQL_TEXT}`,
    suffix: ` ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT ${MYSQL_TEXT}`,
    now: "concat(date_format(utc_timestamp(3), '%Y-%m-%dT%H:%i:%s.'), lpad(microsecond(utc_timestamp(3)) DIV 1000, 3, '0'), 'Z')",
    user: 'user()',
  },
  sqlite: {
    key: 'TEXT',
    text: 'TEXT',
    suffix: '',
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    user: "'a script'",
  },
}

const COLUMNS = 'id, position, head, state, done, total, checksum, message, applied_at, applied_by, ms, journal'

const plain = (text: string) => `'${text.replaceAll("'", "''")}'`
const isPlain = (text: string) => /^[\w .:@+-]*$/.test(text)

/** Texts that mean the same under every setting that a revision may have made (modes of MySQL, standard_conforming_strings). */
const LITERALS: Readonly<Record<Family, (text: string) => string>> = {
  postgres: (text) => (text.includes('\\') ? `E${plain(text.replaceAll('\\', '\\\\'))}` : plain(text)),
  mysql: (text) => (isPlain(text) ? plain(text) : `CONVERT(x'${Buffer.from(text).toString('hex')}' USING utf8mb4)`),
  sqlite: plain,
}

/** The statements for a table of that quoted name. */
export function versionSql(table: string, family: Family): VersionSql {
  const w = WORDS[family]
  const literal = LITERALS[family]
  const list = (ids: readonly string[]) => ids.map(literal).join(', ')
  const at = (row: Finished) => (row.at === undefined ? w.now : literal(row.at))
  const by = (row: Finished) => (row.by === undefined ? w.user : literal(row.by))
  const journal = ({ sums, running }: Progress) => literal(JSON.stringify({ sums, running }))
  const way = (p: Progress | undefined) => (p === undefined ? 'NULL, NULL' : `${p.sums.length}, ${p.of}`)
  return {
    table,
    create: createSql(table, w),
    insert: (id, row) =>
      `INSERT INTO ${table} (${COLUMNS}) SELECT ${literal(id)}, coalesce(max(position), 0) + 1, ${row.progress === undefined ? 1 : 0}, ${literal(row.progress?.state ?? row.state)}, ${way(row.progress)}, ${literal(row.checksum)}, ${literal(row.message)}, ${at(row)}, ${by(row)}, ${Math.round(row.ms)}, ${row.progress === undefined ? 'NULL' : journal(row.progress)} FROM ${table}`,
    progress: (id, p) =>
      `UPDATE ${table} SET state = ${literal(p.state)}, done = ${p.sums.length}, total = ${p.of}, journal = ${journal(p)} WHERE id = ${literal(id)}`,
    reset: (id, state) =>
      `UPDATE ${table} SET state = ${literal(state)}, done = NULL, total = NULL, journal = NULL WHERE id = ${literal(id)}`,
    finish: (id, row) =>
      `UPDATE ${table} SET head = 1, state = ${literal(row.state)}, done = NULL, total = NULL, journal = NULL, checksum = ${literal(row.checksum)}, message = ${literal(row.message)}, applied_at = ${at(row)}, applied_by = ${by(row)}, ms = ${Math.round(row.ms)} WHERE id = ${literal(id)}`,
    checksum: (id, checksum) => `UPDATE ${table} SET checksum = ${literal(checksum)} WHERE id = ${literal(id)}`,
    remove: (ids) => `DELETE FROM ${table} WHERE id IN (${list(ids)})`,
    clear: () => `DELETE FROM ${table}`,
    head: (ids, head) => `UPDATE ${table} SET head = ${head ? 1 : 0} WHERE id IN (${list(ids)})`,
  }
}

function createSql(table: string, { key, text, suffix }: Words): string {
  return `CREATE TABLE IF NOT EXISTS ${table} (
  id ${key} NOT NULL PRIMARY KEY,
  position bigint NOT NULL,
  head smallint NOT NULL,
  state ${key} NOT NULL,
  done bigint,
  total bigint,
  checksum ${key} NOT NULL,
  message ${text} NOT NULL,
  applied_at ${key} NOT NULL,
  applied_by ${text} NOT NULL,
  ms bigint NOT NULL,
  journal ${text}
)${suffix}`
}
