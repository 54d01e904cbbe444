/** MariaDB to MariaDB: everything that a database holds arrives, and SHOW CREATE says so. */
import { expect, test } from 'vitest'
import { mysql } from '../../src/engines/mysql/index.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles, onMariadb } from '../harness/database.ts'
import { databaseOf } from '../schema/law.ts'
import { witness } from '../schema/mysql-witness.ts'

const EVERYTHING = `
CREATE SEQUENCE \`순번\` START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 CACHE 10 CYCLE;
CREATE TABLE plain (id int AUTO_INCREMENT PRIMARY KEY, n int DEFAULT nextval(\`순번\`), e enum('가','it''s') COLLATE utf8mb4_bin, v int AS (n * 2) STORED,
  w varchar(20) AS (concat(e, '?')) VIRTUAL, hidden int INVISIBLE DEFAULT 3, j json, t text, packed text COMPRESSED, KEY e (e DESC), KEY quiet (n) IGNORED, FULLTEXT KEY words (t),
  CONSTRAINT positive CHECK (n > 0), CHECK (hidden < 10)) COMMENT='it''s' STATS_PERSISTENT=1;
SELECT 1;
CREATE TABLE child (id int PRIMARY KEY, p int, c int CHECK (c > 0), CONSTRAINT f FOREIGN KEY (p) REFERENCES plain (id) ON DELETE CASCADE ON UPDATE SET NULL);
CREATE TABLE ranges (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (year(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2
  (PARTITION a VALUES LESS THAN (2020) COMMENT = 'old', PARTITION b VALUES LESS THAN MAXVALUE);
CREATE TABLE lists (id int PRIMARY KEY) PARTITION BY LIST (id) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3, 4));
CREATE TABLE past (id int PRIMARY KEY, a int, b int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
CREATE TABLE past_own (id int PRIMARY KEY, f timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, u timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (f, u)) WITH SYSTEM VERSIONING;
CREATE TABLE booked (room int, s date NOT NULL, e date NOT NULL, PERIOD FOR stay (s, e), UNIQUE KEY once (room, stay WITHOUT OVERLAPS), CHECK (room > 0));
CREATE TABLE squeezed (id int PRIMARY KEY, a varchar(50)) PAGE_COMPRESSED=1;
CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC COMMENT '함수 😀' RETURN x + 1;
CREATE PROCEDURE p(OUT n int) SQL SECURITY INVOKER BEGIN SELECT count(*) INTO n FROM plain; END;
CREATE VIEW z AS SELECT id, f(id) AS g FROM plain;
CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW a AS SELECT id FROM z WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE TRIGGER second BEFORE INSERT ON child FOR EACH ROW SET NEW.c = NEW.c * 2;
CREATE TRIGGER first BEFORE INSERT ON child FOR EACH ROW PRECEDES second SET NEW.c = NEW.c + 1;
CREATE TRIGGER \`a third\` BEFORE INSERT ON child FOR EACH ROW FOLLOWS second BEGIN SET NEW.c = NEW.c + 0; SET @said = '😀?;'; END;
SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT';
CREATE TRIGGER quoted AFTER UPDATE ON plain FOR EACH ROW SET @said = 'a' || 'b';
CREATE PROCEDURE "quo""ted"() SELECT "id" FROM "plain";
SET sql_mode = 'STRICT_ALL_TABLES', time_zone = '+09:00';
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ENDS '2031-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE COMMENT '밤' DO BEGIN DELETE FROM child; SELECT 1; END;
SET time_zone = '+00:00';
INSERT INTO plain (e, j) VALUES ('가', '[1]'), ('it''s', NULL);
INSERT INTO child VALUES (1, 1, 3), (2, NULL, 4);
INSERT INTO ranges VALUES (1, '2019-01-01'), (2, '2024-01-01'); INSERT INTO lists VALUES (1), (4);
INSERT INTO past VALUES (1, 2, 3); INSERT INTO past_own VALUES (1); INSERT INTO booked VALUES (1, '2024-01-01', '2024-02-01'); INSERT INTO squeezed VALUES (1, 'x')`

test('tables with all they can have, sequences, views, triggers in their order, routines and events', async ({
  skip,
}) => {
  skip(!(await onMariadb()), 'only MariaDB has all of it')
  await using from = await databaseOf('mysql', EVERYTHING)
  await using to = await freshDatabase('mysql')
  await using work = await freshFiles()
  const { code, output } = await naru(['copy', from.url, to.url], work.path)
  expect(code, output).toBe(0)
  await using target = await mysql.open(mysql.parse(to.url), { role: 'target' })
  const here = (seen: Record<string, string>) =>
    Object.fromEntries(Object.entries(seen).filter(([name]) => !name.startsWith('TABLE naru_')))
  expect(here(await witness(target))).toEqual(here(await witness(from.db)))
  const diff = await naru(['diff', from.url, to.url], work.path)
  expect(diff.code, diff.output).toBe(0)
  // The triggers go on in the order in which they did.
  for (const db of [from.db, target]) {
    await db.execute('INSERT INTO child VALUES (9, NULL, 10)')
    expect((await db.query('SELECT c FROM child WHERE id = 9'))[0].c).toBe(22)
  }
})
