/** Pairs in which several things hang together. */
import type { Rename } from '../../src/diff/rename-map.ts'
import type { Pair } from './mysql-pair.ts'

const CASES: readonly (readonly [
  name: string,
  from: string,
  to: string,
  rows?: string,
  renames?: readonly Rename[],
])[] = [
  [
    'index of fk replaced',
    'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, x int, KEY a (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, x int, KEY b (p, x), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1,1,1)',
  ],
  [
    'self fk renamed',
    'CREATE TABLE c (id int PRIMARY KEY, up int, CONSTRAINT f FOREIGN KEY (up) REFERENCES c (id))',
    'CREATE TABLE c (id int PRIMARY KEY, parent int, CONSTRAINT f FOREIGN KEY (parent) REFERENCES c (id), KEY f (parent))',
    'INSERT INTO c VALUES (1, NULL), (2, 1)',
    [{ table: { name: 'c' }, column: 'up', to: 'parent' }],
  ],
  [
    'case rename',
    'CREATE TABLE c (id int PRIMARY KEY, Abc int)',
    'CREATE TABLE c (id int PRIMARY KEY, abc int)',
    'INSERT INTO c VALUES (1, 2)',
    [{ table: { name: 'c' }, column: 'Abc', to: 'abc' }],
  ],
  [
    'default refers column',
    'CREATE TABLE c (id int PRIMARY KEY, a int, b int DEFAULT (a + 1))',
    'CREATE TABLE c (id int PRIMARY KEY, z int, b int DEFAULT (z + 1), q int)',
    'INSERT INTO c VALUES (1, 2, 3)',
    [{ table: { name: 'c' }, column: 'a', to: 'z' }],
  ],
  [
    'renamed table altered with trigger',
    'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1; CREATE TRIGGER y BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 2',
    'CREATE TABLE u (id int PRIMARY KEY, a bigint, b int); CREATE TRIGGER x BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1; CREATE TRIGGER y BEFORE INSERT ON u FOR EACH ROW SET NEW.b = 2',
    'INSERT INTO t VALUES (1, 2)',
    [{ table: { name: 't' }, to: 'u' }],
  ],
  [
    'pk column renamed and retyped under fk',
    'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    'CREATE TABLE p (nr bigint PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p bigint, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (nr))',
    'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)',
    [{ table: { name: 'p' }, column: 'id', to: 'nr' }],
  ],
  [
    'fk table renamed and parent retyped',
    'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    'CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE d (id int PRIMARY KEY, p bigint, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))',
    'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)',
    [{ table: { name: 'c' }, to: 'd' }],
  ],
  [
    'drop of the whole db',
    'CREATE SEQUENCE s; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval(s)); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v; CREATE FUNCTION f() RETURNS int RETURN 1',
    'CREATE TABLE x (id int)',
  ],
  [
    'range partition dropped in the middle',
    'CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20), PARTITION c VALUES LESS THAN (30))',
    'CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION c VALUES LESS THAN (30))',
    'INSERT INTO t VALUES (1), (12), (25)',
  ],
]

export const TOGETHER: readonly Pair[] = CASES.map(([name, from, to, rows, renames]) => ({
  name,
  from,
  to,
  rows,
  renames,
}))
