/** Pairs: generated columns, checks, foreign keys, options, partitions, versions. */
import { columns, type Pair } from './mysql-pair.ts'

export const GENERATED: readonly Pair[] = [
  columns(
    'a virtual column and an index over it and another',
    'a int',
    'a int, v int AS (a + 1) VIRTUAL, KEY v (v, a)',
    '(1, 2)',
  ),
  columns('a virtual column', 'a int', 'a int, v int AS (a + 1) VIRTUAL', '(1, 2)', 'INSTANT'),
  columns(
    'a virtual column with an index comes where a plain one goes',
    'a int, d int',
    'a int, v int AS (a + 1) VIRTUAL, KEY v (v)',
    '(1, 2, 3)',
    'COPY',
  ),
  columns(
    'a virtual column comes where a plain one goes, and an index over another',
    'a int, d int',
    'a int, v int AS (a + 1) VIRTUAL, KEY a (a)',
    '(1, 2, 3)',
    'COPY',
  ),
  columns(
    'a virtual column with an index comes where another goes',
    'a int, d int AS (a + 2) VIRTUAL',
    'a int, v int AS (a + 1) VIRTUAL, KEY v (v)',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns(
    'virtual to plain of another type, under an index that is renamed',
    'a int, v int AS (a + 1) VIRTUAL, KEY v1 (v DESC)',
    'a int, v bigint, KEY v0 (v DESC)',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns('a stored column', 'a int', "a int, v varchar(20) AS (concat('x', a)) STORED", '(1, 2)', 'COPY'),
  columns(
    'another expression, virtual',
    'a int, v int AS (a + 1) VIRTUAL',
    'a int, v int AS (a + 2) VIRTUAL',
    '(1, 2, DEFAULT)',
    'INSTANT',
  ),
  columns(
    'another expression, stored',
    'a int, v int AS (a + 1) STORED',
    'a int, v int AS (a * 2) STORED',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns(
    'virtual to stored',
    'a int, v int AS (a + 1) VIRTUAL',
    'a int, v int AS (a + 1) STORED',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns(
    'virtual to stored under an index',
    'a int, v int AS (a + 1) VIRTUAL, KEY v (v, a)',
    'a int, v int AS (a + 1) STORED, KEY v (v, a)',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns('virtual to plain', 'a int, v int AS (a + 1) VIRTUAL', 'a int, v int', '(1, 2, DEFAULT)', 'COPY'),
  columns('stored to plain', 'a int, v int AS (a + 1) STORED', 'a int, v int', '(1, 2, DEFAULT)', 'COPY'),
  columns(
    'an index on a virtual column',
    'a int, v int AS (a + 1) VIRTUAL',
    'a int, v int AS (a + 1) VIRTUAL, KEY v (v)',
    '(1, 2, DEFAULT)',
    'NOCOPY',
  ),
  columns(
    'a plain column before a virtual one',
    'a int, v int AS (a + 1) VIRTUAL',
    'b int, a int, v int AS (a + 1) VIRTUAL',
    '(1, 2, DEFAULT)',
    'COPY',
  ),
  columns(
    'quotes in an expression',
    'a varchar(9)',
    "a varchar(9), v varchar(30) AS (concat(a, 'it''s \\\\ \"', '가')) VIRTUAL",
    "(1, 'x')",
    'INSTANT',
  ),
  columns(
    'a JSON path',
    'j json',
    "j json, v varchar(20) AS (json_unquote(json_extract(j, '$.name'))) VIRTUAL, KEY v (v)",
    '(1, \'{"name":"x"}\')',
  ),
]

export const CHECKS: readonly Pair[] = [
  columns('a check', 'a int', 'a int, CONSTRAINT c CHECK (a > 0)', '(1, 2)', 'COPY'),
  columns('a check without a name', 'a int', 'a int, CHECK (a > 0)', '(1, 2)', 'COPY'),
  columns(
    'another expression',
    'a int, CONSTRAINT c CHECK (a > 0)',
    'a int, CONSTRAINT c CHECK (a between 0 and 9)',
    '(1, 2)',
    'COPY',
  ),
  columns('another name', 'a int, CONSTRAINT c CHECK (a > 0)', 'a int, CONSTRAINT d CHECK (a > 0)', '(1, 2)'),
  columns('a check of a column', 'a int', 'a int CHECK (a > 0)', '(1, 2)'),
  columns('a check of a column that changes', 'a int CHECK (a > 0)', 'a int CHECK (a > 1)', '(1, 2)'),
  columns('a column that changes under its check', 'a int CHECK (a > 0)', 'a bigint NOT NULL CHECK (a > 0)', '(1, 2)'),
  columns(
    'quotes and brackets',
    'a varchar(9)',
    "a varchar(9), CONSTRAINT `c``d` CHECK (a not in ('x''', '(', '\\\\'))",
    "(1, 'q')",
  ),
  columns('a new column with a check of both', 'a int', 'a int, b int, CONSTRAINT c CHECK (a > b)', '(1, 2)', 'COPY'),
  columns('a check of JSON', 'a json', 'a json CHECK (json_length(a) < 5)', "(1, '[]')"),
]

const PARENT = 'CREATE TABLE p (id int PRIMARY KEY, k varchar(10) NOT NULL, UNIQUE KEY k (k))'
const child = (more: string) =>
  `${PARENT}; CREATE TABLE c (id int PRIMARY KEY, p int, k varchar(10)${more === '' ? '' : `, ${more}`})`
const FAMILY = "INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c (id, p, k) VALUES (1, 1, 'a'), (2, NULL, 'b')"

const family = (name: string, from: string, to: string): Pair => ({
  name,
  from: child(from),
  to: child(to),
  rows: FAMILY,
})

export const FOREIGN_KEYS: readonly Pair[] = [
  family('a foreign key with its index', '', 'KEY p (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)'),
  family(
    'a foreign key over an index that is there',
    'KEY p (p)',
    'KEY p (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)',
  ),
  family(
    'actions',
    'CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)',
    'CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL',
  ),
  family(
    'another target',
    'CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)',
    'CONSTRAINT f FOREIGN KEY (k) REFERENCES p (k)',
  ),
  family(
    'another name',
    'KEY p (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)',
    'KEY p (p), CONSTRAINT `g h` FOREIGN KEY (p) REFERENCES p (id)',
  ),
  family(
    'two at once',
    '',
    'CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE SET NULL, CONSTRAINT g FOREIGN KEY (k) REFERENCES p (k) ON UPDATE CASCADE',
  ),
  family('one to the table itself', '', 'up int, CONSTRAINT f FOREIGN KEY (up) REFERENCES c (id) ON DELETE CASCADE'),
  {
    name: 'both sides become bigint',
    from: `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)`,
    to: `CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p bigint, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)`,
    rows: 'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)',
  },
  {
    name: 'two tables that refer to each other',
    from: 'CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int)',
    to: 'CREATE TABLE b (id int PRIMARY KEY, a int); CREATE TABLE a (id int PRIMARY KEY, b int, CONSTRAINT ab FOREIGN KEY (b) REFERENCES b (id)); ALTER TABLE b ADD CONSTRAINT ba FOREIGN KEY (a) REFERENCES a (id)',
    rows: 'INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1)',
  },
  {
    name: 'tables with a foreign key come and go',
    from: 'CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE old (id int PRIMARY KEY, o int, CONSTRAINT f FOREIGN KEY (o) REFERENCES o (id))',
    to: 'CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE fresh (id int PRIMARY KEY, o int, CONSTRAINT f FOREIGN KEY (o) REFERENCES o (id))',
    rows: 'INSERT INTO o VALUES (1); INSERT INTO old VALUES (1, 1)',
  },
  {
    name: 'a referred table goes, and its key with it',
    from: child('CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)'),
    to: 'CREATE TABLE c (id int PRIMARY KEY, p int, k varchar(10), KEY f (p))',
    rows: "INSERT INTO p VALUES (1, 'a'); INSERT INTO c VALUES (1, NULL, 'a')",
  },
  {
    name: 'a column with its foreign key goes',
    from: child('CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)'),
    to: `${PARENT}; CREATE TABLE c (id int PRIMARY KEY, k varchar(10))`,
    rows: FAMILY,
  },
  {
    name: 'a new column with its foreign key',
    from: child(''),
    to: `${PARENT}; CREATE TABLE c (id int PRIMARY KEY, p int, k varchar(10), q int, CONSTRAINT g FOREIGN KEY (q) REFERENCES p (id))`,
    rows: FAMILY,
  },
  {
    name: 'a key of two columns',
    from: 'CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE c (id int PRIMARY KEY, a int, b int)',
    to: 'CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE c (id int PRIMARY KEY, a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p (a, b))',
    rows: 'INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (1, 1, 2), (2, 1, NULL)',
  },
]
