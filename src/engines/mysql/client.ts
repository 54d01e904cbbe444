/** The session as the mariadb or mysql client would find it, and what a statement that may have run left to be seen. */
import { createHash } from 'node:crypto'
import type { Row } from '../../core/engine.ts'
import type { Server } from './connect.ts'
import { quote, textLiteral } from './literal.ts'
import { asText, type Statements } from './query.ts'

/** Settings on which it depends what a statement means. */
const MEANING = [
  'sql_mode',
  'time_zone',
  'foreign_key_checks',
  'unique_checks',
  'check_constraint_checks',
  'explicit_defaults_for_timestamp',
  'innodb_strict_mode',
  'sql_generate_invisible_primary_key',
  'sql_safe_updates',
  'sql_select_limit',
  'sql_auto_is_null',
  'sql_notes',
  'sql_log_bin',
  'group_concat_max_len',
  'default_storage_engine',
  'old_mode',
  'transaction_isolation',
  'tx_isolation',
  'transaction_read_only',
  'tx_read_only',
  'lc_time_names',
  'div_precision_increment',
  'auto_increment_increment',
  'auto_increment_offset',
]

/** Some are the server's alone or need a right: only the modes and the time zone must be had. */
const NEEDED = new Set(['sql_mode', 'time_zone', 'foreign_key_checks'])

/** Takes back whatever was set, by naru or by a script. Variables of users and temporary tables stay. */
export async function asClient(q: Statements, server: Server, database: string): Promise<void> {
  await q.execute('ROLLBACK')
  await q.execute(`USE ${quote(database)}`)
  await q.execute('SET NAMES utf8mb4')
  await q.execute('SET SESSION autocommit = 1')
  const known = MEANING.filter((name) => server.variables.has(name))
  try {
    await q.execute(`SET ${known.map((name) => `SESSION ${name} = DEFAULT`).join(', ')}`)
  } catch {
    for (const name of known) {
      await q.execute(`SET SESSION ${name} = DEFAULT`).catch((error: unknown) => {
        if (NEEDED.has(name)) throw error
      })
    }
  }
}

/** Names in a statement, quoted or not, in lower case. Texts and comments may add some, which does no harm. */
function namesIn(sql: string): string[] {
  const found = sql.match(/`(?:[^`]|``)*`|"(?:[^"]|"")*"|[\p{L}\p{N}_$]+/gu) ?? []
  const bare = (name: string) => (/^[`"]/.test(name) ? name.slice(1, -1).replaceAll(name[0].repeat(2), name[0]) : name)
  return [...new Set(found.map((name) => bare(name).toLowerCase()))]
}

/** Objects of a kind that are named; `create` is what SHOW CREATE calls it. */
const KINDS: readonly {
  readonly create: string
  readonly from: string
  readonly name: string
  readonly schema: string
}[] = [
  { create: 'TABLE', from: 'information_schema.tables', name: 'table_name', schema: 'table_schema' },
  { create: 'TRIGGER', from: 'information_schema.triggers', name: 'trigger_name', schema: 'trigger_schema' },
  {
    create: 'PROCEDURE',
    from: "information_schema.routines WHERE routine_type = 'PROCEDURE'",
    name: 'routine_name',
    schema: 'routine_schema',
  },
  {
    create: 'FUNCTION',
    from: "information_schema.routines WHERE routine_type = 'FUNCTION'",
    name: 'routine_name',
    schema: 'routine_schema',
  },
  { create: 'EVENT', from: 'information_schema.events', name: 'event_name', schema: 'event_schema' },
  { create: 'DATABASE', from: 'information_schema.schemata', name: 'schema_name', schema: '' },
]

function listSql({ create, from, name, schema }: (typeof KINDS)[number], names: string): string {
  const home = schema === '' ? 'NULL' : schema
  const inside = schema === '' ? '' : ` AND (${schema} = database() OR lower(${schema}) IN (${names}))`
  const joined = from.includes(' WHERE ') ? `${from} AND` : `${from} WHERE`
  return `SELECT '${create}' AS kind, ${home} AS home, ${name} AS name FROM ${joined} lower(${name}) IN (${names})${inside} ORDER BY 2, 3`
}

/** What SHOW CREATE says, without where counters stand. */
async function described(q: Statements, row: Row): Promise<string> {
  const [kind, home, name] = [asText(row.kind), asText(row.home), asText(row.name)]
  const full = home === null ? quote(String(name)) : `${quote(home)}.${quote(String(name))}`
  const shown = await q.query(`SHOW CREATE ${kind} ${full}`).catch(() => [])
  const text = Object.values(shown[0] ?? {})
    .map((value) => asText(value) ?? '')
    .join('\n')
  return `${kind} ${full}\n${text.replace(/ AUTO_INCREMENT=\d+/g, '')}`
}

/** How what the statement names looks now. */
export async function fingerprint(q: Statements, statement: string): Promise<string> {
  const names = namesIn(statement).map(textLiteral).join(', ')
  if (names === '') return ''
  const sum = createHash('md5')
  for (const kind of KINDS) {
    for (const row of await q.query(listSql(kind, names))) sum.update(`${await described(q, row)}\n`)
  }
  return sum.digest('hex')
}
