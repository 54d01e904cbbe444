/** Cases of MySQL and MariaDB: rows. */
import type { Cases } from './cases.ts'
import { MARIA114, MARIA1011, MYSQL57, MYSQL84, sized } from './mysql-servers.ts'

export const ROW_CASES: Cases = {
  'ddl-mixed-with-dml': {
    fires: ['ALTER TABLE t ADD c INT; UPDATE t SET c = 1 WHERE id < 5', 'INSERT INTO t (a) VALUES (1); DROP TABLE u'],
    silent: [
      'UPDATE t SET c = 1 WHERE id < 5',
      'CREATE TABLE t (a INT); INSERT INTO t (a) VALUES (1)',
      'CREATE TEMPORARY TABLE x (a INT); INSERT INTO t (a) SELECT a FROM x',
    ],
  },
  'foreign-key-checks-off': {
    fires: [
      'SET foreign_key_checks = 0',
      'SET SESSION FOREIGN_KEY_CHECKS=OFF; SELECT 1; SET FOREIGN_KEY_CHECKS=1',
      'SET @OLD=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0',
    ],
    silent: [
      'SET foreign_key_checks = 1',
      'SET @foreign_key_checks = 0',
      "INSERT INTO t (a) VALUES ('SET foreign_key_checks = 0')",
    ],
  },
  'implicit-commit': {
    fires: [
      'START TRANSACTION; ALTER TABLE t ADD c INT',
      'BEGIN; INSERT INTO t (a) VALUES (1); TRUNCATE t; COMMIT',
      'BEGIN WORK; CREATE VIEW v AS SELECT 1',
    ],
    silent: [
      'START TRANSACTION; COMMIT; ALTER TABLE t ADD c INT',
      'BEGIN; CREATE TEMPORARY TABLE x (a INT); COMMIT',
      'ALTER TABLE t ADD c INT',
    ],
  },
  'lock-table': {
    fires: ['LOCK TABLES t WRITE, u READ', 'FLUSH TABLES WITH READ LOCK', 'LOCK TABLE t READ'],
    silent: ['UNLOCK TABLES', 'FLUSH TABLES', 'SELECT 1 FROM t FOR UPDATE'],
  },
  'set-global': {
    fires: [
      'SET GLOBAL max_connections = 5',
      'SET @@global.sql_mode = DEFAULT',
      ['SET PERSIST max_connections = 5', MYSQL84],
    ],
    silent: ['SET SESSION sql_mode = DEFAULT', 'SET @global = 5', 'SET NAMES utf8mb4'],
  },
  'sql-mode-relaxed': {
    fires: ["SET sql_mode = ''", "SET @@session.sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"],
    silent: [
      "SET sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE'",
      'SET sql_mode = @old',
      'SET sql_mode = DEFAULT',
      "SET sql_mode = concat(@@sql_mode, ',ANSI_QUOTES')",
      "SET sql_mode = 'TRADITIONAL'",
    ],
  },
  'insert-ignore': {
    fires: ['INSERT IGNORE INTO t (a) VALUES (1)', 'INSERT LOW_PRIORITY IGNORE t SET a = 1'],
    silent: ['INSERT INTO t (a) VALUES (1)', 'CREATE TABLE t (a INT); INSERT IGNORE INTO t VALUES (1)'],
  },
  'insert-without-columns': {
    fires: ['INSERT INTO t VALUES (1)', 'INSERT INTO t SELECT * FROM u', 'REPLACE t VALUES (1)'],
    silent: [
      'INSERT INTO t (a) VALUES (1)',
      'INSERT INTO t SET a = 1',
      'CREATE TABLE t (a INT); INSERT INTO t VALUES (1)',
      'INSERT INTO t (a) SELECT * FROM u',
    ],
  },
  'large-write': {
    fires: [
      ["UPDATE t SET a = 1 WHERE b = 'x'", sized(200_000)],
      ['DELETE FROM t WHERE b = 1', sized(200_000)],
    ],
    silent: [
      'DELETE FROM t WHERE b = 1',
      ['DELETE FROM t WHERE b = 1', sized(100)],
      ['DELETE FROM t WHERE b = 1 ORDER BY id LIMIT 100', sized(200_000)],
      ['CREATE TABLE t (b INT); DELETE FROM t WHERE b = 1', sized(200_000)],
    ],
  },
  'limit-without-order': {
    fires: ['DELETE FROM t WHERE a = 1 LIMIT 10', 'UPDATE t SET a = 1 LIMIT 1'],
    silent: ['DELETE FROM t WHERE a = 1 ORDER BY id LIMIT 10', 'DELETE FROM t WHERE a IN (SELECT b FROM u LIMIT 1)'],
  },
  'write-without-where': {
    fires: [
      'UPDATE t SET a = 1',
      'DELETE FROM `t`',
      'DELETE QUICK FROM t',
      'UPDATE t AS x SET a = (SELECT 1 FROM u WHERE u.a = 1)',
      'update LOW_PRIORITY t set a = 1',
    ],
    silent: [
      'UPDATE t SET a = 1 WHERE true',
      'DELETE FROM t LIMIT 5',
      'UPDATE t JOIN u USING (id) SET t.a = u.a',
      'DELETE t FROM t JOIN u USING (id)',
      'CREATE TABLE t (a INT); UPDATE t SET a = 1',
    ],
  },
  'replace-into': {
    fires: ['REPLACE INTO t (a) VALUES (1)', 'REPLACE t SET a = 1'],
    silent: [
      'INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 1',
      'CREATE TABLE t (a INT); REPLACE INTO t VALUES (1)',
      "SELECT replace('a', 'b', 'c')",
    ],
  },
  truncate: {
    fires: ['TRUNCATE t', 'TRUNCATE TABLE d.`t`'],
    silent: ['CREATE TABLE t (a INT); TRUNCATE t', 'SELECT truncate(1.5, 0)', 'ALTER TABLE t TRUNCATE PARTITION p'],
  },
  definer: {
    fires: [
      'CREATE DEFINER=`root`@`localhost` VIEW v AS SELECT 1',
      "CREATE DEFINER = 'a'@'%' PROCEDURE p() SELECT 1",
      'CREATE ALGORITHM=MERGE DEFINER=root@localhost SQL SECURITY INVOKER VIEW v AS SELECT 1',
    ],
    silent: [
      'CREATE DEFINER=CURRENT_USER VIEW v AS SELECT 1',
      'CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1',
      'CREATE TABLE definer (a INT)',
    ],
  },
  'double-quoted-string': {
    fires: [
      'UPDATE t SET a = "it\'s \\" x" WHERE b = "y"',
      'INSERT INTO t (a) VALUES ("")',
      'SELECT * FROM t WHERE a = "가""나"',
    ],
    silent: ['UPDATE t SET a = \'say "x"\' WHERE b = 1', 'SELECT `"`', 'SELECT 1 -- "x"'],
  },
  'mariadb-only-syntax': {
    fires: [
      ['ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT', MYSQL84],
      ['CREATE OR REPLACE TABLE t (a INT)', MYSQL84],
      ['DROP INDEX IF EXISTS i ON t', MYSQL84],
      ['ALTER TABLE t DROP COLUMN IF EXISTS c', MYSQL57],
      ['CREATE INDEX IF NOT EXISTS i ON t (a)', MYSQL84],
      ['ALTER TABLE t ADD c INT, ALGORITHM=NOCOPY', MYSQL84],
      ['CREATE SEQUENCE s', MYSQL84],
    ],
    silent: [
      ['ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT', MARIA1011],
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS c INT',
      ['CREATE OR REPLACE VIEW v AS SELECT 1', MYSQL84],
      ['CREATE TABLE IF NOT EXISTS t (a INT)', MYSQL84],
      ['DROP TABLE IF EXISTS t', MYSQL84],
      ["INSERT INTO t (a) VALUES ('ADD SYSTEM VERSIONING')", MYSQL84],
    ],
  },
  'mysql-only-syntax': {
    fires: [
      ['CREATE INDEX i ON t ((lower(a)))', MARIA1011],
      ['CREATE TABLE t (a TEXT) COLLATE utf8mb4_0900_ai_ci', MARIA1011],
      ['SET PERSIST max_connections = 5', MARIA1011],
      ['ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED', MARIA1011],
    ],
    silent: [
      ['CREATE INDEX i ON t ((lower(a)))', MYSQL84],
      ['CREATE INDEX i ON t (a(10), b DESC)', MARIA1011],
      ['CREATE TABLE t (a TEXT) COLLATE utf8mb4_0900_ai_ci', MARIA114],
      ["INSERT INTO t (a) VALUES ('utf8mb4_0900_ai_ci')", MARIA1011],
    ],
  },
  'password-in-script': {
    fires: [
      "CREATE USER a IDENTIFIED BY 'secret'",
      "ALTER USER a@'%' IDENTIFIED WITH caching_sha2_password BY 'secret'",
      "GRANT ALL ON *.* TO a IDENTIFIED BY 'secret'",
    ],
    silent: [
      'CREATE USER a IDENTIFIED VIA unix_socket',
      "INSERT INTO t (a) VALUES ('IDENTIFIED BY')",
      'GRANT SELECT ON t TO a',
    ],
  },
  'sql-security-definer': {
    fires: ['CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1', 'CREATE PROCEDURE p() SQL SECURITY DEFINER SELECT 1'],
    silent: ['CREATE SQL SECURITY INVOKER VIEW v AS SELECT 1', 'CREATE VIEW v AS SELECT 1'],
  },
}
