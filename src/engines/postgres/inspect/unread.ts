/** The user's schemas of a database that were not asked for: they are told, so that nobody takes a part for the whole. */
import type { UnreadSchema } from '../../../core/schema.ts'
import { OWN_SCHEMAS } from '../ledger.ts'
import type { Session } from '../session.ts'
import { textLiteral } from '../values.ts'
import { notOfExtension, VERSION_TABLE } from './scope.ts'

const DEPENDENT = `('r', 'p', 'i', 'I', 't', 'c')`

/** Predicate on pg_namespace n: the user's own, neither the server's nor naru's nor an extension's. */
const USERS_SCHEMA = `n.nspname NOT IN ('information_schema', ${OWN_SCHEMAS.map(textLiteral).join(', ')}) AND n.nspname !~ '^pg_' AND ${notOfExtension('pg_namespace', 'n.oid')}`

const TABLES = `(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> '${VERSION_TABLE}' AND ${notOfExtension('pg_class', 'c.oid')})`

const OTHERS = `(SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind NOT IN ${DEPENDENT} AND ${notOfExtension('pg_class', 'c.oid')}
        AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND c.relkind = 'S' AND o.deptype IN ('a', 'i')))
      + (SELECT count(*) FROM pg_proc p WHERE p.pronamespace = n.oid AND ${notOfExtension('pg_proc', 'p.oid')})
      + (SELECT count(*) FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = n.oid AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND ${notOfExtension('pg_type', 't.oid')})`

/** The user's schemas but those that were read, by name. An empty `public` is in every database and not told. */
export async function unreadSchemas(session: Session, read: readonly string[]): Promise<UnreadSchema[]> {
  const rows =
    await session.query(`SELECT * FROM (SELECT n.nspname::text AS name, ${TABLES}::int AS tables, (${OTHERS})::int AS others
    FROM pg_namespace n WHERE n.nspname NOT IN (${read.map(textLiteral).join(', ')}) AND ${USERS_SCHEMA}) AS s
    WHERE s.name <> 'public' OR s.tables + s.others > 0 ORDER BY s.name COLLATE "C"`)
  return rows.map((r) => ({ name: String(r.name), tables: Number(r.tables), others: Number(r.others) }))
}
