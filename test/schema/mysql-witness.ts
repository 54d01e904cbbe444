/** What the server itself says of a database: SHOW CREATE of everything. */
import type { Database, Row } from '../../src/core/engine.ts'

const text = (row: Row | undefined, like: RegExp): string => {
  const name = Object.keys(row ?? {}).find((k) => like.test(k))
  const value = name === undefined ? null : row?.[name]
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)
}

/**
 * An index of MariaDB's goes on telling the block size that its table had once; Aria's page checksums are told at times; NO ACTION and
 * the RESTRICT that is not told are one.
 */
const QUIRKS = / KEY_BLOCK_SIZE=\d+(?=,?$)| PAGE_CHECKSUM=1| ON (DELETE|UPDATE) NO ACTION/gm

/** Indexes and constraints stand in the order in which they were made: their lines are sorted. Counters are no structure. */
function tableText(create: string): string {
  const lines = create
    .replace(/ AUTO_INCREMENT=\d+/, '')
    .replace(QUIRKS, '')
    .split('\n')
  const end = lines.findIndex((l) => l.startsWith(') '))
  const bare = lines.slice(1, end).map((l) => l.replace(/,$/, ''))
  const isColumn = (l: string) => /^ {2}`/.test(l)
  return [lines[0], ...bare.filter(isColumn), ...bare.filter((l) => !isColumn(l)).sort(), ...lines.slice(end)].join(
    '\n',
  )
}

/** SHOW GRANTS of every account and role that has some here, without the database's own name. */
async function grants(db: Database): Promise<Record<string, string>> {
  const name = db.address.database ?? ''
  const here = [name, name.replaceAll('_', '\\_')].map((n) => `${db.engine.dialect.quote(n)}.`)
  const holders = await db.query(
    "SELECT DISTINCT User AS u, Host AS h FROM mysql.user WHERE User LIKE 'naru%' UNION SELECT 'PUBLIC', ''",
  )
  const seen: Record<string, string> = {}
  for (const row of holders) {
    const [user, host] = [text(row, /^u$/i), text(row, /^h$/i)]
    const who =
      host === ''
        ? user === 'PUBLIC'
          ? user
          : db.engine.dialect.quote(user)
        : `'${user.replaceAll("'", "''")}'@'${host}'`
    const lines = (await db.query(`SHOW GRANTS FOR ${who}`)).map((r) => text(r, /./))
    const own = lines.filter((line) =>
      here.some((h) => line.includes(` ON ${h}`) || line.includes(`PROCEDURE ${h}`) || line.includes(`FUNCTION ${h}`)),
    )
    const bare = own.map((line) => here.reduce((all, h) => all.replaceAll(h, 'DB.'), line))
    if (bare.length > 0) seen[`GRANTS ${who}`] = bare.sort().join('\n')
  }
  return seen
}

/** Where an event does not say when it starts, it starts when it is made: of two that are made alike, not in the same second. */
function isNow(start: string): boolean {
  return Math.abs(Date.now() - Date.parse(`${start.replace(' ', 'T')}Z`)) < 600_000
}

/** By kind and name. */
export async function witness(db: Database): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  const q = db.engine.dialect.quote
  const here = 'table_schema = database()'
  const tables = await db.query(`SELECT table_name AS n, table_type AS t FROM information_schema.tables WHERE ${here}`)
  for (const row of tables) {
    const [name, type] = [text(row, /^n$/i), text(row, /^t$/i)]
    const word = type === 'VIEW' || type === 'SEQUENCE' ? type : 'TABLE'
    const [shown] = await db.query(`SHOW CREATE ${word} ${q(name)}`)
    const create = text(shown, /^create /i)
    seen[`${word} ${name}`] = word === 'TABLE' && type !== 'SEQUENCE' ? tableText(create) : create
  }
  const routines = await db.query(
    'SELECT routine_name AS n, routine_type AS t FROM information_schema.routines WHERE routine_schema = database()',
  )
  for (const row of routines) {
    const [name, type] = [text(row, /^n$/i), text(row, /^t$/i)]
    const [shown] = await db.query(`SHOW CREATE ${type} ${q(name)}`)
    seen[`${type} ${name}`] = `${text(shown, /^sql_mode$/i)} ${text(shown, /^create /i)}`
  }
  for (const row of await db.query(
    'SELECT event_name AS n FROM information_schema.events WHERE event_schema = database()',
  )) {
    const [shown] = await db.query(`SHOW CREATE EVENT ${q(text(row, /^n$/i))}`)
    seen[`EVENT ${text(row, /^n$/i)}`] = ['sql_mode', 'time_zone', 'create event']
      .map((c) => text(shown, new RegExp(`^${c}$`, 'i')))
      .join(' ')
      .replace(/STARTS '([^']+)'/, (starts, at: string) => (isNow(at) ? "STARTS 'when it was made'" : starts))
  }
  // SHOW CREATE TRIGGER repeats what the user wrote, blanks and all; the catalogue says what it means, with its place.
  const triggers = await db.query(
    `SELECT trigger_name AS n, concat_ws(' ', definer, sql_mode, action_timing, event_manipulation, event_object_table, action_order, action_statement) AS t
     FROM information_schema.triggers WHERE trigger_schema = database()`,
  )
  for (const row of triggers) seen[`TRIGGER ${text(row, /^n$/i)}`] = text(row, /^t$/i)
  Object.assign(seen, await grants(db))
  const [home] = await db.query('SELECT @@character_set_database AS a, @@collation_database AS b')
  seen.DATABASE = `${text(home, /^a$/)} ${text(home, /^b$/)}`
  return seen
}
