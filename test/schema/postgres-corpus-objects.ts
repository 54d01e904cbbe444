/** Types, sequences, views, routines, and what stands in the way of what. */
import { type Pair, pair } from './postgres-pair.ts'

const M =
  "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id int PRIMARY KEY, s m DEFAULT 'a', ss m[]); INSERT INTO t VALUES (1, 'a', '{a,b}'), (2, 'b', NULL)"
const enumOf = (values: string) => M.replace("'a', 'b', 'c'", values)
const T =
  "CREATE TABLE t (id int PRIMARY KEY, a int, b text); INSERT INTO t SELECT i, i, 'b' || i FROM generate_series(1, 9) AS i"
const fn = (head: string, body: string) => `CREATE FUNCTION ${head} AS '${body}'`

export const OBJECT_PAIRS: readonly Pair[] = [
  pair(
    'an enum',
    'CREATE TABLE o (x int)',
    '',
    "CREATE TYPE \"기분 m\" AS ENUM ('it''s', '좋음'); COMMENT ON TYPE \"기분 m\" IS 'mood'",
  ),
  pair(
    'labels added at the end, in the middle, at the beginning',
    '',
    enumOf("'a', 'b', 'c'"),
    enumOf("'0', 'a', 'a2', 'b', 'c', 'd'"),
  ),
  pair(
    'a label added and used at once',
    '',
    enumOf("'a', 'b'"),
    `${enumOf("'a', 'b', 'new'")}; ALTER TABLE t ALTER s SET DEFAULT 'new'; ALTER TABLE t ADD CONSTRAINT ck CHECK (s <> 'new' OR id > 0)`,
  ),
  pair('a label goes', '', enumOf("'a', 'b', 'c'"), enumOf("'b', 'a'")),
  pair(
    'a label goes under view, index, check and function',
    '',
    `${enumOf("'a', 'b', 'c'")}; CREATE VIEW v AS SELECT s FROM t WHERE s = 'a'; CREATE INDEX i ON t (id) WHERE s = 'a'; ALTER TABLE t ADD CONSTRAINT ck CHECK (s <> 'b' OR id > 0); ${fn('g(m) RETURNS text LANGUAGE sql', 'SELECT $1::text')}; GRANT SELECT ON v TO naru_reader`,
    `${enumOf("'a', 'b'")}; CREATE VIEW v AS SELECT s FROM t WHERE s = 'a'; CREATE INDEX i ON t (id) WHERE s = 'a'; ALTER TABLE t ADD CONSTRAINT ck CHECK (s <> 'b' OR id > 0); ${fn('g(m) RETURNS text LANGUAGE sql', 'SELECT $1::text')}; GRANT SELECT ON v TO naru_reader`,
  ),
  pair(
    'a renamed label',
    '',
    enumOf("'a', 'b', 'c'"),
    enumOf("'a', '비', 'c'").replace("VALUES (1, 'a', '{a,b}'), (2, 'b', NULL)", "VALUES (1, 'a', '{a}')"),
    { 'm=b': '비' },
  ),
  pair(
    'text becomes an enum',
    '',
    "CREATE TABLE t (id int, s text DEFAULT 'a'); INSERT INTO t VALUES (1, 'a'), (2, 'b')",
    "CREATE TYPE m AS ENUM ('a', 'b'); CREATE TABLE t (id int, s m DEFAULT 'b')",
  ),
  pair(
    'a domain',
    'CREATE TABLE o (x int)',
    '',
    "CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT dc CHECK (VALUE <> 'it''s'); COMMENT ON DOMAIN d IS 'dom'; CREATE TABLE t (a d)",
  ),
  pair(
    'another domain',
    '',
    'CREATE DOMAIN d AS int DEFAULT 1 CONSTRAINT c1 CHECK (VALUE > 0); CREATE TABLE t (a d); INSERT INTO t VALUES (5)',
    'CREATE DOMAIN d AS int NOT NULL CONSTRAINT c1 CHECK (VALUE > 1) CONSTRAINT c2 CHECK (VALUE < 100); CREATE TABLE t (a d)',
  ),
  pair(
    'a domain over another type',
    '',
    'CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE t (a d); INSERT INTO t VALUES (5)',
    'CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE TABLE t (a d)',
  ),
  pair(
    'a column becomes of a domain',
    "CREATE DOMAIN d AS text CHECK (VALUE <> '')",
    "CREATE TABLE t (a text); INSERT INTO t VALUES ('x')",
    'CREATE TABLE t (a d)',
  ),
  pair(
    'a composite type',
    'CREATE TABLE o (x int)',
    '',
    'CREATE TYPE pt AS (x int, "y 값" text COLLATE "C"); CREATE TABLE t (p pt)',
  ),
  pair(
    'attributes of a composite type',
    '',
    "CREATE TYPE pt AS (x int, y int); CREATE TABLE t (p pt); INSERT INTO t VALUES ('(1,2)')",
    'CREATE TYPE pt AS (x int, z text); CREATE TABLE t (p pt)',
  ),
  pair(
    'an attribute of an unused composite type',
    'CREATE TABLE o (x int)',
    'CREATE TYPE pt AS (x int, y int)',
    "CREATE TYPE pt AS (x bigint, y int); COMMENT ON COLUMN pt.x IS 'ex'",
  ),
  pair(
    'a range type',
    'CREATE TABLE o (x int)',
    '',
    'CREATE TYPE fr AS RANGE (subtype = float8); CREATE TABLE t (r fr)',
  ),
  pair(
    'a collation',
    'CREATE TABLE o (x int)',
    '',
    "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t (a text COLLATE ci)",
  ),
  pair(
    'a sequence',
    'CREATE TABLE o (x int)',
    '',
    "CREATE SEQUENCE s AS int START 5 INCREMENT 2 MINVALUE 1 MAXVALUE 99 CACHE 4 CYCLE; COMMENT ON SEQUENCE s IS 'seq'; GRANT USAGE ON SEQUENCE s TO naru_reader",
  ),
  pair('another sequence', '', 'CREATE SEQUENCE s', 'CREATE SEQUENCE s AS smallint INCREMENT -1 START -5 CACHE 10'),
  pair('a sequence is owned', 'CREATE TABLE t (a int, b int)', 'CREATE SEQUENCE s', 'CREATE SEQUENCE s OWNED BY t.b'),
  pair(
    'tables and columns that call functions, and the functions',
    'CREATE TABLE u (id int)',
    '',
    `${fn('f(int) RETURNS int IMMUTABLE LANGUAGE sql', 'SELECT $1')}; ${fn('a() RETURNS int LANGUAGE sql', 'SELECT 1')}; CREATE TABLE t (id int DEFAULT a(), g int GENERATED ALWAYS AS (f(id)) STORED, CHECK (f(id) > 0)); CREATE INDEX i ON t (f(id)); ALTER TABLE u ADD c int DEFAULT a(), ADD g int GENERATED ALWAYS AS (f(id)) STORED`,
  ),
  pair(
    'a sequence is owned by a new table',
    'CREATE TABLE o (x int)',
    '',
    'CREATE TABLE t (a int, b int); CREATE SEQUENCE s OWNED BY t.b',
  ),
  pair(
    'a serial column lets go of its sequence',
    '',
    'CREATE TABLE t (id serial, a int)',
    'CREATE SEQUENCE t_id_seq AS int; CREATE TABLE t (id int NOT NULL, a int)',
  ),
  pair(
    'privileges of a serial sequence',
    'CREATE TABLE t (id serial)',
    '',
    "GRANT USAGE, SELECT ON SEQUENCE t_id_seq TO naru_writer; COMMENT ON SEQUENCE t_id_seq IS 'it''s'",
  ),
  pair(
    'a view',
    T,
    '',
    'CREATE VIEW "보기 v" WITH (security_barrier = true) AS SELECT id, b || \'it\'\'s\' AS "새 b" FROM t; COMMENT ON VIEW "보기 v" IS \'view\'; COMMENT ON COLUMN "보기 v".id IS \'key\'',
  ),
  pair(
    'a view with one column more',
    T,
    'CREATE VIEW v AS SELECT id FROM t',
    'CREATE VIEW v AS SELECT id, a FROM t WHERE a > 2',
  ),
  pair(
    'a view with other columns, under another view',
    T,
    'CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT id FROM v; GRANT SELECT ON w TO naru_reader',
    'CREATE VIEW v AS SELECT b AS id2, id FROM t; CREATE VIEW w AS SELECT id FROM v; GRANT SELECT ON w TO naru_reader',
  ),
  pair(
    'options of a view',
    T,
    'CREATE VIEW v AS SELECT id FROM t',
    'CREATE VIEW v WITH (security_invoker = true, check_option = local) AS SELECT id FROM t',
  ),
  pair(
    'a default of a view column',
    T,
    'CREATE VIEW v AS SELECT id, a FROM t',
    'CREATE VIEW v AS SELECT id, a FROM t; ALTER VIEW v ALTER a SET DEFAULT 5',
  ),
  pair(
    'a view becomes materialized',
    T,
    'CREATE VIEW v AS SELECT id FROM t',
    'CREATE MATERIALIZED VIEW v AS SELECT id FROM t; CREATE UNIQUE INDEX vi ON v (id)',
  ),
  pair(
    'an index of a materialized view',
    T,
    'CREATE MATERIALIZED VIEW v AS SELECT id FROM t',
    "CREATE MATERIALIZED VIEW v AS SELECT id FROM t WITH NO DATA; CREATE INDEX vi ON v (id); COMMENT ON INDEX vi IS 'x'",
  ),
  pair(
    'views, materialized and plain, over a column of another type',
    '',
    "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1); CREATE VIEW v AS SELECT id, a FROM t; CREATE MATERIALIZED VIEW w AS SELECT a FROM v; CREATE INDEX wi ON w (a); CREATE VIEW x AS SELECT count(*) AS n FROM w; COMMENT ON VIEW v IS 'kept'; GRANT SELECT ON v TO naru_reader; ALTER VIEW x OWNER TO naru_writer",
    "CREATE TABLE t (id int PRIMARY KEY, a bigint); CREATE VIEW v AS SELECT id, a FROM t; CREATE MATERIALIZED VIEW w AS SELECT a FROM v; CREATE INDEX wi ON w (a); CREATE VIEW x AS SELECT count(*) AS n FROM w; COMMENT ON VIEW v IS 'kept'; GRANT SELECT ON v TO naru_reader; ALTER VIEW x OWNER TO naru_writer",
  ),
  pair(
    'a column that a view uses goes',
    '',
    'CREATE TABLE t (id int, a int); CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT id FROM v',
    'CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v',
  ),
  pair(
    'a trigger on a view',
    `${T}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    'CREATE VIEW v AS SELECT id, a FROM t; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()',
    'CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()',
  ),
  pair(
    'a recursive view',
    T,
    '',
    'CREATE RECURSIVE VIEW r (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 5',
  ),
  pair(
    'a function',
    T,
    '',
    'CREATE FUNCTION "함수 f"(x int, y text DEFAULT \'it\'\'s\') RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog COST 7 AS $$ BEGIN RETURN x || y; END $$; COMMENT ON FUNCTION "함수 f" IS \'does\'; REVOKE ALL ON FUNCTION "함수 f" FROM PUBLIC; GRANT EXECUTE ON FUNCTION "함수 f" TO naru_reader',
  ),
  pair(
    'another body',
    T,
    fn('f(int) RETURNS int LANGUAGE sql', 'SELECT $1 + 1'),
    fn('f(int) RETURNS int LANGUAGE sql IMMUTABLE', 'SELECT $1 + 2'),
  ),
  pair(
    'another result, under a view',
    T,
    `${fn('f(int) RETURNS int LANGUAGE sql', 'SELECT $1')}; CREATE VIEW v AS SELECT f(a) AS x FROM t`,
    `${fn('f(int) RETURNS text LANGUAGE sql', 'SELECT $1::text')}; CREATE VIEW v AS SELECT f(a) AS x FROM t`,
  ),
  pair(
    'other names of arguments',
    T,
    fn('f(x int) RETURNS int LANGUAGE sql', 'SELECT x'),
    fn('f(y int) RETURNS int LANGUAGE sql', 'SELECT y'),
  ),
  pair(
    'overloads',
    T,
    `${fn('f(int) RETURNS int LANGUAGE sql', 'SELECT 1')}; ${fn('f(text) RETURNS int LANGUAGE sql', 'SELECT 2')}`,
    `${fn('f(int) RETURNS int LANGUAGE sql', 'SELECT 1')}; ${fn('f(text, int) RETURNS int LANGUAGE sql', 'SELECT 3')}; ${fn('f(text) RETURNS int LANGUAGE sql', 'SELECT 4')}`,
  ),
  pair(
    'a function with a body of SQL',
    T,
    '',
    'CREATE FUNCTION f(x int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE a > x; END',
  ),
  pair(
    'a function with a body of SQL over a column of another type',
    '',
    'CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE a > 1; END; CREATE VIEW v AS SELECT f() AS n',
    'CREATE TABLE t (a bigint); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t WHERE a > 1; END; CREATE VIEW v AS SELECT f() AS n',
  ),
  pair(
    'a function that takes a row',
    'CREATE TABLE o (x int)',
    '',
    `${T}; ${fn('f(t) RETURNS int LANGUAGE sql', 'SELECT $1.a')}; ${fn('g() RETURNS SETOF t LANGUAGE sql', 'SELECT * FROM t')}; CREATE VIEW v AS SELECT f(t) AS x FROM t`,
  ),
  pair(
    'a procedure',
    T,
    "CREATE PROCEDURE p(INOUT x int) LANGUAGE plpgsql AS 'BEGIN x := 1; END'",
    "CREATE PROCEDURE p(INOUT x int) LANGUAGE plpgsql AS 'BEGIN x := 2; END'; CREATE PROCEDURE q() LANGUAGE sql AS 'SELECT 1'; COMMENT ON PROCEDURE q IS 'nothing'",
  ),
  pair(
    'an aggregate',
    `${T}; ${fn('acc(int, int) RETURNS int IMMUTABLE LANGUAGE sql', 'SELECT $1 + $2')}`,
    '',
    "CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, INITCOND = '0'); COMMENT ON AGGREGATE total(int) IS 'sum'; CREATE VIEW v AS SELECT total(a) AS x FROM t",
  ),
  pair(
    'another aggregate under a view',
    `${T}; ${fn('acc(int, int) RETURNS int IMMUTABLE LANGUAGE sql', 'SELECT $1 + $2')}`,
    "CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, INITCOND = '0'); CREATE VIEW v AS SELECT total(a) AS x FROM t",
    "CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, INITCOND = '5', PARALLEL = SAFE); CREATE VIEW v AS SELECT total(a) AS x FROM t",
  ),
  pair(
    'an operator',
    `${fn('same(int, text) RETURNS boolean IMMUTABLE LANGUAGE sql', 'SELECT $1::text = $2')}`,
    '',
    'CREATE OPERATOR === (FUNCTION = same, LEFTARG = int, RIGHTARG = text)',
  ),
  pair(
    'a trigger function that becomes another',
    T,
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE FUNCTION f2() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f2()",
  ),
  pair(
    'an index that calls a function which changes',
    T,
    `${fn('f(int) RETURNS int IMMUTABLE LANGUAGE sql', 'SELECT $1')}; CREATE INDEX i ON t (f(a)); ALTER TABLE t ADD CONSTRAINT ck CHECK (f(a) > 0)`,
    `${fn('f(int) RETURNS bigint IMMUTABLE LANGUAGE sql', 'SELECT $1::bigint')}; CREATE INDEX i ON t (f(a)); ALTER TABLE t ADD CONSTRAINT ck CHECK (f(a) > 0)`,
  ),
  pair(
    'a generated column that calls a function which changes',
    '',
    `${fn('f(int) RETURNS int IMMUTABLE LANGUAGE sql', 'SELECT $1')}; CREATE TABLE t (a int, g int GENERATED ALWAYS AS (f(a)) STORED); INSERT INTO t (a) VALUES (1)`,
    `${fn('f(int) RETURNS bigint IMMUTABLE LANGUAGE sql', 'SELECT $1::bigint')}; CREATE TABLE t (a int, g int GENERATED ALWAYS AS (f(a)) STORED)`,
  ),
  pair(
    'everything goes',
    'CREATE TABLE o (x int)',
    `${M}; CREATE DOMAIN d AS int; CREATE SEQUENCE sq; CREATE TABLE u (id serial PRIMARY KEY, n int DEFAULT nextval('sq'), t int REFERENCES t, k d); CREATE VIEW v AS SELECT s FROM t; ${fn('f(m) RETURNS m LANGUAGE sql', 'SELECT $1')}; CREATE MATERIALIZED VIEW w AS SELECT f(s) AS x FROM v`,
    '',
  ),
  pair(
    'a schema comment and privileges',
    'CREATE TABLE o (x int)',
    '',
    "DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_schema, 'it''s'); EXECUTE format('GRANT USAGE ON SCHEMA %I TO naru_reader', current_schema); END $$",
  ),
  pair(
    'another owner of the schema',
    'CREATE TABLE o (x int); CREATE TABLE o2 (x int)',
    '',
    "DO $$ BEGIN EXECUTE format('ALTER SCHEMA %I OWNER TO naru_writer', current_schema); END $$",
  ),
  pair(
    'two things at once',
    '',
    `${T}; CREATE VIEW v AS SELECT a FROM t; ${fn('f() RETURNS int LANGUAGE sql', 'SELECT 1')}`,
    `CREATE TYPE m AS ENUM ('x'); CREATE TABLE t (id bigint PRIMARY KEY, a m, c int NOT NULL DEFAULT 3, UNIQUE (c, id)); CREATE TABLE r (t bigint REFERENCES t); CREATE VIEW v AS SELECT c, a FROM t`
      .replace('a m,', 'b text, a2 m,')
      .replace('c, a FROM', 'c, a2 FROM'),
  ),
]
