/** The user's schemas of a database: all of them, and those that were not asked for, so that nobody takes a part for the whole. */
import type { UnreadSchema } from '../../../core/schema.ts'
import { isSeveral, type SchemaChoice } from '../../../core/schema-choice.ts'
import { OWN_SCHEMAS } from '../ledger.ts'
import type { Session } from '../session.ts'
import { textLiteral } from '../values.ts'
import { notOfExtension, VERSION_TABLE } from './scope.ts'

/** Predicate on pg_namespace n: the user's own, neither the server's nor naru's nor an extension's. */
const USERS_SCHEMA = `n.nspname NOT IN ('information_schema', ${OWN_SCHEMAS.map(textLiteral).join(', ')}) AND n.nspname !~ '^pg_' AND ${notOfExtension('pg_namespace', 'n.oid')}`

/** A row for each thing: its schema, and whether it is a table. Each catalogue is read once, however many schemas there are. */
const THINGS = `SELECT c.relnamespace AS nsp, c.relkind IN ('r', 'p') AS is_table FROM pg_class c
      WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT c.relispartition AND c.relname <> '${VERSION_TABLE}' AND ${notOfExtension('pg_class', 'c.oid')}
        AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype IN ('a', 'i')))
    UNION ALL SELECT p.pronamespace, false FROM pg_proc p WHERE p.oid >= 16384 AND ${notOfExtension('pg_proc', 'p.oid')}
    UNION ALL SELECT t.typnamespace, false FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
      WHERE t.oid >= 16384 AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND ${notOfExtension('pg_type', 't.oid')}`

/** All of the user's schemas by name; `public` among them where it is there. */
async function usersSchemas(session: Session): Promise<string[]> {
  const rows = await session.query(
    `SELECT n.nspname::text AS name FROM pg_namespace n WHERE ${USERS_SCHEMA} ORDER BY n.nspname COLLATE "C"`,
  )
  return rows.map((r) => String(r.name))
}

/** The names of the schemas that a choice stands for. */
export async function chosenSchemas(session: Session, choice: SchemaChoice): Promise<readonly string[]> {
  if (!isSeveral(choice)) return [choice]
  return choice.several === 'all' ? await usersSchemas(session) : choice.several
}

/** The user's schemas but those that were read, by name. An empty `public` is in every database and not told. */
export async function unreadSchemas(session: Session, read: readonly string[]): Promise<UnreadSchema[]> {
  const rest = `SELECT n.oid, n.nspname FROM pg_namespace n WHERE NOT (n.nspname = ANY (ARRAY[${read.map(textLiteral).join(', ')}]::text[])) AND ${USERS_SCHEMA}`
  const rows =
    await session.query(`SELECT s.nspname::text AS name, count(*) FILTER (WHERE t.is_table)::int AS tables, count(*) FILTER (WHERE NOT t.is_table)::int AS others
    FROM (${rest}) AS s LEFT JOIN (${THINGS}) AS t ON t.nsp = s.oid GROUP BY s.nspname
    HAVING s.nspname <> 'public' OR count(t.nsp) > 0 ORDER BY s.nspname COLLATE "C"`)
  return rows.map((r) => ({ name: String(r.name), tables: Number(r.tables), others: Number(r.others) }))
}
