/** PostgreSQL: cases of rules about indexes and types. */
import type { LintContext } from '../../src/revisions/lint/rule.ts'
import { type Cases, IN, up } from './cases.ts'

const types = (type: string): Partial<LintContext> => ({ columnType: () => type })

export const INDEX_AND_TYPE_CASES: Cases = {
  'index-not-concurrent': {
    fires: [
      'CREATE INDEX i ON t (a)',
      'create unique /* all */ index on t (a)',
      up('CREATE INDEX i ON t (a)'),
      ['CREATE INDEX i ON t (a)', IN],
      'BEGIN; CREATE INDEX i ON t (a); COMMIT',
    ],
    silent: [
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      'CREATE TABLE t (a int); CREATE INDEX i ON public.t (a)',
      'CREATE MATERIALIZED VIEW t AS SELECT 1 AS a; CREATE INDEX i ON t (a)',
      'CREATE INDEX i ON ONLY t (a)',
    ],
  },
  'drop-index-not-concurrent': {
    fires: ['DROP INDEX i', 'DROP INDEX IF EXISTS s.i', 'DROP INDEX a, b', up('DROP INDEX i')],
    silent: ['DROP INDEX CONCURRENTLY i', 'DROP TABLE t'],
  },
  'reindex-not-concurrent': {
    fires: ['REINDEX INDEX i', 'REINDEX TABLE t', 'REINDEX (VERBOSE) SCHEMA s', 'REINDEX DATABASE d'],
    silent: ['REINDEX TABLE CONCURRENTLY t', 'REINDEX (CONCURRENTLY) INDEX i'],
  },
  'index-many-columns': {
    fires: ['CREATE INDEX CONCURRENTLY i ON t (a, b, c, d)'],
    silent: ['CREATE INDEX i ON t (a, b, c) INCLUDE (d)', 'CREATE UNIQUE INDEX i ON t (a, b, c, d)'],
  },
  'not-in-transaction': {
    fires: [
      'BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT',
      ['DROP INDEX CONCURRENTLY i', IN],
      ['VACUUM t', IN],
      'START TRANSACTION; ALTER TABLE t DETACH PARTITION p CONCURRENTLY; COMMIT',
      up('BEGIN; REINDEX INDEX CONCURRENTLY i; COMMIT;'),
    ],
    silent: [
      'CREATE INDEX CONCURRENTLY i ON t (a)',
      'BEGIN; COMMIT; CREATE INDEX CONCURRENTLY i ON t (a)',
      up('CREATE INDEX CONCURRENTLY i ON t (a)'),
      ['ANALYZE t', IN],
    ],
  },
  'change-column-type': {
    fires: [
      'ALTER TABLE t ALTER a TYPE bigint',
      'ALTER TABLE t ALTER a TYPE text',
      'ALTER TABLE t ALTER a TYPE text USING lower(a)',
      ['ALTER TABLE t ALTER a TYPE varchar(10)', types('character varying(20)')],
      ['ALTER TABLE t ALTER a TYPE numeric(12,3)', types('numeric(10,2)')],
      ['ALTER TABLE t ALTER a TYPE text', types('character(5)')],
      ['ALTER TABLE t ALTER a TYPE bigint', types('integer')],
      ['ALTER TABLE t ALTER a TYPE timestamptz', types('timestamp(3) without time zone')],
    ],
    silent: [
      ['ALTER TABLE t ALTER a TYPE text', types('character varying(20)')],
      ['ALTER TABLE t ALTER a TYPE varchar(30)', types('character varying(20)')],
      ['ALTER TABLE t ALTER a TYPE numeric(12,2)', types('numeric(10,2)')],
      ['ALTER TABLE t ALTER a TYPE inet', types('cidr')],
      ['ALTER TABLE t ALTER a TYPE timestamptz(6)', types('timestamp(3) with time zone')],
      'CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint',
    ],
  },
  'json-type': {
    fires: [
      "CREATE TABLE t (a json NOT NULL DEFAULT '{}')",
      'ALTER TABLE t ADD a json[]',
      'ALTER TABLE t ALTER a TYPE json',
    ],
    silent: ['CREATE TABLE t (a jsonb)', "CREATE TABLE t (b text DEFAULT 'json')"],
  },
  'char-type': {
    fires: [
      'CREATE TABLE t (a char(3) NOT NULL)',
      'ALTER TABLE t ADD a character (2)',
      'CREATE TABLE t ("a b" char(2)[])',
      'CREATE TABLE t (한글 char)',
    ],
    silent: ['CREATE TABLE t (a text, b "char")'],
  },
  'varchar-type': {
    fires: [
      'CREATE TABLE t (a varchar(3) COLLATE "C", b character varying (5) NOT NULL)',
      'ALTER TABLE t ADD a pg_catalog.varchar',
    ],
    silent: ['CREATE TABLE t (a text)'],
  },
  'timestamp-without-zone': {
    fires: [
      'CREATE TABLE t (a timestamp DEFAULT now(), b timestamp (3) without time zone NOT NULL)',
      'ALTER TABLE t ADD a timestamp',
    ],
    silent: ['CREATE TABLE t (a timestamptz, b timestamp with time zone, c date)'],
  },
  'timetz-type': { fires: ['CREATE TABLE t (a time with time zone)'], silent: ['CREATE TABLE t (a time)'] },
  'money-type': { fires: ['CREATE TABLE t (a money)'], silent: ['CREATE TABLE t (a numeric, b own.money)'] },
  'serial-type': {
    fires: ['CREATE TABLE t (id bigserial PRIMARY KEY, b smallserial NOT NULL)', 'ALTER TABLE t ADD a serial'],
    silent: ['CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY)'],
  },
  'integer-key': {
    fires: [
      'CREATE TABLE t (id int PRIMARY KEY)',
      'CREATE TABLE t (id serial)',
      'CREATE TABLE t (id smallint, PRIMARY KEY (id))',
      'ALTER TABLE t ADD id int GENERATED ALWAYS AS IDENTITY',
    ],
    silent: ['CREATE TABLE t (id bigint PRIMARY KEY, n int)', 'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))'],
  },
}
