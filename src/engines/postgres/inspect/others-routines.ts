/** Functions, procedures, aggregates, operators and what belongs to them. */
import { commented, named, own, type Source } from './others-source.ts'
import { inSchema, some } from './present.ts'
import { grantsOf, notOfExtension } from './scope.ts'

/** CREATE AGGREGATE of a plain aggregate, from pg_aggregate; the server has no function that prints it. Others (ordered-set) are only named. */
const AGGREGATE = `CASE WHEN g.aggkind <> 'n' THEN 'aggregate function ' || p.proname ELSE
          format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s', n.nspname, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), g.aggtransfn::regproc, format_type(g.aggtranstype, NULL))
          || CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' || g.aggtransspace ELSE '' END
          || CASE WHEN g.aggfinalfn <> 0 THEN ', FINALFUNC = ' || g.aggfinalfn::regproc ELSE '' END
          || CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END
          || CASE WHEN g.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || g.aggcombinefn::regproc ELSE '' END
          || CASE WHEN g.aggserialfn <> 0 THEN ', SERIALFUNC = ' || g.aggserialfn::regproc || ', DESERIALFUNC = ' || g.aggdeserialfn::regproc ELSE '' END
          || coalesce(', INITCOND = ' || quote_literal(g.agginitval), '')
          || CASE WHEN g.aggmtransfn <> 0 THEN ', MSFUNC = ' || g.aggmtransfn::regproc || ', MINVFUNC = ' || g.aggminvtransfn::regproc || ', MSTYPE = ' || format_type(g.aggmtranstype, NULL)
              || CASE WHEN g.aggmfinalfn <> 0 THEN ', MFINALFUNC = ' || g.aggmfinalfn::regproc ELSE '' END || coalesce(', MINITCOND = ' || quote_literal(g.aggminitval), '') ELSE '' END
          || CASE WHEN g.aggsortop <> 0 THEN (SELECT format(', SORTOP = OPERATOR(%I.%s)', sn.nspname, s.oprname) FROM pg_operator s JOIN pg_namespace sn ON sn.oid = s.oprnamespace WHERE s.oid = g.aggsortop) ELSE '' END
          || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END || ')' END`

const REFERENCE = `format('%s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, n.nspname, p.proname,
        CASE WHEN p.prokind = 'a' THEN coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*') ELSE pg_get_function_identity_arguments(p.oid) END)`

