/** Pairs: tables as wholes, renames, hostile names, views, triggers, routines, events, sequences. */
import type { Pair } from './mysql-pair.ts'

/** A table to stand on. */
export const T = 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20))'
/** A row in it. */
export const ROWS = "INSERT INTO t VALUES (1, 2, 'x')"
/** A pair of what stands on it. */
export const over = (name: string, from: string, to: string): Pair => ({
  name,
  from: from === '' ? T : `${T}; ${from}`,
  to: to === '' ? T : `${T}; ${to}`,
  rows: ROWS,
})

export const TABLES: readonly Pair[] = [
  {
    name: 'a table comes',
    from: T,
    to: `${T}; CREATE TABLE u (id bigint AUTO_INCREMENT PRIMARY KEY, at datetime DEFAULT current_timestamp, w int NOT NULL, v int AS (w + 1) VIRTUAL, KEY at (at), UNIQUE KEY v (v), CHECK (at > '2000-01-01')) COMMENT='fresh'`,
    rows: ROWS,
  },
  {
    name: 'everything comes',
    from: '',
    to: `${T}; CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1; CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1`,
  },
  {
    name: 'a view where a table was',
    from: `${T}; CREATE TABLE x (id int)`,
    to: `${T}; CREATE VIEW x AS SELECT id FROM t`,
    rows: ROWS,
  },
  {
    name: 'a table with its trigger goes',
    from: `${T}; CREATE TABLE x (id int); CREATE TRIGGER tr BEFORE INSERT ON x FOR EACH ROW SET NEW.id = 1`,
    to: T,
    rows: ROWS,
  },
]

export const RENAMES: readonly Pair[] = [
  {
    name: 'a column',
    from: T,
    to: 'CREATE TABLE t (id int PRIMARY KEY, renamed int, b varchar(20))',
    rows: ROWS,
    renames: [{ table: { name: 't' }, column: 'a', to: 'renamed' }],
    algorithm: 'INSTANT',
  },
  {
    name: 'a column that also changes',
    from: T,
    to: 'CREATE TABLE t (id int PRIMARY KEY, b varchar(20), renamed bigint NOT NULL)',
    rows: ROWS,
    renames: [{ table: { name: 't' }, column: 'a', to: 'renamed' }],
  },
  {
    name: 'a column under indexes, checks and computed columns',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int, v int AS (a + 1) VIRTUAL, KEY a (a), CONSTRAINT c CHECK (a > 0))',
    to: 'CREATE TABLE t (id int PRIMARY KEY, z int, v int AS (z + 1) VIRTUAL, KEY a (z), CONSTRAINT c CHECK (z > 0))',
    rows: 'INSERT INTO t (id, a) VALUES (1, 2)',
    renames: [{ table: { name: 't' }, column: 'a', to: 'z' }],
  },
  {
    name: 'two columns that change places',
    from: 'CREATE TABLE t (id int PRIMARY KEY, a int, b int)',
    to: 'CREATE TABLE t (id int PRIMARY KEY, b int, a int)',
    rows: 'INSERT INTO t VALUES (1, 2, 3)',
    renames: [
      { table: { name: 't' }, column: 'a', to: 'b' },
      { table: { name: 't' }, column: 'b', to: 'a' },
    ],
    algorithm: 'INSTANT',
  },
  {
    name: 'a table',
    from: T,
    to: T.replace('TABLE t', 'TABLE `새 이름`'),
    rows: ROWS,
    renames: [{ table: { name: 't' }, to: '새 이름' }],
  },
  {
    name: 'a table with its trigger',
    from: `${T}; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1`,
    to: `${T.replace('TABLE t', 'TABLE u')}; CREATE TRIGGER tr BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1`,
    rows: ROWS,
    renames: [{ table: { name: 't' }, to: 'u' }],
  },
  {
    name: 'a table that others refer to',
    from: 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    to: 'CREATE TABLE q (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES q (id))',
    rows: 'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)',
    renames: [{ table: { name: 'p' }, to: 'q' }],
  },
  {
    name: 'a referred column',
    from: 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    to: 'CREATE TABLE p (nr int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, of_p int, CONSTRAINT f FOREIGN KEY (of_p) REFERENCES p (nr), KEY f (of_p))',
    rows: 'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)',
    renames: [
      { table: { name: 'p' }, column: 'id', to: 'nr' },
      { table: { name: 'c' }, column: 'p', to: 'of_p' },
    ],
  },
  {
    name: 'tables that change places',
    from: 'CREATE TABLE a (x int); CREATE TABLE b (y int)',
    to: 'CREATE TABLE b (x int); CREATE TABLE a (y int)',
    rows: 'INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)',
    renames: [
      { table: { name: 'a' }, to: 'b' },
      { table: { name: 'b' }, to: 'a' },
    ],
  },
  {
    name: 'a table and a column of it',
    from: T,
    to: 'CREATE TABLE u (id int PRIMARY KEY, z int, b varchar(20), c int)',
    rows: ROWS,
    renames: [
      { table: { name: 't' }, to: 'u' },
      { table: { name: 't' }, column: 'a', to: 'z' },
    ],
  },
]

