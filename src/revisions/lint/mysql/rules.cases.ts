/** For each rule: scripts in which it finds something, and scripts that look alike and are fine. */
import type { LintContext } from '../rule.ts'

/** A script, and what is known of its surroundings. */
export type Case = string | readonly [sql: string, context: Partial<LintContext>]

export interface RuleCases {
  readonly fires: readonly Case[]
  readonly silent: readonly Case[]
}

const MYSQL57: Partial<LintContext> = { flavor: 'mysql', version: '5.7.44' }
const MYSQL8012: Partial<LintContext> = { flavor: 'mysql', version: '8.0.12' }
const MYSQL84: Partial<LintContext> = { flavor: 'mysql', version: '8.4.0' }
const MARIA103: Partial<LintContext> = { flavor: 'mariadb', version: '10.3.39' }
const MARIA1011: Partial<LintContext> = { flavor: 'mariadb', version: '10.11.6-MariaDB' }
const MARIA114: Partial<LintContext> = { flavor: 'mariadb', version: '11.4.5' }
const sized = (rows: number): Partial<LintContext> => ({ size: () => ({ rows, bytes: rows * 100 }) })

/** The column as it was, then the statement: the script knows what changes. */
const was = (definition: string, statement: string, options = ''): string =>
  `ALTER TABLE t ADD COLUMN c ${definition};\n${statement}${options}`