export const ROUTINE_SOURCES: readonly Source[] = [
  {
    kind: null,
    catalogue: 'pg_proc',
    when: inSchema('pg_proc', 'pronamespace'),
    sql: (
      s,
    ) => `SELECT p.oid AS id, CASE WHEN p.prokind = 'p' THEN 'procedure' WHEN g.aggkind <> 'n' THEN 'other' WHEN p.prokind = 'a' THEN 'aggregate' ELSE 'function' END AS kind,
        ${named('n.nspname', "p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'")},
        pg_get_userbyid(p.proowner) AS owner, ${grantsOf('p.proacl', 'f', 'p.proowner')} AS grants, ${commented('pg_proc', 'p.oid')},
        json_strip_nulls(json_build_object('reference', ${REFERENCE}, 'result', pg_get_function_result(p.oid), 'arguments', pg_get_function_arguments(p.oid),
          'kind', p.prokind)) AS details,
        CASE WHEN p.prokind = 'a' THEN ${AGGREGATE} ELSE rtrim(pg_get_functiondef(p.oid), E'\\n') END AS definition
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
      WHERE ${own(s)} AND ${notOfExtension('pg_proc', 'p.oid')}
        AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i') ORDER BY 4`,
  },
  {
    kind: 'other',
    catalogue: 'pg_operator',
    when: inSchema('pg_operator', 'oprnamespace'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', "format('operator %s(%s, %s)', o.oprname, format_type(o.oprleft, NULL), format_type(o.oprright, NULL))")},
        pg_get_userbyid(o.oprowner) AS owner, ${commented('pg_operator', 'o.oid')},
        json_build_object('reference', format('OPERATOR %I.%s (%s, %s)', n.nspname, o.oprname, CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL))) AS details,
        format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc, CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || format_type(o.oprleft, NULL) END,
          'RIGHTARG = ' || format_type(o.oprright, NULL), (SELECT format('COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, k.oprname) FROM pg_operator k JOIN pg_namespace cn ON cn.oid = k.oprnamespace WHERE k.oid = o.oprcom),
          (SELECT format('NEGATOR = OPERATOR(%I.%s)', cn.nspname, k.oprname) FROM pg_operator k JOIN pg_namespace cn ON cn.oid = k.oprnamespace WHERE k.oid = o.oprnegate),
          CASE WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest::regproc END, CASE WHEN o.oprjoin <> 0 THEN 'JOIN = ' || o.oprjoin::regproc END,
          CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END)) AS definition
      FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
      WHERE ${own(s)} AND o.oprcode <> 0 AND ${notOfExtension('pg_operator', 'o.oid')} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_opclass',
    when: inSchema('pg_opclass', 'opcnamespace'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', "format('operator class %s using %s', o.opcname, a.amname)")}, 'operator class ' || o.opcname AS definition
      FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am a ON a.oid = o.opcmethod
      WHERE ${own(s)} AND ${notOfExtension('pg_opclass', 'o.oid')} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_ts_config',
    when: (s) => `(${inSchema('pg_ts_config', 'cfgnamespace')(s)} OR ${inSchema('pg_ts_dict', 'dictnamespace')(s)})`,
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', "'text search configuration ' || o.cfgname")}, pg_get_userbyid(o.cfgowner) AS owner,
        'parser ' || (SELECT prsname FROM pg_ts_parser WHERE oid = o.cfgparser) || coalesce((SELECT string_agg(m.maptokentype || '.' || m.mapseqno || ' ' || m.mapdict::regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = o.oid), '') AS definition
      FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE ${own(s)} AND ${notOfExtension('pg_ts_config', 'o.oid')}
      UNION ALL SELECT o.oid, ${named('n.nspname', "'text search dictionary ' || o.dictname")}, pg_get_userbyid(o.dictowner), coalesce(o.dictinitoption, '')
      FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace WHERE ${own(s)} AND ${notOfExtension('pg_ts_dict', 'o.oid')} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_conversion',
    when: inSchema('pg_conversion', 'connamespace'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, ${named('n.nspname', "'conversion ' || o.conname")}, pg_get_userbyid(o.conowner) AS owner, ${commented('pg_conversion', 'o.oid')},
        format('%sfrom %s to %s by %s', CASE WHEN o.condefault THEN 'default ' ELSE '' END, pg_encoding_to_char(o.conforencoding), pg_encoding_to_char(o.contoencoding), o.conproc) AS definition
      FROM pg_conversion o JOIN pg_namespace n ON n.oid = o.connamespace WHERE ${own(s)} AND ${notOfExtension('pg_conversion', 'o.oid')} ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_cast',
    when: some('pg_cast', 'oid >= 16384'),
    sql: (
      s,
    ) => `SELECT k.oid AS id, NULL AS nsp, format('cast (%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL)) AS name, ${commented('pg_cast', 'k.oid')},
        json_build_object('reference', format('CAST (%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL))) AS details,
        format('CREATE CAST (%s AS %s) %s%s', format_type(k.castsource, NULL), format_type(k.casttarget, NULL),
          CASE k.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || k.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
          CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END) AS definition
      FROM pg_cast k WHERE k.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = k.oid AND i.deptype = 'i') AND ${notOfExtension('pg_cast', 'k.oid')} AND EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (k.castsource, k.casttarget) AND ${own(s)}) ORDER BY 3`,
  },
  {
    kind: 'other',
    catalogue: 'pg_event_trigger',
    when: some('pg_event_trigger'),
    sql: (
      s,
    ) => `SELECT o.oid AS id, NULL AS nsp, 'event trigger ' || o.evtname AS name, pg_get_userbyid(o.evtowner) AS owner, ${commented('pg_event_trigger', 'o.oid')},
        json_build_object('reference', format('EVENT TRIGGER %I', o.evtname)) AS details,
        format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %I.%I()', o.evtname, o.evtevent,
          coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(t), ', ') FROM unnest(o.evttags) AS t) || ')', ''), n.nspname, p.proname)
          || CASE o.evtenabled WHEN 'O' THEN '' ELSE format(E';\\nALTER EVENT TRIGGER %I %s', o.evtname, CASE o.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) END AS definition
      FROM pg_event_trigger o JOIN pg_proc p ON p.oid = o.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE ${own(s)} AND ${notOfExtension('pg_event_trigger', 'o.oid')} ORDER BY 3`,
  },
]
