/** Pairs: what is seldom met, kind by kind. */
import { columns, type Pair } from './mysql-pair.ts'

const whole = (name: string, from: string, to: string, rows?: string): Pair => ({ name, from, to, rows })
const t = (more: string, tail = '') => `CREATE TABLE t (id int PRIMARY KEY${more})${tail}`

export const RARE: readonly Pair[] = [
  columns(
    'a point of another reference system, and an index over it',
    'g point REF_SYSTEM_ID=0 NOT NULL',
    'g point REF_SYSTEM_ID=4326 NOT NULL, SPATIAL KEY s (g)',
    '(1, POINT(1, 2))',
  ),
  columns(
    'columns that are seen, and not',
    'a int, b int DEFAULT 1 INVISIBLE',
    'a int INVISIBLE, b int DEFAULT 1',
    '(1, 2)',
  ),
  columns(
    'a computed column that is not seen, with a comment',
    'a int, v int AS (a + 1) VIRTUAL',
    "a int, v int AS (a + 1) VIRTUAL INVISIBLE COMMENT 'it''s | `v`'",
    '(1, 2, DEFAULT)',
  ),
  columns(
    'moments that are set on update, with digits',
    'a datetime(3) DEFAULT current_timestamp(3)',
    'a datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)',
    "(1, '2024-01-01')",
  ),
  columns(
    'a check of a column, then of the table',
    'a int CHECK (a > 0)',
    'a int, CONSTRAINT c CHECK (a > 0)',
    '(1, 2)',
  ),
  columns(
    'types of MariaDB',
    'a char(36), b varchar(45)',
    'a uuid, b inet6',
    "(1, '123e4567-e89b-12d3-a456-426655440000', '::1')",
  ),
  columns('a compressed column', 'a text', 'a text COMPRESSED', "(1, 'x')"),
  columns(
    'collations of one table',
    'a varchar(9)',
    'a varchar(9) COLLATE utf8mb4_bin, b text CHARACTER SET latin1',
    "(1, 'x')",
  ),
  whole(
    'pages and storage of a table',
    t(', a int'),
    t(
      ', a int',
      " PAGE_COMPRESSED=1 STATS_PERSISTENT=1 STATS_SAMPLE_PAGES=9 MIN_ROWS=3 CHECKSUM=1 COMMENT='it''s `t` | \\\\ '",
    ),
  ),
  whole(
    'a table without a past, with columns that have none',
    t(', a int, b int', ' WITH SYSTEM VERSIONING'),
    t(', a int, b int WITHOUT SYSTEM VERSIONING', ' WITH SYSTEM VERSIONING'),
  ),
  whole(
    'a past in parts',
    t(', a int', ' WITH SYSTEM VERSIONING'),
    t(', a int', ' WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT)'),
  ),
  whole(
    'an event that is off, stays, ends, with a comment',
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1',
    "CREATE EVENT e ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2030-01-01 00:00:00' ENDS '2031-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO BEGIN SELECT 1; SELECT 2; END",
  ),
  whole(
    'a sequence of another step, and one that goes round',
    'CREATE SEQUENCE s START WITH 1 INCREMENT BY 1; CREATE SEQUENCE r',
    'CREATE SEQUENCE s START WITH 10 INCREMENT BY -2 MAXVALUE 10 MINVALUE -10 CACHE 5 CYCLE',
  ),
  whole(
    'comments on routines, parameters of each kind',
    "CREATE PROCEDURE p(IN a int, OUT b int) COMMENT 'one' SET b = a",
    "CREATE PROCEDURE p(IN a int, INOUT b varchar(9) CHARACTER SET latin1, OUT c decimal(5,2)) MODIFIES SQL DATA COMMENT 'two ''2''' SET c = a",
  ),
  whole(
    'a function that gathers',
    'CREATE TABLE o (x int)',
    'CREATE TABLE o (x int); CREATE AGGREGATE FUNCTION total(x int) RETURNS int BEGIN DECLARE s int DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END',
  ),
  whole(
    'three tables that refer to each other in a circle',
    'CREATE TABLE o (x int)',
    'CREATE TABLE o (x int); CREATE TABLE a (id int PRIMARY KEY, c int); CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT fa FOREIGN KEY (a) REFERENCES a (id)); CREATE TABLE c (id int PRIMARY KEY, b int, CONSTRAINT fb FOREIGN KEY (b) REFERENCES b (id)); ALTER TABLE a ADD CONSTRAINT fc FOREIGN KEY (c) REFERENCES c (id); CREATE TABLE d (id int PRIMARY KEY, a int, CONSTRAINT fd FOREIGN KEY (a) REFERENCES a (id))',
  ),
]
