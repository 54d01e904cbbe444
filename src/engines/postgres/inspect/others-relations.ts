/** Views, policies, rules, partitions, inheritance, statistics objects, foreign tables, and the schema itself. */
import { commented, foreignOptions, named, own, RELATIONS, relationsOf, type Source } from './others-source.ts'
import { inSchema, onRelation } from './present.ts'
import { grantsOf, notOfExtension, type Scope } from './scope.ts'

const ownedRelation = `pg_get_userbyid(c.relowner) AS owner, ${grantsOf('c.relacl', 'r', 'c.relowner')} AS grants, ${commented('pg_class', 'c.oid')}`
const noExtension = notOfExtension('pg_class', 'c.oid')

/** Comments and privileges of columns, as statements that follow the one that makes the relation. */
const COLUMN_COMMENTS = `coalesce((SELECT string_agg(format(E';\\nCOMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, c.relname, a.attname, col_description(c.oid, a.attnum)), '' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NOT NULL), '')
      || coalesce((SELECT string_agg(format(E';\\nGRANT %s (%I) ON %I.%I TO %s%s', x.privilege_type, a.attname, n.nspname, c.relname, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
          CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '' ORDER BY a.attnum, x.grantee, x.privilege_type)
        FROM pg_attribute a, LATERAL aclexplode(a.attacl) AS x WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')`

/** Defaults of a view's columns, and indexes of a materialized one, the same way. */
const VIEW_EXTRAS = `${COLUMN_COMMENTS}
      || coalesce((SELECT string_agg(format(E';\\nALTER VIEW %I.%I ALTER COLUMN %I SET DEFAULT %s', n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)), '' ORDER BY a.attnum)
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid AND c.relkind = 'v'), '')
      || coalesce((SELECT string_agg(E';\\n' || pg_get_indexdef(i.indexrelid) || coalesce(format(E';\\nCOMMENT ON INDEX %I.%I IS %L', n.nspname, ic.relname, obj_description(ic.oid, 'pg_class')), ''), '' ORDER BY ic.relname)
        FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid), '')
      || coalesce((SELECT format(E';\\nALTER MATERIALIZED VIEW %I.%I CLUSTER ON %I', n.nspname, c.relname, ic.relname) FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered), '')`

/** Of the schema public, which everybody may use from the start, and before PostgreSQL 15 make things in. */
const PUBLIC_GRANTS = grantsOf(
  "coalesce(n.nspacl, acldefault('n', n.nspowner))",
  'n',
  'n.nspowner',
  `acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)
        || CASE WHEN current_setting('server_version_num')::int < 150000 THEN ARRAY[makeaclitem(0, n.nspowner, 'CREATE', false)] ELSE '{}' END`,
)

const VIEW_COLUMNS = `(SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation)) ORDER BY a.attnum)::text
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`

/** A partition's own constraints and indexes, those that its parent does not give it. */
const PARTITION_EXTRAS = `${COLUMN_COMMENTS}
      || coalesce((SELECT string_agg(format(E';\\nALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, o.conname, pg_get_constraintdef(o.oid)), '' ORDER BY o.contype DESC, o.conname)
        FROM pg_constraint o WHERE o.conrelid = c.oid AND o.conparentid = 0 AND o.contype IN ('p', 'u', 'c', 'f', 'x') AND o.conislocal AND (o.contype <> 'c' OR o.coninhcount = 0)), '')
      || coalesce((SELECT string_agg(E';\\n' || pg_get_indexdef(i.indexrelid), '' ORDER BY ic.relname)
        FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND NOT ic.relispartition AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = ic.oid AND o.contype IN ('p', 'u', 'x'))), '')
      || coalesce((SELECT string_agg(format(E';\\nALTER TABLE ONLY %I.%I ALTER COLUMN %I SET DEFAULT %s', n.nspname, c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)), '' ORDER BY a.attnum)
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated = ''
        LEFT JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attname = a.attname LEFT JOIN pg_attrdef pd ON pd.adrelid = p.oid AND pd.adnum = pa.attnum
        WHERE d.adrelid = c.oid AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(pd.adbin, pd.adrelid)), '')
      || CASE WHEN c.relrowsecurity THEN format(E';\\nALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', n.nspname, c.relname) ELSE '' END`

