/** Pairs: triggers, routines, events, sequences. */

import { over, ROWS, T } from './mysql-corpus-objects.ts'
import type { Pair } from './mysql-pair.ts'

const tr = (name: string, body: string, when = 'BEFORE INSERT') =>
  `CREATE TRIGGER ${name} ${when} ON t FOR EACH ROW ${body}`

export const TRIGGERS: readonly Pair[] = [
  over(
    'a trigger',
    '',
    tr('x', "BEGIN IF NEW.a IS NULL THEN SET NEW.a = 1; END IF; SET NEW.b = concat(NEW.b, ';'); END"),
  ),
  over('another body', tr('x', 'SET NEW.a = 1'), tr('x', 'SET NEW.a = 2')),
  over('another moment', tr('x', 'SET @a = 1'), tr('x', 'SET @a = 1', 'AFTER UPDATE')),
  over(
    'one before the others',
    `${tr('x', 'SET @a = 1')}; ${tr('y', 'SET @a = 2')}`,
    `${tr('w', 'SET @a = 0')}; ${tr('x', 'SET @a = 1')}; ${tr('y', 'SET @a = 2')}`,
  ),
  over(
    'one between',
    `${tr('x', 'SET @a = 1')}; ${tr('z', 'SET @a = 2')}`,
    `${tr('x', 'SET @a = 1')}; ${tr('y', 'SET @a = 0')}; ${tr('z', 'SET @a = 2')}`,
  ),
  over(
    'another order',
    `${tr('x', 'SET @a = 1')}; ${tr('y', 'SET @a = 2')}; ${tr('z', 'SET @a = 3')}`,
    `${tr('z', 'SET @a = 3')}; ${tr('x', 'SET @a = 1')}; ${tr('y', 'SET @a = 2')}`,
  ),
  over(
    'other modes',
    tr('x', 'SET NEW.a = 1'),
    `SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'; ${tr('x', `SET NEW.b = 'a' || "b"`)}; SET sql_mode = 'STRICT_ALL_TABLES'`,
  ),
  over(
    'another definer',
    tr('x', 'SET @a = 1'),
    tr('x', 'SET @a = 1').replace('CREATE', 'CREATE DEFINER=`who`@`127.0.0.%`'),
  ),
  {
    name: 'a trigger over a column that goes',
    from: `${T}; ${tr('x', 'SET NEW.a = 1')}`,
    to: `CREATE TABLE t (id int PRIMARY KEY, b varchar(20)); ${tr('x', 'SET NEW.b = 1')}`,
    rows: ROWS,
  },
]

export const ROUTINES: readonly Pair[] = [
  over(
    'a procedure',
    '',
    "CREATE PROCEDURE p(IN a int, OUT b varchar(10) CHARSET latin1) COMMENT 'it''s' BEGIN DECLARE n int DEFAULT 0; SET n = a; SELECT n INTO b; END",
  ),
  over(
    'another body of a procedure',
    'CREATE PROCEDURE p() SELECT 1',
    'CREATE PROCEDURE p(x int) READS SQL DATA SQL SECURITY INVOKER SELECT x; ',
  ),
  over(
    'a function',
    'CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x',
    "CREATE FUNCTION f(x varchar(9)) RETURNS varchar(20) CHARSET utf8mb4 DETERMINISTIC RETURN concat(x, '다')",
  ),
  over(
    'a procedure and a function of one name',
    'CREATE PROCEDURE same() SELECT 1',
    'CREATE FUNCTION same() RETURNS int DETERMINISTIC RETURN 2',
  ),
  over(
    'modes of a procedure',
    'CREATE PROCEDURE p() SELECT 1',
    `SET sql_mode = 'ANSI_QUOTES'; CREATE PROCEDURE p() SELECT "id" FROM "t"; SET sql_mode = 'STRICT_ALL_TABLES'`,
  ),
  over(
    'an event',
    '',
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'nightly' DO DELETE FROM t WHERE a < 0",
  ),
  over(
    'another schedule',
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO DELETE FROM t",
    "CREATE EVENT e ON SCHEDULE EVERY 2 HOUR STARTS '2030-01-01 04:00:00' ENDS '2031-01-01 00:00:00' DO BEGIN DELETE FROM t; SELECT 1; END",
  ),
  over(
    'once',
    "CREATE EVENT e ON SCHEDULE AT '2035-05-05 05:05:05' DO SELECT 1",
    "CREATE EVENT e ON SCHEDULE AT '2036-05-05 05:05:05' ON COMPLETION PRESERVE DO SELECT 1",
  ),
  over(
    'an event in another time zone',
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO SELECT 1",
    "SET time_zone = '+09:00'; CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO SELECT 1; SET time_zone = '+00:00'",
  ),
  over('a sequence', '', 'CREATE SEQUENCE s START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 CACHE 10 CYCLE'),
  over(
    'a sequence that differs',
    'CREATE SEQUENCE s',
    'CREATE SEQUENCE s START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 NOCACHE CYCLE',
  ),
  {
    name: 'a sequence that a column takes its numbers from',
    from: T,
    to: 'CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20), n int DEFAULT nextval(s))',
    rows: ROWS,
  },
]
