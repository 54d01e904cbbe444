/** Cases of MySQL and MariaDB: columns. */
import type { Cases } from './cases.ts'
import { asked, MARIA103, MARIA1011, MYSQL57, MYSQL84, MYSQL8012, was } from './mysql-servers.ts'

export const COLUMN_CASES: Cases = {
  'change-column-type': {
    fires: [
      was('INT', 'ALTER TABLE t MODIFY c BIGINT'),
      was('INT', 'ALTER TABLE t CHANGE c d INT UNSIGNED'),
      was('VARCHAR(50)', 'ALTER TABLE t MODIFY c VARCHAR(20)'),
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('b','a')"),
      was('VARCHAR(10) CHARACTER SET latin1', 'ALTER TABLE t MODIFY c VARCHAR(10) CHARACTER SET utf8mb4'),
      'ALTER TABLE `데이터` MODIFY `열😀` BIGINT',
      ['ALTER TABLE t MODIFY c BIGINT', asked('int(11)')],
    ],
    silent: [
      was('INT(5)', 'ALTER TABLE t MODIFY c INTEGER(11) NOT NULL'),
      was("ENUM('a','b')", "ALTER TABLE t MODIFY c ENUM('a','b','c')"),
      was('VARCHAR(10)', 'ALTER TABLE t MODIFY c VARCHAR(20)'),
      'ALTER TABLE t MODIFY c BIGINT, ALGORITHM=INPLACE, LOCK=NONE',
      'CREATE TABLE t (c INT); ALTER TABLE t MODIFY c BIGINT',
      'ALTER TABLE t ALTER COLUMN c SET DEFAULT 5',
      ['ALTER TABLE t MODIFY c INT NOT NULL', asked('int(11)')],
      ["ALTER TABLE t MODIFY c ENUM('a','b')", asked("enum('a')")],
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
      ["ALTER TABLE t MODIFY c ENUM('a')", asked("enum('a','b''s')")],
      was("ENUM('a','b''s')", "ALTER TABLE t MODIFY c ENUM('a')"),
      was("SET('a','가')", "ALTER TABLE t MODIFY c SET('a','x')"),
    ],
    silent: [
      was("ENUM('a','b\\'s')", "ALTER TABLE t MODIFY c ENUM('a','b''s','c')"),
      "ALTER TABLE t MODIFY c ENUM('a')",
    ],
  },
}