const H = '`select ``all`` "of" \'it\'`'

export const HOSTILE: readonly Pair[] = [
  {
    name: 'columns with names of every kind',
    from: `CREATE TABLE \`from\` (id int PRIMARY KEY, ${H} int)`,
    to: `CREATE TABLE \`from\` (id int PRIMARY KEY, ${H} bigint, \`한글 열\` int DEFAULT 3, \`a.b\` int, \`?\` int, \`-- x\` int, KEY \`order by\` (${H}, \`한글 열\`))`,
    rows: 'INSERT INTO `from` VALUES (1, 2)',
  },
  {
    name: 'a table of such a name',
    from: 'CREATE TABLE t (id int)',
    to: `CREATE TABLE ${H} (id int PRIMARY KEY, \`%s\` int, CONSTRAINT \`c'k\` CHECK (\`%s\` > 0)); CREATE TABLE t (id int)`,
  },
  {
    name: 'foreign keys between such',
    from: `CREATE TABLE ${H} (\`i d\` int PRIMARY KEY); CREATE TABLE \`자식\` (id int PRIMARY KEY, \`부모\` int)`,
    to: `CREATE TABLE ${H} (\`i d\` int PRIMARY KEY); CREATE TABLE \`자식\` (id int PRIMARY KEY, \`부모\` int, CONSTRAINT \`외래'키\` FOREIGN KEY (\`부모\`) REFERENCES ${H} (\`i d\`) ON DELETE CASCADE)`,
    rows: `INSERT INTO ${H} VALUES (1); INSERT INTO \`자식\` VALUES (1, 1)`,
  },
  {
    name: 'a trigger, a view and routines of such names',
    from: T,
    to: `${T}; CREATE TRIGGER \`tr ig'ger\` BEFORE INSERT ON t FOR EACH ROW SET NEW.b = 'it''s 😀?'; CREATE VIEW \`보기 1\` AS SELECT a AS \`가 나\`, 'x;y' AS c FROM t; CREATE PROCEDURE \`pro;c\`(IN \`매개\` int) SELECT \`매개\`, ';'; CREATE FUNCTION \`함수\`() RETURNS varchar(9) CHARSET utf8mb4 DETERMINISTIC RETURN '😀'`,
    rows: ROWS,
  },
]

export const VIEWS: readonly Pair[] = [
  over('a view', '', "CREATE VIEW v AS SELECT id, a FROM t WHERE b = 'x'"),
  over('another query', 'CREATE VIEW v AS SELECT id FROM t', 'CREATE VIEW v AS SELECT id, a + 1 AS n FROM t'),
  over(
    'views over views',
    '',
    'CREATE VIEW z AS SELECT id, a FROM t; CREATE VIEW y AS SELECT id FROM z; CREATE VIEW a AS SELECT count(*) AS n FROM y',
  ),
  over(
    'views over views that change',
    'CREATE VIEW z AS SELECT id FROM t; CREATE VIEW a AS SELECT id FROM z',
    'CREATE VIEW z AS SELECT id, a AS n FROM t; CREATE VIEW a AS SELECT n FROM z',
  ),
  over(
    'algorithm, security, check option',
    'CREATE VIEW v AS SELECT id FROM t',
    'CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW v AS SELECT id FROM t WHERE id > 0 WITH CASCADED CHECK OPTION',
  ),
  over(
    'another definer',
    'CREATE DEFINER=`someone`@`%` VIEW v AS SELECT 1 AS x',
    'CREATE DEFINER=`some@one`@`localhost` VIEW v AS SELECT 1 AS x',
  ),
  {
    name: 'a view over a column that is retyped',
    from: `${T}; CREATE VIEW v AS SELECT a FROM t`,
    to: 'CREATE TABLE t (id int PRIMARY KEY, a bigint NOT NULL, b varchar(20)); CREATE VIEW v AS SELECT a FROM t',
    rows: ROWS,
  },
  {
    name: 'a view that follows a new column',
    from: `${T}; CREATE VIEW v AS SELECT a FROM t`,
    to: 'CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(20), c int); CREATE VIEW v AS SELECT a, c FROM t',
    rows: ROWS,
  },
  {
    name: 'a view that uses a function',
    from: T,
    to: `${T}; CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC RETURN x + 1; CREATE VIEW v AS SELECT f(a) AS n FROM t`,
    rows: ROWS,
  },
]
