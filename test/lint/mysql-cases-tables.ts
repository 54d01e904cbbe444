/** Cases of MySQL and MariaDB: tables. */
import { type Cases, up } from './cases.ts'
import { MARIA114, MARIA1011, MYSQL57, MYSQL84 } from './mysql-servers.ts'

export const TABLE_CASES: Cases = {
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
  'lock-timeout-missing': {
    fires: [
      'ALTER TABLE t ADD a INT',
      'CREATE TABLE u (a INT); DROP TABLE u, t -- why',
      'RENAME TABLE a TO b; TRUNCATE c',
    ],
    silent: [
      'SET SESSION lock_wait_timeout = 5; ALTER TABLE t ADD a INT',
      'SET @@lock_wait_timeout = 5; DROP TABLE t',
      'ALTER TABLE t WAIT 5 ADD a INT',
      'CREATE TABLE t (a INT); ALTER TABLE t ADD b INT',
      up('ALTER TABLE t ADD a INT'),
      'SELECT 1',
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
}
