/** PostgreSQL: cases of rules about storage, triggers, partitions, new tables and rights. */
import { type Cases, IN, up } from './cases.ts'

export const STORAGE_AND_RIGHTS_CASES: Cases = {
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
      'ALTER TABLE t ADD a int, DROP COLUMN b, DROP CONSTRAINT c; DELETE FROM t',
      'CREATE SCHEMA s; CREATE SEQUENCE q; CREATE EXTENSION x; DROP INDEX CONCURRENTLY i; DROP MATERIALIZED VIEW v',
      'CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS u (a int)',
    ],
    silent: [
      "SET lock_timeout = '1s'; ALTER TABLE t ADD a int; SELECT 1",
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