const POLICY = `format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', o.polname, n.nspname, c.relname,
            CASE WHEN o.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE o.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY 1) FROM unnest(o.polroles) AS r))
          || coalesce(' USING (' || pg_get_expr(o.polqual, o.polrelid) || ')', '')
          || coalesce(' WITH CHECK (' || pg_get_expr(o.polwithcheck, o.polrelid) || ')', '')`

/** Of one schema, which is there wherever things are put into it, only what is not usual; of several, each that has to be made. */
function toldSchema({ home }: Scope): string {
  const unusual = `g.grants IS NOT NULL OR g.comment IS NOT NULL
        OR g.owner <> current_user OR EXISTS (SELECT FROM pg_class c WHERE g.owner IS NOT NULL AND c.relnamespace = n.oid AND c.relowner <> n.nspowner)`
  return home === null ? `n.nspname <> 'public' OR ${unusual}` : unusual
}

const madeSchema = ({ home }: Scope) =>
  home === null ? "CASE WHEN n.nspname <> 'public' THEN json_build_object('made', 'with the rest') END" : 'NULL'

export const RELATION_SOURCES: readonly Source[] = [
  {
    kind: null,
    catalogue: 'pg_class',
    when: relationsOf('v', 'm'),
    sql: (
      s,
    ) => `SELECT c.oid AS id, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS kind, ${named('n.nspname', 'c.relname')}, ${ownedRelation},
        json_build_object('columns', ${VIEW_COLUMNS}, 'extras', ${VIEW_EXTRAS}) AS details,
        format('CREATE %s %I.%I ', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, n.nspname, c.relname)
          || coalesce('WITH (' || array_to_string(c.reloptions, ', ') || ') ', '')
          || coalesce((SELECT 'TABLESPACE ' || quote_ident(spcname) || ' ' FROM pg_tablespace ts WHERE ts.oid = c.reltablespace), '') || 'AS '
          || rtrim(coalesce(pg_get_viewdef(c.oid), ''), ';') || CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN E'\\n  WITH NO DATA' ELSE '' END || ${VIEW_EXTRAS} AS definition
      ${RELATIONS} WHERE ${own(s)} AND c.relkind IN ('v', 'm') AND ${noExtension} ORDER BY c.relname`,
  },
  {
    kind: 'policy',
    catalogue: 'pg_policy',
    when: onRelation('pg_policy', 'polrelid'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', 'o.polname')}, c.relname AS rel, ${commented('pg_policy', 'o.oid')}, ${POLICY} AS definition
      FROM pg_policy o JOIN pg_class c ON c.oid = o.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own(s)} ORDER BY c.relname, o.polname`,
  },
  {
    kind: 'rule',
    catalogue: 'pg_rewrite',
    when: onRelation('pg_rewrite', 'ev_class', "x.rulename <> '_RETURN'"),
    sql: (
      s,
    ) => `SELECT w.oid AS id, ${named('n.nspname', 'w.rulename')}, c.relname AS rel, ${commented('pg_rewrite', 'w.oid')},
        rtrim(pg_get_ruledef(w.oid), ';') || CASE w.ev_enabled WHEN 'O' THEN '' ELSE format(E';\\nALTER TABLE %I.%I %s RULE %I', n.nspname, c.relname, CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, w.rulename) END AS definition
      FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${own(s)} AND w.rulename <> '_RETURN' AND ${noExtension} ORDER BY c.relname, w.rulename`,
  },
  {
    kind: null,
    catalogue: 'pg_class',
    when: onRelation('pg_inherits', 'inhrelid'),
    sql: (
      s,
    ) => `SELECT c.oid AS id, CASE WHEN c.relispartition THEN 'partition' ELSE 'inheritance' END AS kind, ${named('n.nspname', 'c.relname')}, p.relname AS rel, pn.nspname AS relnsp,
        CASE WHEN c.relispartition THEN pg_get_userbyid(c.relowner) END AS owner, CASE WHEN c.relispartition THEN ${grantsOf('c.relacl', 'r', 'c.relowner')} END AS grants,
        CASE WHEN c.relispartition THEN obj_description(c.oid, 'pg_class') END AS comment,
        CASE WHEN c.relispartition THEN json_build_object('bound', pg_get_expr(c.relpartbound, c.oid), 'parent', format('%I.%I', pn.nspname, p.relname), 'extras', ${PARTITION_EXTRAS}) END AS details,
        CASE WHEN c.relispartition
          THEN format('CREATE TABLE %I.%I PARTITION OF %I.%I %s', n.nspname, c.relname, pn.nspname, p.relname, pg_get_expr(c.relpartbound, c.oid))
            || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '') || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') || ${PARTITION_EXTRAS}
          ELSE format('ALTER TABLE %I.%I INHERIT %I.%I', n.nspname, c.relname, pn.nspname, p.relname) END AS definition
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
      WHERE ${own(s)} AND c.relkind IN ('r', 'p', 'f') AND ${noExtension} ORDER BY c.relname, i.inhseqno`,
  },
  {
    kind: 'other',
    catalogue: 'pg_class',
    when: relationsOf('f'),
    sql: (s) => `SELECT c.oid AS id, ${named('n.nspname', "'foreign table ' || c.relname")}, ${ownedRelation},
        json_build_object('statement', format('CREATE FOREIGN TABLE %I.%I (%s) SERVER %I%s', n.nspname, c.relname,
          (SELECT string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), ${foreignOptions('a.attfdwoptions')}, CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), v.srvname, ${foreignOptions('f.ftoptions')})) AS details,
        format('foreign table %s on %s (%s) %s', c.relname, v.srvname, (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), f.ftoptions) AS definition
      ${RELATIONS} JOIN pg_foreign_table f ON f.ftrelid = c.oid JOIN pg_foreign_server v ON v.oid = f.ftserver WHERE ${own(s)} AND NOT c.relispartition AND ${noExtension} ORDER BY 3`,
  },
  {
    kind: 'statistics',
    catalogue: 'pg_statistic_ext',
    when: inSchema('pg_statistic_ext', 'stxnamespace'),
    sql: (
      s,
    ) => `SELECT x.oid AS id, ${named('n.nspname', 'x.stxname')}, c.relname AS rel, tn.nspname AS relnsp, pg_get_userbyid(x.stxowner) AS owner, ${commented('pg_statistic_ext', 'x.oid')},
        pg_get_statisticsobjdef(x.oid) || coalesce(format(E';\\nALTER STATISTICS %I.%I SET STATISTICS ', n.nspname, x.stxname) || nullif((to_jsonb(x) ->> 'stxstattarget')::int, -1), '') AS definition
      FROM pg_statistic_ext x JOIN pg_class c ON c.oid = x.stxrelid JOIN pg_namespace tn ON tn.oid = c.relnamespace JOIN pg_namespace n ON n.oid = x.stxnamespace
      WHERE ${own(s)} ORDER BY x.stxname`,
  },
  {
    kind: 'schema',
    catalogue: 'pg_namespace',
    sql: (
      s,
    ) => `SELECT n.oid AS id, NULL AS nsp, n.nspname AS name, 'CREATE SCHEMA ' || quote_ident(n.nspname) AS definition, g.owner, g.grants, g.comment, ${madeSchema(s)} AS details
      FROM pg_namespace n, LATERAL (SELECT CASE WHEN n.nspname = 'public' THEN ${PUBLIC_GRANTS} ELSE ${grantsOf('n.nspacl', 'n', 'n.nspowner')} END AS grants,
          CASE WHEN n.nspname <> 'public' OR NOT (n.nspowner = 10 OR pg_get_userbyid(n.nspowner) = 'pg_database_owner') THEN pg_get_userbyid(n.nspowner) END AS owner,
          nullif(obj_description(n.oid, 'pg_namespace'), 'standard public schema') AS comment) AS g
      WHERE ${own(s)} AND (${toldSchema(s)})`,
  },
]
