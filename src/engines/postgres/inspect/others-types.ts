/** Extensions, collations, enums, domains, composite and range types. */
import { commented, named, own, RELATIONS, relationsOf, type Source, typesOf } from './others-source.ts'
import { inSchema, some } from './present.ts'
import { grantsOf, notOfExtension, printedName, type Scope } from './scope.ts'

const TYPES = 'FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace'
const owned = `pg_get_userbyid(t.typowner) AS owner, ${grantsOf('t.typacl', 'T', 't.typowner')} AS grants, ${commented('pg_type', 't.oid')}`
const noExtension = notOfExtension('pg_type', 't.oid')

const labels = (of: string) => `(SELECT ${of} FROM pg_enum e WHERE e.enumtypid = t.oid)`

/** The name of a domain's NOT NULL, where it is not the usual one (PostgreSQL 17 and later keep it). */
const filledBy = `(SELECT o.conname FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'n' AND o.conname <> t.typname || '_not_null')`

/** Parts of a domain beside its base type, each under its name. */
const domainParts = (
  scope: Scope,
) => `json_strip_nulls(json_build_object('base', format_type(t.typbasetype, t.typtypmod)
    || CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || (SELECT ${printedName(scope, 'cn.nspname', 'l.collname')} FROM pg_collation l JOIN pg_namespace cn ON cn.oid = l.collnamespace WHERE l.oid = t.typcollation) ELSE '' END,
    'default', t.typdefault, 'not null', CASE WHEN t.typnotnull THEN 'true' END, 'not null name', ${filledBy},
    'constraints', (SELECT json_object_agg(o.conname, pg_get_constraintdef(o.oid) ORDER BY o.conname)::text FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c')))`

const constraintComments = `(SELECT string_agg(format(E';\\nCOMMENT ON CONSTRAINT %I ON DOMAIN %I.%I IS %L', o.conname, n.nspname, t.typname, obj_description(o.oid, 'pg_constraint')), '' ORDER BY o.conname)
    FROM pg_constraint o WHERE o.contypid = t.oid AND obj_description(o.oid, 'pg_constraint') IS NOT NULL)`

const attributes = (
  scope: Scope,
) => `(SELECT json_agg(json_build_array(quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attcollation <> at.typcollation THEN ' COLLATE ' || (SELECT ${printedName(scope, 'cn.nspname', 'l.collname')} FROM pg_collation l JOIN pg_namespace cn ON cn.oid = l.collnamespace WHERE l.oid = a.attcollation) ELSE '' END,
      col_description(c.oid, a.attnum)) ORDER BY a.attnum)
    FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`

