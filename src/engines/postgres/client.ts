/** The session as psql would find it, and what a statement that may have run left to be seen. */
import { quote } from './names.ts'
import type { Session } from './session.ts'
import { textLiteral } from './values.ts'

/** What values look like to this process; nothing that a script could notice. */
const READING = { client_encoding: 'UTF8', bytea_output: 'hex', idle_in_transaction_session_timeout: '0' }

/** Takes back whatever was set, by naru or by a script: roles and settings are those of the server, the role and the database. */
export async function asClient(session: Session, schema: string | undefined): Promise<void> {
  await session.execute('RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL')
  const settings: Record<string, string> = { ...READING }
  if (schema !== undefined) settings.search_path = schema === 'public' ? 'public' : `${quote(schema)}, public`
  const values = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${textLiteral(value)}, false)`)
  await session.query(`SELECT ${values.join(', ')}`)
}

/** Names in a statement, quoted or not. Texts and comments may add some: more is looked at then, which does no harm. */
function namesIn(sql: string): string[] {
  const found = sql.match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []
  const names = found.map((name) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
  )
  return [...new Set(names)]
}

/** How what the statement names looks now; half-made indexes do not count. */
export async function fingerprint(session: Session, statement: string): Promise<string> {
  const names = namesIn(statement).map(textLiteral).join(', ')
  if (names === '') return ''
  const among = (column: string) => `${column} = ANY (ARRAY[${names}]::text[])`
  const [row] = await session.query(`SELECT md5(string_agg(f.line, E'\\n' ORDER BY f.line COLLATE "C")) AS sum FROM (
    SELECT concat_ws(' ', 'relation', n.nspname, c.relname, c.relkind, c.relispartition, c.reltablespace, c.relpersistence, pg_get_indexdef(i.indexrelid),
        (SELECT string_agg(to_jsonb(h)::text, ' ') FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid)) AS line
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
      WHERE (${among('c.relname')} OR ${among('t.relname')}) AND i.indisvalid IS NOT FALSE
    UNION ALL SELECT concat_ws(' ', 'column', a.attrelid::regclass, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.atthasdef)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE ${among('c.relname')} AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT concat_ws(' ', 'constraint', o.conrelid::regclass, o.conname, o.convalidated, pg_get_constraintdef(o.oid))
      FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class c ON c.oid = o.conrelid WHERE ${among('c.relname')}
    UNION ALL SELECT concat_ws(' ', 'label', t.typname, e.enumlabel) FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid WHERE ${among('t.typname')}
    UNION ALL SELECT concat_ws(' ', 'database', d.datname, d.dattablespace) FROM pg_catalog.pg_database d WHERE ${among('d.datname')}
    UNION ALL SELECT concat_ws(' ', 'tablespace', s.spcname) FROM pg_catalog.pg_tablespace s WHERE ${among('s.spcname')}
    UNION ALL SELECT concat_ws(' ', 'subscription', s.subname, s.subpublications) FROM pg_catalog.pg_subscription s WHERE ${among('s.subname')}
  ) AS f`)
  return typeof row.sum === 'string' ? row.sum : ''
}
