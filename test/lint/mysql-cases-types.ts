/** Cases of MySQL and MariaDB: types. */
import type { Cases } from './cases.ts'
import { MARIA103, MARIA1011, MYSQL57, MYSQL84 } from './mysql-servers.ts'

export const TYPE_CASES: Cases = {
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
    fires: ['CREATE TABLE t (a INT(5) NOT NULL, b BIGINT (10) UNSIGNED)', 'ALTER TABLE t ADD a TINYINT(2)'],
    silent: [
      'CREATE TABLE t (a INT, b TINYINT(1), c VARCHAR(11), d DECIMAL(11))',
      'CREATE TABLE t (a INT(11), b INT(10) UNSIGNED, c BIGINT(20) UNSIGNED, d TINYINT(4))',
      ['CREATE TABLE t (a INT(5))', MARIA1011],
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
}