export const CASES: Readonly<Record<string, RuleCases>> = {
  'change-column-type': {
    fires: [
      was('INT', 'ALTER TABLE t MODIFY c BIGINT'),
      was('INT', 'ALTER TABLE t CHANGE c d INT UNSIGNED'),
      was('VARCHAR(50)', 'ALTER TABLE t MODIFY c VARCHAR(20)'),
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('b','a')"),
      was('VARCHAR(10) CHARACTER SET latin1', 'ALTER TABLE t MODIFY c VARCHAR(10) CHARACTER SET utf8mb4'),
      'ALTER TABLE `데이터` MODIFY `열😀` BIGINT',
    ],
    silent: [
      was('INT(5)', 'ALTER TABLE t MODIFY c INTEGER(11) NOT NULL'),
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('a','b','c')"),
      was('VARCHAR(10)', 'ALTER TABLE t MODIFY c VARCHAR(20)'),
      'ALTER TABLE t MODIFY c BIGINT, ALGORITHM=INPLACE, LOCK=NONE',
      'CREATE TABLE t (c INT); ALTER TABLE t MODIFY c BIGINT',
      'ALTER TABLE t ALTER COLUMN c SET DEFAULT 5',
    ],
  },
  'varchar-length-byte': {
    fires: [
      was('VARCHAR(63) CHARACTER SET utf8mb4', 'ALTER TABLE t MODIFY c VARCHAR(64) CHARACTER SET utf8mb4'),
      [was('VARCHAR(200) CHARACTER SET latin1', 'ALTER TABLE t MODIFY c VARCHAR(300) CHARACTER SET latin1'), MARIA1011],
      [was('VARBINARY(100)', 'ALTER TABLE t MODIFY c VARBINARY(300)'), MYSQL84],
    ],
    silent: [
      was('VARCHAR(64) CHARACTER SET utf8mb4', 'ALTER TABLE t MODIFY c VARCHAR(500) CHARACTER SET utf8mb4'),
      [was('VARBINARY(100)', 'ALTER TABLE t MODIFY c VARBINARY(300)'), MARIA1011],
      was('VARCHAR(63)', 'ALTER TABLE t MODIFY c VARCHAR(64)'),
    ],
  },
  'add-column-rebuild': {
    fires: [
      ['ALTER TABLE t ADD c INT', MYSQL57],
      ['ALTER TABLE t ADD c INT FIRST', MYSQL8012],
      ['ALTER TABLE t ADD c INT AFTER a', MARIA103],
      ['ALTER TABLE t ADD c INT AS (a + 1) STORED', MYSQL84],
      ['ALTER TABLE t ADD id BIGINT AUTO_INCREMENT PRIMARY KEY', MARIA1011],
      ['ALTER TABLE t ADD (a INT, c CHAR(36) DEFAULT (uuid()))', MARIA1011],
      ['ALTER TABLE t ADD c INT UNIQUE', MARIA1011],
      'ALTER TABLE t ADD c INT',
    ],
    silent: [
      ['ALTER TABLE t ADD c INT', MYSQL8012],
      ['ALTER TABLE t ADD c INT AFTER a', MYSQL84],
      ['ALTER TABLE t ADD c INT', MARIA103],
      ['ALTER TABLE t ADD c INT FIRST, ADD d TEXT', MARIA1011],
      ['ALTER TABLE t ADD c INT AS (a + 1)', MYSQL84],
      ['ALTER TABLE t ADD c INT FIRST, ALGORITHM=INSTANT', MYSQL8012],
      'CREATE TABLE t (a INT); ALTER TABLE t ADD c INT FIRST',
    ],
  },
  'drop-column': {
    fires: [
      'ALTER TABLE t DROP c',
      'ALTER TABLE t DROP COLUMN IF EXISTS `c`, DROP INDEX i',
      'alter table `a``b` drop /* x */ column c',
    ],
    silent: [
      'ALTER TABLE t DROP INDEX c',
      'ALTER TABLE t DROP PRIMARY KEY',
      'ALTER TABLE t DROP FOREIGN KEY f',
      'ALTER TABLE t DROP CONSTRAINT c',
      'CREATE TABLE t (a INT, c INT); ALTER TABLE t DROP c',
    ],
  },
  'set-not-null': {
    fires: [
      was('INT', 'ALTER TABLE t MODIFY c INT NOT NULL'),
      was('INT NULL', 'ALTER TABLE t CHANGE c d INT NOT NULL DEFAULT 0'),
    ],
    silent: [
      was('INT NOT NULL DEFAULT 1', 'ALTER TABLE t MODIFY c INT NOT NULL'),
      was('INT', 'ALTER TABLE t MODIFY c INT NULL'),
      'CREATE TABLE t (c INT); ALTER TABLE t MODIFY c INT NOT NULL',
      'ALTER TABLE t MODIFY c INT NOT NULL',
    ],
  },
  'drop-not-null': {
    fires: [was('INT NOT NULL DEFAULT 0', 'ALTER TABLE t MODIFY c INT NULL')],
    silent: [
      was('INT NOT NULL DEFAULT 0', 'ALTER TABLE t MODIFY c INT NOT NULL'),
      was('INT', 'ALTER TABLE t MODIFY c INT NULL'),
    ],
  },
  'add-column-not-null': {
    fires: ['ALTER TABLE t ADD c INT NOT NULL', 'ALTER TABLE t ADD COLUMN (c DATE NOT NULL, d INT)'],
    silent: [
      'ALTER TABLE t ADD c INT NOT NULL DEFAULT 0',
      'ALTER TABLE t ADD c INT',
      'ALTER TABLE t ADD c BIGINT NOT NULL AUTO_INCREMENT UNIQUE',
      'ALTER TABLE t ADD c INT AS (1) VIRTUAL NOT NULL',
      'CREATE TABLE t (a INT); ALTER TABLE t ADD c INT NOT NULL',
    ],
  },
  'rename-column': {
    fires: [
      'ALTER TABLE t RENAME COLUMN a TO b',
      'ALTER TABLE t CHANGE a b INT',
      'ALTER TABLE t CHANGE COLUMN `a` `b` INT',
    ],
    silent: [
      'ALTER TABLE t CHANGE a a BIGINT',
      'ALTER TABLE t CHANGE a A BIGINT',
      'ALTER TABLE t RENAME INDEX a TO b',
      'CREATE TABLE t (a INT); ALTER TABLE t RENAME COLUMN a TO b',
    ],
  },
  'modify-loses-attributes': {
    fires: [
      'CREATE TABLE t (c DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP); ALTER TABLE t MODIFY c DATETIME NOT NULL',
      "CREATE TABLE t (c INT NOT NULL DEFAULT -1 COMMENT 'it''s; -- no'); ALTER TABLE t CHANGE c c INT FIRST",
      'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY); ALTER TABLE t MODIFY id INT',
      'CREATE TABLE t (c INT NOT NULL); ALTER TABLE t MODIFY c BIGINT',
      'CREATE TABLE t (c DATETIME(3) DEFAULT now(3)); ALTER TABLE t MODIFY c DATETIME(3) # as before',
      'CREATE TABLE t (c INT); ALTER TABLE t ALTER c SET DEFAULT 5; ALTER TABLE t MODIFY c INT',
    ],
    silent: [
      'CREATE TABLE t (c DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP); ALTER TABLE t MODIFY c DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP',
      'CREATE TABLE t (c INT NOT NULL); ALTER TABLE t MODIFY c INT NULL',
      'CREATE TABLE t (c INT DEFAULT NULL); ALTER TABLE t MODIFY c INT',
      'CREATE TABLE t (c INT DEFAULT 1); ALTER TABLE t ALTER c DROP DEFAULT; ALTER TABLE t MODIFY c INT',
      'CREATE TABLE t (c INT PRIMARY KEY); ALTER TABLE t MODIFY c BIGINT',
      'ALTER TABLE t MODIFY c INT',
    ],
  },
  'modify-may-lose-on-update': {
    fires: ['ALTER TABLE t MODIFY c TIMESTAMP NOT NULL', 'ALTER TABLE t CHANGE a b DATETIME(6)'],
    silent: [
      'ALTER TABLE t MODIFY c TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
      'ALTER TABLE t MODIFY c INT',
      'CREATE TABLE t (c DATETIME); ALTER TABLE t MODIFY c DATETIME NOT NULL',
    ],
  },
  'enum-values-reordered': {
    fires: [
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('a','x','b')"),
      was("SET('a','b')", "ALTER TABLE t MODIFY c SET('b','a')"),
    ],
    silent: [
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('a','b','x')"),
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('a')"),
      was('INT', "ALTER TABLE t MODIFY c ENUM('a')"),
      "ALTER TABLE t MODIFY c ENUM('b','a')",
    ],
  },
  'enum-values-removed': {
    fires: [
      was("ENUM('a','b''s')", "ALTER TABLE t MODIFY c ENUM('a')"),
      was("SET('a','가')", "ALTER TABLE t MODIFY c SET('a','x')"),
    ],
    silent: [
      was("ENUM('a','b\\'s')", "ALTER TABLE t MODIFY c ENUM('a','b''s','c')"),
      "ALTER TABLE t MODIFY c ENUM('a')",
    ],
  },
  'check-validates': {
    fires: [
      ['ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)', MYSQL84],
      ['ALTER TABLE t ADD CHECK (a > 0)', MARIA1011],
      ['ALTER TABLE t ADD CHECK (a > 0)', MYSQL57],
    ],
    silent: [
      ['ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT ENFORCED', MYSQL84],
      ['ALTER TABLE t ADD CHECK (a > 0)', MARIA114],
      'CREATE TABLE t (a INT, CHECK (a > 0)); ALTER TABLE t ADD CHECK (a < 9)',
    ],
  },
  'foreign-key-validates': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)',
      'ALTER TABLE t ADD FOREIGN KEY f (a) REFERENCES d.p (id) ON DELETE CASCADE',
      'SET foreign_key_checks = 0; SET foreign_key_checks = 1; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)',
    ],
    silent: [
      'SET foreign_key_checks = 0; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)',
      'SET @@session.FOREIGN_KEY_CHECKS = OFF; ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)',
      'CREATE TABLE t (a INT, FOREIGN KEY (a) REFERENCES p (id))',
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id), ALGORITHM=INPLACE',
    ],
  },
  'convert-charset': {
    fires: [
      'ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4',
      "ALTER TABLE t CONVERT TO CHARSET 'utf8mb4' COLLATE utf8mb4_bin",
    ],
    silent: [
      'ALTER TABLE t DEFAULT CHARACTER SET utf8mb4',
      'CREATE TABLE t (a TEXT); ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4',
    ],
  },
  'default-charset-only': {
    fires: [
      'ALTER TABLE t DEFAULT CHARACTER SET utf8mb4',
      'ALTER TABLE t CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
      'ALTER TABLE t COLLATE utf8mb4_bin',
    ],
    silent: [
      'ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4',
      'ALTER TABLE t MODIFY c TEXT CHARACTER SET utf8mb4',
      "ALTER TABLE t COMMENT='CHARSET=utf8'",
    ],
  },
  'fulltext-locks': {
    fires: [
      'CREATE FULLTEXT INDEX i ON t (a)',
      'ALTER TABLE t ADD SPATIAL INDEX (g)',
      'ALTER TABLE t ADD FULLTEXT KEY `i` (`a`)',
    ],
    silent: [
      'CREATE INDEX i ON t (a)',
      'CREATE TABLE t (a TEXT, FULLTEXT (a))',
      'CREATE TABLE t (a TEXT); CREATE FULLTEXT INDEX i ON t (a)',
    ],
  },
  'primary-key-change': {
    fires: [
      'ALTER TABLE t DROP PRIMARY KEY',
      'ALTER TABLE t ADD PRIMARY KEY (a)',
      'ALTER TABLE t DROP PRIMARY KEY, ADD CONSTRAINT PRIMARY KEY (a, b)',
    ],
    silent: [
      'ALTER TABLE t ADD KEY (a)',
      'CREATE TABLE t (a INT); ALTER TABLE t ADD PRIMARY KEY (a)',
      'ALTER TABLE t DROP PRIMARY KEY, ALGORITHM=INPLACE',
    ],
  },
  'table-rebuild': {
    fires: [
      'ALTER TABLE t ENGINE=InnoDB',
      'ALTER TABLE t ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8',
      'ALTER TABLE t FORCE',
      'OPTIMIZE TABLE t, d.u',
      'ALTER TABLE t PARTITION BY HASH (a) PARTITIONS 4',
      'ALTER TABLE t REMOVE PARTITIONING',
    ],
    silent: [
      "ALTER TABLE t COMMENT='ENGINE=x'",
      'ALTER TABLE t AUTO_INCREMENT=5',
      'CREATE TABLE t (a INT) ENGINE=InnoDB',
      'CREATE TABLE t (a INT); OPTIMIZE TABLE t',
      'ALTER TABLE t DROP PARTITION p',
    ],
  },
  'unique-added': {
    fires: [
      'CREATE UNIQUE INDEX i ON t (a)',
      'ALTER TABLE t ADD UNIQUE (a)',
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE KEY (a, b(10))',
    ],
    silent: [
      'CREATE INDEX i ON t (a)',
      'CREATE TABLE t (a INT UNIQUE)',
      'CREATE TABLE IF NOT EXISTS t (a INT); ALTER TABLE T ADD UNIQUE (a)',
    ],
  },
  'algorithm-not-stated': {
    fires: [
      ['ALTER TABLE t ADD c INT', MARIA1011],
      ['ALTER TABLE t ADD INDEX (a)', MYSQL57],
      ['ALTER TABLE t ADD INDEX (a) -- why', MYSQL84],
      "CREATE INDEX i ON t (a) COMMENT 'x'",
      'ALTER TABLE t MODIFY c BIGINT',
      'ALTER TABLE t DROP c, ADD UNIQUE (b)',
    ],
    silent: [
      'ALTER TABLE t ADD c INT, ALGORITHM=INSTANT',
      'ALTER TABLE t ADD INDEX (a), LOCK NONE',
      'CREATE INDEX i ON t (a) ALGORITHM=INPLACE',
      'ALTER TABLE t RENAME TO u',
      'CREATE TABLE t (a INT); ALTER TABLE t ADD b INT',
    ],
  },
  'alters-could-be-one': {
    fires: [
      'ALTER TABLE t ADD INDEX (a); ALTER TABLE `T` ADD INDEX (b)',
      ['ALTER TABLE t ADD a INT; SELECT 1; ALTER TABLE t DROP b', MYSQL57],
    ],
    silent: [
      'ALTER TABLE t ADD INDEX (a); ALTER TABLE u ADD INDEX (b)',
      ['ALTER TABLE t ADD a INT; ALTER TABLE t DROP b', MYSQL84],
      'CREATE TABLE t (a INT); ALTER TABLE t ADD INDEX (a); ALTER TABLE t ADD UNIQUE (a)',
    ],
  },
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
  'drop-database': {
    fires: ['DROP DATABASE IF EXISTS d', 'DROP SCHEMA d'],
    silent: ['DROP TABLE d', 'CREATE DATABASE d'],
  },
  'drop-table': {
    fires: [
      'DROP TABLE t',
      'DROP TABLE IF EXISTS `t`, u; CREATE TABLE t (a INT)',
      'CREATE TABLE t (a INT); DROP TABLE t, u',
    ],
    silent: ['DROP TEMPORARY TABLE t', 'CREATE TABLE t (a INT); DROP TABLE t', 'DROP VIEW t'],
  },
  'rename-table': {
    fires: [
      'RENAME TABLE a TO b',
      'ALTER TABLE a RENAME TO b',
      'ALTER TABLE a RENAME b',
      'ALTER TABLE a RENAME AS `b`',
    ],
    silent: ['CREATE TABLE a (b INT); RENAME TABLE a TO b', 'ALTER TABLE a RENAME KEY b TO c'],
  },
  'create-table-as': {
    fires: [
      'CREATE TABLE a AS SELECT * FROM b',
      'CREATE TABLE a (id INT PRIMARY KEY) ENGINE=InnoDB SELECT 1 AS id',
      'CREATE TABLE a SELECT 1 AS x',
    ],
    silent: [
      'CREATE TABLE a (b INT DEFAULT 5)',
      'CREATE TABLE a LIKE b',
      'CREATE TEMPORARY TABLE a AS SELECT 1 AS x',
      'CREATE TABLE a (b INT, c INT AS (b + 1))',
    ],
  },
  'engine-without-transactions': {
    fires: [
      'CREATE TABLE t (a INT) ENGINE=MyISAM',
      'CREATE TABLE t (a INT PRIMARY KEY) DEFAULT CHARSET=utf8mb4 engine MEMORY',
      'ALTER TABLE t ENGINE = Aria',
    ],
    silent: [
      'CREATE TABLE t (a INT) ENGINE=InnoDB',
      "CREATE TABLE t (a INT COMMENT 'ENGINE=MyISAM')",
      'CREATE TEMPORARY TABLE t (a INT) ENGINE=MEMORY',
    ],
  },
  'foreign-key-index-implicit': {
    fires: ['CREATE TABLE t (a INT, b INT, KEY (b, a), FOREIGN KEY (a) REFERENCES p (id))'],
    silent: [
      'CREATE TABLE t (a INT, b INT, KEY (a, b), FOREIGN KEY (a) REFERENCES p (id))',
      'CREATE TABLE t (a INT PRIMARY KEY, FOREIGN KEY (A) REFERENCES p (id))',
      'CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b), FOREIGN KEY (a, b) REFERENCES p (x, y))',
    ],
  },
  'identifier-too-long': {
    fires: [
      `CREATE TABLE ${'가'.repeat(65)} (a INT)`,
      `ALTER TABLE t ADD \`${'c'.repeat(65)}\` INT`,
      `CREATE INDEX ${'i'.repeat(65)} ON t (a)`,
    ],
    silent: [
      `CREATE TABLE ${'가'.repeat(64)} (a INT)`,
      `SELECT 1 AS ${'c'.repeat(65)}`,
      `CREATE TABLE \`${'`'.repeat(128)}\` (a INT)`,
    ],
  },
  'table-without-primary-key': {
    fires: ['CREATE TABLE t (a INT, UNIQUE (a))', 'CREATE TABLE t (a INT UNIQUE KEY)'],
    silent: [
      'CREATE TABLE t (a INT PRIMARY KEY)',
      'CREATE TABLE t (a INT KEY)',
      'CREATE TABLE t (a INT, CONSTRAINT k PRIMARY KEY (a))',
      'CREATE TABLE t (a INT); ALTER TABLE t ADD PRIMARY KEY (a)',
      'CREATE TABLE t LIKE u',
      'CREATE TEMPORARY TABLE t (a INT)',
    ],
  },
  utf8mb3: {
    fires: [
      'CREATE TABLE t (a TEXT CHARACTER SET utf8 COLLATE utf8_bin)',
      "CREATE TABLE t (a TEXT) DEFAULT CHARSET='utf8mb3' COLLATE=utf8mb3_general_ci",
      'CREATE DATABASE d CHARACTER SET utf8',
      'ALTER TABLE t CONVERT TO CHARACTER SET utf8',
    ],
    silent: [
      'CREATE TABLE t (a TEXT) CHARSET=utf8mb4',
      "CREATE TABLE t (a TEXT COMMENT 'CHARSET utf8', utf8 INT)",
      'SET NAMES utf8',
    ],
  },
  'deprecated-number-syntax': {
    fires: [
      'CREATE TABLE t (a INT(5) ZEROFILL)',
      'ALTER TABLE t ADD a DECIMAL(5,2) UNSIGNED',
      'CREATE TABLE t (a FLOAT(7,4))',
    ],
    silent: [
      'CREATE TABLE t (a INT UNSIGNED, b FLOAT, c DECIMAL(5,2), d FLOAT(20))',
      ['CREATE TABLE t (a FLOAT(7,4))', MARIA1011],
    ],
  },
  'display-width': {
    fires: ['CREATE TABLE t (a INT(11) NOT NULL, b BIGINT (20) UNSIGNED)', 'ALTER TABLE t ADD a TINYINT(4)'],
    silent: [
      'CREATE TABLE t (a INT, b TINYINT(1), c VARCHAR(11), d DECIMAL(11))',
      ['CREATE TABLE t (a INT(11))', MARIA1011],
    ],
  },
  'foreign-key-type-mismatch': {
    fires: [
      'CREATE TABLE p (id INT UNSIGNED PRIMARY KEY); CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES p (id))',
      'CREATE TABLE p (id BIGINT PRIMARY KEY); ALTER TABLE c ADD p INT, ADD FOREIGN KEY (p) REFERENCES p (id)',
    ],
    silent: [
      'CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE c (p INTEGER(5), FOREIGN KEY (p) REFERENCES p (id))',
      'CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES p (id))',
      'CREATE TABLE p (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES p (id))',
    ],
  },
  'implicit-timestamp-default': {
    fires: [
      ['CREATE TABLE t (a TIMESTAMP)', MYSQL57],
      ['CREATE TABLE t (a INT, b TIMESTAMP NOT NULL, c TIMESTAMP)', MARIA103],
    ],
    silent: [
      ['CREATE TABLE t (a TIMESTAMP)', MYSQL84],
      ['CREATE TABLE t (a TIMESTAMP)', MARIA1011],
      ['CREATE TABLE t (a TIMESTAMP NULL)', MYSQL57],
      ['CREATE TABLE t (a TIMESTAMP DEFAULT CURRENT_TIMESTAMP, b DATETIME)', MYSQL57],
    ],
  },
  'integer-key': {
    fires: [
      'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)',
      'ALTER TABLE t MODIFY id INTEGER UNSIGNED NOT NULL AUTO_INCREMENT',
    ],
    silent: ['CREATE TABLE t (id BIGINT AUTO_INCREMENT PRIMARY KEY)', 'CREATE TABLE t (id INT PRIMARY KEY)'],
  },
  'timestamp-2038': {
    fires: ['CREATE TABLE t (a TIMESTAMP NULL)', ['ALTER TABLE t ADD a TIMESTAMP(6) NULL', MARIA1011]],
    silent: [
      'CREATE TABLE t (a DATETIME, timestamp INT)',
      ['CREATE TABLE t (a TIMESTAMP)', { flavor: 'mariadb', version: '11.5.2' }],
    ],
  },
  'zero-date-default': {
    fires: [
      "CREATE TABLE t (a DATETIME DEFAULT '0000-00-00 00:00:00')",
      "ALTER TABLE t ADD a DATE NOT NULL DEFAULT '2020-00-00'",
    ],
    silent: ["CREATE TABLE t (a DATETIME DEFAULT '2000-01-01', b VARCHAR(10) DEFAULT '0000-00-00')"],
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
