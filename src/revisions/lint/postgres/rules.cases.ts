/** For each rule: scripts in which it finds something, and scripts that look alike and are fine. */
import type { LintContext } from '../rule.ts'

/** A script, and what is known of its surroundings. */
export type Case = string | readonly [sql: string, context: Partial<LintContext>]

export interface RuleCases {
  readonly fires: readonly Case[]
  readonly silent: readonly Case[]
}

const IN: Partial<LintContext> = { inTransaction: true }
const up = (sql: string): string => `-- naru:revision 0001\n-- naru:up\n${sql}`
const types = (type: string): Partial<LintContext> => ({ columnType: () => type })

export const CASES: Readonly<Record<string, RuleCases>> = {
  'add-column-default': {
    fires: [
      'ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD a int DEFAULT (random() * 5)::int',
      'ALTER TABLE t ADD a text DEFAULT own_function(5)',
      ['ALTER TABLE t ADD a int DEFAULT 5', { version: '10.3' }],
    ],
    silent: [
      'ALTER TABLE t ADD COLUMN a int DEFAULT 5',
      "ALTER TABLE t ADD a timestamptz DEFAULT now(), ADD b text DEFAULT lower('X'), ADD c date DEFAULT current_date",
      'CREATE TABLE t (b int); ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      ['ALTER TABLE t ADD a int DEFAULT 5', { version: '11.0' }],
    ],
  },
  'add-column-not-null': {
    fires: ['ALTER TABLE t ADD COLUMN a int NOT NULL', 'ALTER TABLE ONLY s.t ADD a text PRIMARY KEY, ADD b int'],
    silent: [
      'ALTER TABLE t ADD a int NOT NULL DEFAULT 0',
      'ALTER TABLE t ADD a int NOT NULL GENERATED ALWAYS AS IDENTITY',
      'ALTER TABLE t ADD a bigserial PRIMARY KEY',
      'CREATE TABLE t (b int); ALTER TABLE t ADD a int NOT NULL',
    ],
  },
  'add-column-generated': {
    fires: [
      'ALTER TABLE t ADD a int GENERATED ALWAYS AS (b * 2) STORED',
      'ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b * 3)',
    ],
    silent: [
      'ALTER TABLE t ADD a int GENERATED ALWAYS AS (b * 2) VIRTUAL',
      'CREATE TABLE t (b int, a int GENERATED ALWAYS AS (b * 2) STORED)',
    ],
  },
  'add-column-auto-increment': {
    fires: ['ALTER TABLE t ADD id bigserial', 'ALTER TABLE t ADD id bigint GENERATED ALWAYS AS IDENTITY'],
    silent: ['ALTER TABLE t ADD id "serial"', 'CREATE TABLE t (id bigserial)'],
  },
  'set-not-null': {
    fires: [
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE IF EXISTS ONLY "s"."t" ALTER "a b" SET NOT NULL',
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t ALTER a SET NOT NULL',
      up('ALTER TABLE t ALTER COLUMN a SET NOT NULL'),
      ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', IN],
      [
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL',
        { version: '11' },
      ],
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL',
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL',
    ],
  },
  'drop-not-null': {
    fires: ['ALTER TABLE t ALTER a DROP NOT NULL'],
    silent: ['CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL'],
  },
  'domain-constraint': {
    fires: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)', 'ALTER DOMAIN d SET NOT NULL'],
    silent: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0) NOT VALID', 'ALTER DOMAIN d DROP NOT NULL'],
  },
  'domain-with-constraint': {
    fires: ['CREATE DOMAIN d AS int CHECK (value > 0)', 'CREATE DOMAIN d AS text NOT NULL'],
    silent: ['CREATE DOMAIN d AS int DEFAULT 5'],
  },
  'foreign-key-validates': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT "f k" FOREIGN KEY (a) REFERENCES u',
      'ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES u (c, d) ON DELETE CASCADE DEFERRABLE -- why',
      'ALTER TABLE t ADD COLUMN x int, ADD FOREIGN KEY (x) REFERENCES u, DROP COLUMN y',
      'ALTER TABLE t ADD COLUMN x int DEFAULT 5 REFERENCES u',
      up('ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;'),
      ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u', IN],
    ],
    silent: [
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u',
      'ALTER TABLE t ADD COLUMN x int REFERENCES u',
    ],
  },
  'check-validates': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
      "ALTER TABLE s.t ADD CHECK (a <> ',')",
      'ALTER TABLE t ADD COLUMN a int DEFAULT 5 CHECK (a > 0)',
      up('ALTER TABLE t ADD CHECK (a > 0) /* 한글 */;'),
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0)',
    ],
  },
  'unique-builds-index': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, "b c")',
      'ALTER TABLE s.t ADD UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE',
      'ALTER TABLE t ADD PRIMARY KEY (a)',
      'ALTER TABLE t ADD UNIQUE (a) INCLUDE (b)',
      'ALTER TABLE t ADD COLUMN a text UNIQUE',
      up('ALTER TABLE t ADD UNIQUE (a)'),
      ['ALTER TABLE t ADD UNIQUE (a)', IN],
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i',
      'CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a)',
    ],
  },
  'exclusion-constraint': {
    fires: ['ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&)'],
    silent: ['CREATE TABLE t (r int4range); ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)'],
  },
  'validate-in-same-transaction': {
    fires: [
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
      up('ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c;'),
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; COMMIT; BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
      up(
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n-- naru:no-transaction\nALTER TABLE t VALIDATE CONSTRAINT c;',
      ),
      up(
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; CREATE INDEX CONCURRENTLY i ON t (a); ALTER TABLE t VALIDATE CONSTRAINT c;',
      ),
    ],
  },
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
    fires: ["CREATE TABLE t (a json NOT NULL DEFAULT '{}')", 'ALTER TABLE t ADD a json[]'],
    silent: ['CREATE TABLE t (a jsonb)', "CREATE TABLE t (b text DEFAULT 'json')"],
  },
  'char-type': {
    fires: ['CREATE TABLE t (a char(3) NOT NULL)', 'ALTER TABLE t ADD a character (2)', 'CREATE TABLE t (한글 char)'],
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
  'rename-column': {
    fires: ['ALTER TABLE t RENAME a TO b'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b', 'ALTER TABLE t RENAME CONSTRAINT a TO b'],
  },
  'rename-table': {
    fires: [
      'ALTER TABLE t RENAME TO u',
      'ALTER VIEW v RENAME TO w',
      'ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u',
    ],
    silent: [
      'CREATE TABLE t (a int); ALTER TABLE t RENAME TO u',
      'BEGIN; ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u; COMMIT',
      'ALTER INDEX i RENAME TO j',
    ],
  },
  'rename-schema': {
    fires: ['ALTER SCHEMA s RENAME TO z', 'ALTER TABLE t SET SCHEMA z'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA z', 'ALTER FUNCTION f() SET SCHEMA z'],
  },
  'rename-enum-value': {
    fires: ["ALTER TYPE e RENAME VALUE 'a' TO 'b'"],
    silent: ["ALTER TYPE e ADD VALUE 'b'"],
  },
  'identifier-too-long': {
    fires: [`CREATE TABLE t (${'x'.repeat(64)} int)`, `CREATE INDEX "${'한'.repeat(22)}" ON t (a)`],
    silent: [
      `CREATE TABLE t (${'x'.repeat(63)} int)`,
      `SELECT '${'x'.repeat(99)}', $$${'y'.repeat(99)}$$ -- ${'z'.repeat(99)}`,
    ],
  },
  'drop-column': {
    fires: ['ALTER TABLE t DROP COLUMN a', 'ALTER TABLE t ADD b int, DROP a'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t DROP a', 'ALTER TABLE t DROP CONSTRAINT c'],
  },
  'drop-table': {
    fires: ['DROP TABLE t', 'DROP MATERIALIZED VIEW m', 'CREATE TABLE t (a int); DROP TABLE IF EXISTS t, u'],
    silent: ['CREATE TABLE t (a int); DROP TABLE t', 'DROP VIEW v'],
  },
  'drop-view': { fires: ['DROP VIEW v'], silent: ['CREATE VIEW v AS SELECT 1; DROP VIEW v', 'DROP TABLE t'] },
  'drop-schema': { fires: ['DROP SCHEMA s CASCADE', 'DROP DATABASE d'], silent: ['DROP TABLE s.t'] },
  'drop-cascade': {
    fires: ['DROP TABLE t CASCADE', 'ALTER TABLE t DROP COLUMN a CASCADE', 'DROP FUNCTION f() CASCADE'],
    silent: ['DROP TABLE t', 'ALTER TABLE t DROP COLUMN a', 'CREATE TABLE t (a int); DROP TABLE t CASCADE'],
  },
  truncate: {
    fires: ['TRUNCATE t, u CASCADE'],
    silent: ['CREATE TABLE t (a int); TRUNCATE t', 'DELETE FROM t WHERE a = 1'],
  },
  'write-without-where': {
    fires: ['UPDATE t SET a = 1', 'DELETE FROM t'],
    silent: ['UPDATE t SET a = 1 WHERE b = 2', 'CREATE TABLE t (a int); UPDATE t SET a = 1'],
  },
  'unseen-sql': { fires: ['DO $$ BEGIN NULL; END $$'], silent: ['SELECT 1'] },
  'enum-value-in-transaction': {
    fires: [["BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT", { version: '11' }]],
    silent: ["BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT", ["ALTER TYPE e ADD VALUE 'x'", { version: '11' }]],
  },
  'enum-value-used': {
    fires: [
      "BEGIN; ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1; COMMIT",
      up("ALTER TYPE e ADD VALUE 'x'; ALTER TABLE t ALTER a SET DEFAULT 'x';"),
    ],
    silent: [
      "ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1",
      "BEGIN; ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'y' WHERE b = 1; COMMIT",
      "BEGIN; CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1; COMMIT",
      up("-- naru:no-transaction\nALTER TYPE e ADD VALUE 'x';\nUPDATE t SET a = 'x' WHERE b = 1;"),
    ],
  },
  'lock-timeout-missing': {
    fires: ['ALTER TABLE t ADD a int', 'TRUNCATE t', ['DROP TABLE t', IN]],
    silent: [
      "SET lock_timeout = '5s'; ALTER TABLE t ADD a int",
      "SELECT set_config('lock_timeout', '5s', false); ALTER TABLE t ADD a int",
      up('ALTER TABLE t ADD a int'),
      'CREATE TABLE t (a int); ALTER TABLE t ADD b int',
      'ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
  },
  'several-tables-locked': {
    fires: [
      'BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT',
      up('ALTER TABLE t ADD a int; DROP TABLE u'),
    ],
    silent: [
      'ALTER TABLE t ADD a int; ALTER TABLE u ADD a int',
      'BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; CREATE TABLE u (a int); ALTER TABLE u ADD b int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; COMMIT; BEGIN; ALTER TABLE u ADD a int; COMMIT',
    ],
  },
  'backfill-under-lock': {
    fires: [
      'BEGIN; ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE b = 2; COMMIT',
      up('ALTER TABLE t ADD a int; INSERT INTO u SELECT a FROM t'),
    ],
    silent: [
      'ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE b = 2',
      'BEGIN; UPDATE t SET a = 1 WHERE b = 2; ALTER TABLE t ADD a int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; INSERT INTO u VALUES (1); COMMIT',
    ],
  },
  'transaction-nesting': {
    fires: ['BEGIN; BEGIN; COMMIT', 'COMMIT', up('BEGIN; SELECT 1; COMMIT'), ['ROLLBACK', IN]],
    silent: ['BEGIN; SAVEPOINT a; ROLLBACK TO a; COMMIT; BEGIN; ROLLBACK', ['SAVEPOINT a', IN]],
  },
  'transaction-uncommitted': { fires: ['BEGIN; SELECT 1'], silent: ['BEGIN; SELECT 1; COMMIT'] },
  'set-logged': {
    fires: ['ALTER TABLE t SET LOGGED', 'ALTER TABLE t SET UNLOGGED'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t SET UNLOGGED'],
  },
  'unlogged-table': {
    fires: ['CREATE UNLOGGED TABLE t (a int)'],
    silent: ['CREATE TABLE t (a int)', 'CREATE TEMP TABLE t (a int)'],
  },
  'move-table': {
    fires: [
      'ALTER TABLE t SET TABLESPACE x',
      'ALTER TABLE ALL IN TABLESPACE x SET TABLESPACE y',
      'ALTER TABLE t SET ACCESS METHOD heap2',
    ],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t SET TABLESPACE x', 'CREATE TABLE t (a int) TABLESPACE x'],
  },
  'vacuum-full': { fires: ['VACUUM FULL t', 'VACUUM (FULL)', 'CLUSTER t USING i'], silent: ['VACUUM (ANALYZE) t'] },
  'refresh-not-concurrent': {
    fires: ['REFRESH MATERIALIZED VIEW v', ['REFRESH MATERIALIZED VIEW v', IN]],
    silent: [
      'REFRESH MATERIALIZED VIEW CONCURRENTLY v',
      'CREATE MATERIALIZED VIEW v AS SELECT 1; REFRESH MATERIALIZED VIEW v',
    ],
  },
  'lock-table': { fires: ['LOCK TABLE t'], silent: ['CREATE TABLE t (a int); LOCK t', 'SELECT 1 FROM t FOR UPDATE'] },
  'autovacuum-off': {
    fires: ['ALTER TABLE t SET (autovacuum_enabled = off)', 'CREATE TABLE t (a int) WITH (autovacuum_enabled = false)'],
    silent: ['ALTER TABLE t SET (autovacuum_enabled = on)', 'ALTER TABLE t SET (fillfactor = 70)'],
  },
  'replica-identity': {
    fires: ['ALTER TABLE t REPLICA IDENTITY FULL', 'ALTER TABLE t REPLICA IDENTITY NOTHING'],
    silent: ['ALTER TABLE t REPLICA IDENTITY USING INDEX i'],
  },
  'create-trigger': {
    fires: ['CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()'],
    silent: [
      'CREATE TABLE t (a int); CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
      "SET lock_timeout = '2s'; CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    ],
  },
  'disable-trigger': {
    fires: [
      'ALTER TABLE t DISABLE TRIGGER ALL',
      'ALTER TABLE t DISABLE TRIGGER x',
      'SET session_replication_role = replica',
    ],
    silent: ['ALTER TABLE t ENABLE TRIGGER x', "SET session_replication_role = 'origin'"],
  },
  'create-rule': { fires: ['CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING'], silent: ['DROP RULE r ON t'] },
  'attach-partition': {
    fires: ['ALTER TABLE t ATTACH PARTITION p FOR VALUES FROM (1) TO (2)', 'ALTER TABLE t ATTACH PARTITION p DEFAULT'],
    silent: [
      'CREATE TABLE p (a int); ALTER TABLE t ATTACH PARTITION p FOR VALUES FROM (1) TO (2)',
      'ALTER TABLE p ADD CHECK (a >= 1 AND a < 2) NOT VALID; ALTER TABLE t ATTACH PARTITION p FOR VALUES FROM (1) TO (2)',
    ],
  },
  'detach-partition': {
    fires: ['ALTER TABLE t DETACH PARTITION p', ['ALTER TABLE s.t DETACH PARTITION p', { version: '14' }]],
    silent: ['ALTER TABLE t DETACH PARTITION p CONCURRENTLY'],
  },
  'table-without-primary-key': {
    fires: ['CREATE TABLE t (a int UNIQUE)'],
    silent: [
      'CREATE TABLE t (a int PRIMARY KEY)',
      'CREATE TABLE t (a int, PRIMARY KEY (a))',
      'CREATE TABLE t (a int); ALTER TABLE public.t ADD PRIMARY KEY (a)',
      'CREATE TEMP TABLE t (a int)',
      'CREATE TABLE t PARTITION OF u FOR VALUES IN (1)',
      'CREATE TABLE t (LIKE u INCLUDING ALL)',
    ],
  },
  'foreign-key-without-index': {
    fires: [
      'CREATE TABLE t (a int REFERENCES u)',
      'CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES u); CREATE INDEX i ON t (b)',
    ],
    silent: [
      'CREATE TABLE t (a int PRIMARY KEY REFERENCES u)',
      'CREATE TABLE t (a int REFERENCES u); CREATE INDEX i ON t (a, b)',
    ],
  },
  'create-table-as': {
    fires: ['CREATE TABLE t AS SELECT 1', 'SELECT 1 INTO t'],
    silent: ['CREATE TEMP TABLE t AS SELECT 1', 'CREATE MATERIALIZED VIEW t AS SELECT 1'],
  },
  'not-repeatable': {
    fires: [
      'ALTER TABLE t ADD a int, DROP COLUMN b, DROP CONSTRAINT c; SELECT 1',
      'CREATE SCHEMA s; CREATE SEQUENCE q; CREATE EXTENSION x; DROP INDEX CONCURRENTLY i; DROP MATERIALIZED VIEW v',
      'CREATE TABLE t (a int); SELECT 1',
    ],
    silent: [
      'ALTER TABLE t ADD a int',
      'BEGIN; CREATE TABLE t (a int); COMMIT',
      up('CREATE TABLE t (a int); DROP INDEX CONCURRENTLY i'),
    ],
  },
  'security-definer-search-path': {
    fires: [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
      'ALTER FUNCTION f() SECURITY DEFINER',
    ],
    silent: [
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1'",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
  },
  'grant-to-public': {
    fires: ['GRANT SELECT ON t TO PUBLIC', 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC'],
    silent: ['GRANT SELECT ON t TO reader', 'REVOKE ALL ON t FROM PUBLIC'],
  },
  'grant-all': {
    fires: ['GRANT ALL ON t TO app'],
    silent: ['GRANT SELECT ON t TO app', 'GRANT ALL ON SCHEMA s TO app'],
  },
  'row-security-off': {
    fires: ['ALTER TABLE t DISABLE ROW LEVEL SECURITY', 'ALTER TABLE t NO FORCE ROW LEVEL SECURITY'],
    silent: ['ALTER TABLE t FORCE ROW LEVEL SECURITY'],
  },
  'row-security-without-policy': {
    fires: ['ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON u USING (a = 1)'],
    silent: ['CREATE POLICY p ON t USING (a = 1); ALTER TABLE t ENABLE ROW LEVEL SECURITY'],
  },
  'policy-allows-all': {
    fires: ['CREATE POLICY p ON t USING (true)'],
    silent: ['CREATE POLICY p ON t TO support USING (true)', 'CREATE POLICY p ON t USING (a = 1)'],
  },
  'view-security-invoker': {
    fires: [['CREATE VIEW v AS SELECT 1', { version: '15.2' }]],
    silent: [['CREATE VIEW v WITH (security_invoker) AS SELECT 1', { version: '15.2' }], 'CREATE VIEW v AS SELECT 1'],
  },
  'password-in-script': {
    fires: ["CREATE ROLE r LOGIN PASSWORD 'secret'", "ALTER ROLE r PASSWORD 'secret'"],
    silent: ['CREATE ROLE r LOGIN', 'ALTER ROLE r PASSWORD NULL'],
  },
  'role-superuser': {
    fires: ['CREATE ROLE r SUPERUSER', 'ALTER ROLE r BYPASSRLS'],
    silent: ['CREATE ROLE r NOSUPERUSER', 'ALTER ROLE r NOBYPASSRLS LOGIN'],
  },
}