export const TYPE_SOURCES: readonly Source[] = [
  {
    kind: 'extension',
    catalogue: 'pg_extension',
    when: some('pg_extension', "extname <> 'plpgsql'"),
    sql: (s) => `SELECT e.oid AS id, NULL AS nsp, e.extname AS name,
        'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname)${s.home === null ? ` || ' SCHEMA ' || quote_ident((SELECT nspname FROM pg_namespace WHERE oid = e.extnamespace))` : ''} AS definition,
        json_build_object('version', e.extversion, 'schema', (SELECT nspname FROM pg_namespace WHERE oid = e.extnamespace)) AS details
      FROM pg_extension e WHERE e.extname <> 'plpgsql' ORDER BY 3`,
  },
  {
    kind: 'collation',
    catalogue: 'pg_collation',
    when: inSchema('pg_collation', 'collnamespace'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', 'o.collname')}, pg_get_userbyid(o.collowner) AS owner, ${commented('pg_collation', 'o.oid')},
        format('CREATE COLLATION %I.%I (provider = %s, deterministic = %s, %s)', n.nspname, o.collname,
          CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, CASE WHEN o.collisdeterministic THEN 'true' ELSE 'false' END,
          concat_ws(', ', 'locale = ' || quote_literal(coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale')),
            CASE WHEN o.collprovider = 'c' THEN format('lc_collate = %L, lc_ctype = %L', o.collcollate, o.collctype) END,
            'rules = ' || quote_literal(to_jsonb(o) ->> 'collicurules'))) AS definition
      FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
      WHERE ${own(s)} AND ${notOfExtension('pg_collation', 'o.oid')} ORDER BY 3`,
  },
  {
    kind: 'enum',
    catalogue: 'pg_type',
    when: typesOf('e'),
    sql: (s) => `SELECT t.oid AS id, ${named('n.nspname', 't.typname')}, ${owned},
        format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname, ${labels("string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)")}) AS definition,
        coalesce(${labels('json_agg(e.enumlabel ORDER BY e.enumsortorder)')}, '[]') AS labels
      ${TYPES} WHERE ${own(s)} AND t.typtype = 'e' AND ${noExtension} ORDER BY 3`,
  },
  {
    kind: 'domain',
    catalogue: 'pg_type',
    when: typesOf('d'),
    sql: (s) => `SELECT t.oid AS id, ${named('n.nspname', 't.typname')}, ${owned}, ${domainParts(s)} AS details,
        format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname, ${domainParts(s)} ->> 'base')
          || coalesce(' DEFAULT ' || t.typdefault, '') || coalesce(' CONSTRAINT ' || quote_ident(${filledBy}), '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
          || coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)), '' ORDER BY o.conname) FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c'), '')
          || coalesce(${constraintComments}, '') AS definition
      ${TYPES} JOIN pg_type b ON b.oid = t.typbasetype
      WHERE ${own(s)} AND t.typtype = 'd' AND ${noExtension} ORDER BY t.oid`,
  },
  {
    kind: 'composite type',
    catalogue: 'pg_type',
    when: relationsOf('c'),
    sql: (s) => `SELECT t.oid AS id, ${named('n.nspname', 'c.relname')}, ${owned},
        json_build_object('attributes', coalesce(${attributes(s)}, '[]')::text) AS details,
        format('CREATE TYPE %I.%I AS (%s)', n.nspname, c.relname, (SELECT string_agg((a.value ->> 0) || ' ' || (a.value ->> 1), ', ' ORDER BY a.ordinality) FROM json_array_elements(${attributes(s)}) WITH ORDINALITY AS a))
          || coalesce((SELECT string_agg(format(E';\\nCOMMENT ON COLUMN %I.%I.%s IS %L', n.nspname, c.relname, a.value ->> 0, a.value ->> 2), '' ORDER BY a.ordinality)
            FROM json_array_elements(${attributes(s)}) WITH ORDINALITY AS a WHERE a.value ->> 2 IS NOT NULL), '') AS definition
      ${RELATIONS} JOIN pg_type t ON t.typrelid = c.oid WHERE ${own(s)} AND c.relkind = 'c' AND ${notOfExtension('pg_class', 'c.oid')} ORDER BY c.oid`,
  },
  {
    kind: 'range type',
    catalogue: 'pg_type',
    when: typesOf('r'),
    sql: (s) => `SELECT t.oid AS id, ${named('n.nspname', 't.typname')}, ${owned},
        format('CREATE TYPE %I.%I AS RANGE (%s)', n.nspname, t.typname, concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
          (SELECT 'subtype_opclass = ' || ${printedName(s, 'cn.nspname', 'o.opcname')} FROM pg_opclass o JOIN pg_namespace cn ON cn.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
          (SELECT 'collation = ' || ${printedName(s, 'cn.nspname', 'o.collname')} FROM pg_collation o JOIN pg_namespace cn ON cn.oid = o.collnamespace JOIN pg_type b ON b.oid = r.rngsubtype WHERE o.oid = r.rngcollation AND o.oid <> b.typcollation),
          CASE WHEN r.rngcanonical <> 0 THEN 'canonical = ' || r.rngcanonical::regproc END, CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff = ' || r.rngsubdiff::regproc END,
          'multirange_type_name = ' || (SELECT quote_ident(n.nspname) || '.' || quote_ident(m.typname) FROM pg_type m WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid))) AS definition
      ${TYPES} JOIN pg_range r ON r.rngtypid = t.oid
      WHERE ${own(s)} AND t.typtype = 'r' AND ${noExtension} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_type',
    when: inSchema('pg_type', 'typnamespace', "typtype = 'b' AND typelem = 0"),
    sql: (
      s,
    ) => `SELECT t.oid AS id, ${named('n.nspname', "'type ' || t.typname")}, ${owned}, 'base type ' || t.typname AS definition
      ${TYPES} WHERE ${own(s)} AND t.typtype = 'b' AND t.typelem = 0 AND ${noExtension} ORDER BY 3`,
  },
]
