/** What this user may not do: asked of the server, which knows of roles, ownership and superusers. */
import type { Deed, Intent, MissingRights, Undertaking } from '../../core/rights.ts'
import { displayName } from '../../core/schema.ts'
import { LEDGER_SCHEMA } from './ledger.ts'
import { qualified, quote } from './names.ts'
import type { Session } from './session.ts'

interface Who {
  readonly name: string
  readonly database: string
}

/** See `Database.missingRights`. `mayDisable`: triggers and foreign keys may be switched off. */
export async function missingRights(
  session: Session,
  u: Undertaking,
  mayDisable: boolean,
): Promise<readonly MissingRights[]> {
  const [me] = await session.query(
    'SELECT current_user::text AS name, current_database()::text AS db, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super',
  )
  if (me.super === true) return []
  const who: Who = { name: String(me.name), database: String(me.db) }
  return merged([...(await onDatabase(session, u, who)), ...(await onTables(session, u, { ...who, mayDisable }))])
}

const schemaOf = ({ table }: Intent) => table.schema ?? 'public'

/** Whether schemas can be used and, where something is made in them, written to; one that is not there is made. */
async function onDatabase(session: Session, u: Undertaking, who: Who): Promise<MissingRights[]> {
  const made = new Set(u.intents.filter((i) => i.deeds.includes('create')).map(schemaOf))
  if (u.ledger) made.add(LEDGER_SCHEMA)
  const schemas = [...new Set([...u.intents.map(schemaOf), ...made])].map((nsp) => ({ nsp, made: made.has(nsp) }))
  const rows = await session.query(
    `SELECT w.nsp, n.oid IS NOT NULL AS there,
      coalesce(has_schema_privilege(n.oid, 'USAGE'), true) AS usage,
      NOT w.made OR CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE') ELSE has_schema_privilege(n.oid, 'CREATE') END AS make,
      has_database_privilege(current_database(), 'TEMPORARY') AS temp
    FROM json_to_recordset($1::json) AS w(nsp text, made boolean) LEFT JOIN pg_namespace n ON n.nspname = w.nsp`,
    [JSON.stringify(schemas)],
  )
  const database = (right: string) => lack(who, right, `database ${who.database}`, `DATABASE ${quote(who.database)}`)
  const found = rows.flatMap((r) => {
    const nsp = String(r.nsp)
    const schema = (right: string) => lack(who, right, `schema ${nsp}`, `SCHEMA ${quote(nsp)}`)
    return [
      ...(r.usage === true ? [] : [schema('USAGE')]),
      ...(r.make === true ? [] : [r.there === true ? schema('CREATE') : database('CREATE')]),
    ]
  })
  const updates = u.intents.some((i) => i.deeds.includes('update'))
  return updates && rows.some((r) => r.temp !== true) ? [...found, database('TEMPORARY')] : found
}

function lack({ name }: Who, right: string, object: string, on: string): MissingRights {
  return { user: name, rights: [right], object, grant: `GRANT %s ON ${on} TO ${quote(name)}` }
}

/** What each deed wants of a table that is there. rows: that no policy hides any. off: that keys which point to it can be switched off. */
const WANTED: Readonly<Record<Deed, readonly string[]>> = {
  select: ['SELECT', 'rows'],
  insert: ['INSERT', 'rows'],
  update: ['UPDATE', 'rows'],
  delete: ['DELETE', 'rows'],
  empty: ['empty', 'off'],
  drop: ['ownership'],
  number: ['sequence'],
  create: [],
  refer: [],
}

/** A table that others point to is emptied by DELETE (ddl.truncate). */
const TABLES = `WITH t AS (
  SELECT w.i, c.oid, c.relowner, n.nspowner, s.oid AS seq, p.pointed,
    CASE w.want WHEN 'empty' THEN CASE WHEN p.pointed THEN 'DELETE' ELSE 'TRUNCATE' END ELSE w.want END AS lacks
  FROM json_to_recordset($1::json) AS w(i int, nsp text, rel text, want text)
  JOIN pg_namespace n ON n.nspname = w.nsp JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.rel
  LEFT JOIN pg_depend d ON w.want = 'sequence' AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conrelid <> k.confrelid) AS pointed) p)
SELECT i, lacks, (SELECT format('%I.%I', n.nspname, s.relname) FROM pg_class s JOIN pg_namespace n ON n.oid = s.relnamespace WHERE s.oid = seq) AS seq
FROM t WHERE NOT CASE lacks
  WHEN 'ownership' THEN pg_has_role(relowner, 'USAGE') OR pg_has_role(nspowner, 'USAGE')
  WHEN 'rows' THEN NOT row_security_active(oid)
  WHEN 'off' THEN NOT pointed
  WHEN 'sequence' THEN seq IS NULL OR has_sequence_privilege(seq, 'UPDATE') AND has_sequence_privilege(seq, 'SELECT, USAGE')
  ELSE has_table_privilege(oid, lacks) END`

async function onTables(
  session: Session,
  u: Undertaking,
  who: Who & { readonly mayDisable: boolean },
): Promise<MissingRights[]> {
  const wanted = u.intents.flatMap((intent, i) =>
    [...new Set(intent.deeds.flatMap((d) => WANTED[d]))]
      .filter((want) => want !== 'off' || !who.mayDisable)
      .map((want) => ({
        i,
        nsp: schemaOf(intent),
        rel: intent.table.name,
        want,
      })),
  )
  const ledger = u.ledger ? await ledgerTables(session) : []
  const rows = await session.query(TABLES, [JSON.stringify([...wanted, ...ledger])])
  return rows.map((r): MissingRights => {
    const table = u.intents[Number(r.i)]?.table
    const [right, me] = [String(r.lacks), quote(who.name)]
    if (table === undefined)
      return lack(who, right, `the tables of schema ${LEDGER_SCHEMA}`, `ALL TABLES IN SCHEMA ${LEDGER_SCHEMA}`)
    const object = `table ${displayName(table)}`
    const plain = { user: who.name, rights: [right], object }
    if (right === 'rows') return { ...plain, rights: ['BYPASSRLS'], grant: `ALTER ROLE ${me} BYPASSRLS` }
    if (right === 'off')
      return lack(who, 'SET', 'parameter session_replication_role', 'PARAMETER session_replication_role')
    if (right === 'ownership') return { ...plain, grant: `ALTER TABLE ${qualified(table)} OWNER TO ${me}` }
    if (right === 'sequence')
      return { ...lack(who, '', `sequence ${r.seq}`, `SEQUENCE ${r.seq}`), rights: ['SELECT', 'UPDATE'] }
    return lack(who, right, object, `TABLE ${qualified(table)}`)
  })
}

/** Tables of a ledger may be another user's. */
async function ledgerTables(session: Session) {
  const rows = await session.query(`SELECT relname::text AS rel FROM pg_class
    WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = '${LEDGER_SCHEMA}')`)
  return rows.flatMap(({ rel }) =>
    ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((want) => ({ i: -1, nsp: LEDGER_SCHEMA, rel, want })),
  )
}

/** Each object once, with all its rights. */
function merged(all: readonly MissingRights[]): MissingRights[] {
  const groups = Map.groupBy(all, (m) => JSON.stringify([m.object, m.grant]))
  return [...groups.values()].map((same) => {
    const rights = [...new Set(same.flatMap((m) => m.rights))]
    return { ...same[0], rights, grant: `${same[0].grant.replace('%s', () => rights.join(', '))};` }
  })
}
