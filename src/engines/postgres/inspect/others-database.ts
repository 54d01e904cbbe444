/** What belongs to the database as a whole and bears on the schema: privileges of what will be made, publications, foreign servers. */
import { commented, foreignOptions, own, type Source } from './others-source.ts'
import { some } from './present.ts'
import { among, grantsOf, notOfExtension, type Scope } from './scope.ts'

const WORD = `CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`
const USUAL =
  "CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END"

/** Who is to get what on objects that a role will make: one statement for each, without IN SCHEMA, which follows from the object's own name. */
const DEFAULT_PRIVILEGES = (
  scope: Scope,
) => `SELECT x.id, x.nsp, format('default privileges of %s on %s', x.role, lower(x.word)) AS name,
        (SELECT string_agg(format('ALTER DEFAULT PRIVILEGES FOR ROLE %s ', x.role)
          || CASE WHEN l.line LIKE 'REVOKE %' THEN regexp_replace(l.line, ' FROM (?=(?:"(?:[^"]|"")+"|[^ "]+)$)', ' ON ' || x.word || ' FROM ')
            ELSE 'GRANT ' || regexp_replace(l.line, ' TO (?=(?:"(?:[^"]|"")+"|[^ "]+)(?: WITH GRANT OPTION)?$)', ' ON ' || x.word || ' TO ') END, E';\\n' ORDER BY l.line)
          FROM json_array_elements_text(x.grants) AS l (line)) AS definition
      FROM (SELECT d.oid AS id, n.nspname AS nsp, quote_ident(pg_get_userbyid(d.defaclrole)) AS role, ${WORD} AS word, ${grantsOf('d.defaclacl', '', '', USUAL)} AS grants
        FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE d.defaclnamespace = 0 OR ${own(scope)}) AS x
      WHERE x.grants IS NOT NULL ORDER BY 2, 3`

const published = ({ home }: Scope) => (home === null ? "t.schemaname || '.' || t.tablename" : 't.tablename')

export const DATABASE_SOURCES: readonly Source[] = [
  {
    kind: 'other',
    catalogue: 'pg_default_acl',
    when: some('pg_default_acl'),
    sql: DEFAULT_PRIVILEGES,
  },
  {
    kind: 'other',
    catalogue: 'pg_publication',
    when: some('pg_publication'),
    sql: (
      s,
    ) => `SELECT p.oid AS id, NULL AS nsp, 'publication ' || p.pubname AS name, pg_get_userbyid(p.pubowner) AS owner, ${commented('pg_publication', 'p.oid')},
        concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)
          || ' of ' || CASE WHEN p.puballtables THEN 'all tables' ELSE coalesce((SELECT string_agg(${published(s)}, ', ' ORDER BY ${published(s)}) FROM pg_publication_tables t WHERE t.pubname = p.pubname AND ${among(s, 't.schemaname')}), '') END AS definition
      FROM pg_publication p WHERE p.puballtables OR EXISTS (SELECT FROM pg_publication_tables t WHERE t.pubname = p.pubname AND ${among(s, 't.schemaname')}) ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_am',
    when: some('pg_am', 'oid >= 16384'),
    sql: () => `SELECT a.oid AS id, NULL AS nsp, 'access method ' || a.amname AS name, ${commented('pg_am', 'a.oid')},
        format('of %s by %s', CASE a.amtype WHEN 't' THEN 'tables' ELSE 'indexes' END, a.amhandler) AS definition
      FROM pg_am a WHERE a.oid >= 16384 AND ${notOfExtension('pg_am', 'a.oid')} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_foreign_server',
    when: some('pg_foreign_server'),
    sql: () => `SELECT v.oid AS id, NULL AS nsp, 'foreign server ' || v.srvname AS name, pg_get_userbyid(v.srvowner) AS owner, ${commented('pg_foreign_server', 'v.oid')},
        json_build_object('statement', format('CREATE SERVER %I%s%s FOREIGN DATA WRAPPER %I%s', v.srvname, coalesce(' TYPE ' || quote_literal(v.srvtype), ''), coalesce(' VERSION ' || quote_literal(v.srvversion), ''), w.fdwname, ${foreignOptions('v.srvoptions')})) AS details,
        format('server of %s%s', w.fdwname, coalesce(' ' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(v.srvoptions) AS o), '')) AS definition
      FROM pg_foreign_server v JOIN pg_foreign_data_wrapper w ON w.oid = v.srvfdw WHERE ${notOfExtension('pg_foreign_server', 'v.oid')} ORDER BY 3`,
  },
]
