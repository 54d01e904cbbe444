/** What is seldom met, kind by kind: each of it must be noticed, changed, and changed back. */
import { type Pair, pair } from './postgres-pair.ts'

const T =
  'CREATE TABLE t (id int PRIMARY KEY, a int, b text, r int4range); INSERT INTO t SELECT i, i, i::text, int4range(i * 10, i * 10 + 5) FROM generate_series(1, 5) AS i'
const U = `${T}; CREATE TABLE u (x int, y int); INSERT INTO u VALUES (1, 1), (2, 2)`
const F = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
const TR = `${T}; ${F}`
const P = 'CREATE TABLE p (k int NOT NULL, v text) PARTITION BY RANGE (k)'
const later = (what: string) =>
  `DO $$ BEGIN EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I ${what}', current_schema); END $$`
const on = (name: string, from: string, to: string) => pair(name, T, from, to)

const CONSTRAINTS: readonly Pair[] = [
  on(
    'an exclusion constraint with another operator and predicate',
    'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)',
    "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH =, int4range(a, a, '[]') WITH &&) WHERE (a > 0)",
  ),
  on(
    'an exclusion constraint that is checked at the end, with a comment',
    'ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&)',
    "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r WITH &&) DEFERRABLE INITIALLY DEFERRED; COMMENT ON CONSTRAINT x ON t IS 'no two'",
  ),
  on(
    'keys that are checked at the end',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE (a) DEFERRABLE INITIALLY DEFERRED; ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ADD PRIMARY KEY (id) DEFERRABLE',
  ),
  pair(
    'a foreign key that is checked at once, at the end',
    U,
    'ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES t DEFERRABLE INITIALLY IMMEDIATE',
    'ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES t DEFERRABLE INITIALLY DEFERRED',
  ),
  pair(
    'a foreign key that matches in full',
    `${U}; CREATE UNIQUE INDEX q ON t (id, a)`,
    'ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x, y) REFERENCES t (id, a)',
    'ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x, y) REFERENCES t (id, a) MATCH FULL ON DELETE CASCADE',
  ),
  pair(
    'constraints that hold for new rows only',
    U,
    'ALTER TABLE u ADD CONSTRAINT c CHECK (x > 0); ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES t',
    'ALTER TABLE u ADD CONSTRAINT c CHECK (x > 0) NOT VALID; ALTER TABLE u ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES t NOT VALID',
  ),
  on(
    'a check that heirs do not get',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
    'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NO INHERIT',
  ),
  on(
    'a key that carries columns, and one that takes one NULL',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE (a)',
    'ALTER TABLE t ADD CONSTRAINT k UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) WITH (fillfactor = 70)',
  ),
]

const INDEXES: readonly Pair[] = [
  on(
    'an index that carries columns, with classes, collations and the place of NULL',
    'CREATE INDEX i ON t (b, a)',
    'CREATE INDEX i ON t (b COLLATE "C" text_pattern_ops DESC NULLS LAST, a NULLS FIRST) INCLUDE (id)',
  ),
  on('an index by hash', 'CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t USING hash (a)'),
  on(
    'parameters of indexes',
    "CREATE INDEX i ON t USING brin (a); CREATE INDEX g ON t USING gin (to_tsvector('simple', b))",
    "CREATE INDEX i ON t USING brin (a) WITH (pages_per_range = 16, autosummarize = on); CREATE INDEX g ON t USING gin (to_tsvector('simple', b)) WITH (fastupdate = off)",
  ),
  on(
    'a unique index takes one NULL',
    'CREATE UNIQUE INDEX i ON t (a)',
    "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT; COMMENT ON INDEX i IS 'one'",
  ),
  on(
    'statistics of an index, the order of a table, what a replica knows rows by',
    'CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ALTER a SET NOT NULL; CREATE INDEX e ON t ((a + 1))',
    'CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ALTER a SET NOT NULL; CREATE INDEX e ON t ((a + 1)); ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 500; ALTER TABLE t CLUSTER ON i; ALTER TABLE t REPLICA IDENTITY USING INDEX i',
  ),
  on('a replica knows whole rows', '', 'ALTER TABLE t REPLICA IDENTITY FULL'),
  on(
    'options of a class',
    "CREATE INDEX i ON t USING gist (to_tsvector('simple', b))",
    "CREATE INDEX i ON t USING gist (to_tsvector('simple', b) tsvector_ops (siglen = 100))",
  ),
]

const TABLES: readonly Pair[] = [
  on(
    'storage parameters, also of the table behind',
    'ALTER TABLE t SET (fillfactor = 90)',
    'ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off); ALTER TABLE t SET UNLOGGED',
  ),
  on(
    'how a column is stored and counted',
    'ALTER TABLE t ALTER b SET STORAGE EXTERNAL',
    'ALTER TABLE t ALTER b SET STORAGE MAIN; ALTER TABLE t ALTER b SET COMPRESSION pglz; ALTER TABLE t ALTER a SET STATISTICS 42; ALTER TABLE t ALTER a SET (n_distinct = 7)',
  ),
  pair(
    'a table of a type',
    'CREATE TYPE ty AS (a int, b text)',
    'CREATE TABLE o OF ty (a WITH OPTIONS PRIMARY KEY)',
    "CREATE TABLE o OF ty (a WITH OPTIONS PRIMARY KEY, b WITH OPTIONS DEFAULT 'x' NOT NULL)",
  ),
  pair(
    'a generated column with another expression, and one that is filled from now on',
    '',
    'CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS (a + 1) STORED)',
    'CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 3) STORED, c int DEFAULT 5)',
  ),
  pair(
    'parents go whose rules write into their heirs',
    'CREATE TABLE o (x int)',
    'CREATE TABLE m (a int); CREATE TABLE m1 (CHECK (a < 5)) INHERITS (m); CREATE TABLE m2 (CHECK (a >= 5)) INHERITS (m); CREATE RULE r1 AS ON INSERT TO m WHERE NEW.a < 5 DO INSTEAD INSERT INTO m1 VALUES (NEW.a); CREATE RULE r2 AS ON INSERT TO m WHERE NEW.a >= 5 DO INSTEAD INSERT INTO m2 VALUES (NEW.a)',
    '',
  ),
  pair(
    'tables go whose policies look into each other',
    'CREATE TABLE o (x int)',
    'CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE POLICY pa ON a USING (x IN (SELECT b.x FROM b)); CREATE POLICY pb ON b USING (x IN (SELECT a.x FROM a))',
    '',
  ),
]

const SEQUENCES: readonly Pair[] = [
  pair(
    'a serial column lets go of its sequence, which counts otherwise',
    '',
    'CREATE TABLE s (id serial PRIMARY KEY, a int)',
    "CREATE SEQUENCE s_id_seq INCREMENT 5 CACHE 10; CREATE TABLE s (id int PRIMARY KEY DEFAULT nextval('s_id_seq'), a int)",
  ),
  pair(
    'a table goes whose sequence nobody owns, a column too',
    'CREATE TABLE o (x int)',
    "CREATE SEQUENCE one; CREATE TABLE s (id int PRIMARY KEY DEFAULT nextval('one')); CREATE SEQUENCE two; ALTER TABLE o ADD n int DEFAULT nextval('two')",
    '',
  ),
  pair(
    'all that a sequence can be told',
    '',
    'CREATE SEQUENCE s',
    "CREATE SEQUENCE s AS integer INCREMENT 3 MINVALUE -10 MAXVALUE 1000 START 7 CACHE 20 CYCLE; COMMENT ON SEQUENCE s IS 'n'; GRANT USAGE ON SEQUENCE s TO naru_reader",
  ),
]

const VIEWS: readonly Pair[] = [
  on(
    'a materialized view with indexes has another text',
    "CREATE MATERIALIZED VIEW v AS SELECT id, a FROM t; CREATE UNIQUE INDEX vi ON v (id); CREATE INDEX va ON v (a DESC); COMMENT ON MATERIALIZED VIEW v IS 'm'; GRANT SELECT ON v TO naru_reader",
    "CREATE MATERIALIZED VIEW v AS SELECT id, a, b FROM t WHERE a > 1; CREATE UNIQUE INDEX vi ON v (id) WHERE a > 2; COMMENT ON MATERIALIZED VIEW v IS 'm'; GRANT SELECT ON v TO naru_reader",
  ),
  on(
    'a materialized view without rows, stored otherwise',
    'CREATE MATERIALIZED VIEW v AS SELECT id FROM t',
    'CREATE MATERIALIZED VIEW v WITH (fillfactor = 50) AS SELECT id FROM t WITH NO DATA',
  ),
  on(
    'views that ask as their caller, that check, that are a barrier',
    'CREATE VIEW v AS SELECT id, a FROM t WHERE a > 0; CREATE VIEW w AS SELECT id FROM v',
    'CREATE VIEW v WITH (security_invoker = on, security_barrier = on) AS SELECT id, a FROM t WHERE a > 0 WITH CASCADED CHECK OPTION; CREATE VIEW w AS SELECT id FROM v',
  ),
]

const ROUTINES: readonly Pair[] = [
  pair(
    'a function becomes a procedure of that name',
    'CREATE TABLE o (x int)',
    "CREATE FUNCTION g(i int) RETURNS void LANGUAGE sql AS 'SELECT 1'",
    "CREATE PROCEDURE g(i int) LANGUAGE sql AS 'SELECT 1'",
  ),
  pair(
    'overloads, one of which changes',
    'CREATE TABLE o (x int)',
    "CREATE FUNCTION g(i int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g(i text) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE h(i int) LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE h(i text) LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION g(i int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g(i text) RETURNS text LANGUAGE sql AS 'SELECT $1'; CREATE PROCEDURE h(i int) LANGUAGE sql AS 'SELECT 2'; CREATE PROCEDURE h(i text, OUT o int) LANGUAGE sql AS 'SELECT 1'",
  ),
  pair(
    'all that a function can be told',
    'CREATE TABLE o (x int)',
    "CREATE FUNCTION g(a int, b int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION g(a int, b int) RETURNS SETOF int LANGUAGE sql STABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL SAFE COST 7 ROWS 3 SET search_path TO pg_catalog, \"$user\" SET work_mem TO '8MB' AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION g FROM PUBLIC; GRANT EXECUTE ON FUNCTION g TO naru_reader; COMMENT ON FUNCTION g IS 'g'",
  ),
  pair(
    'defaults, variadic and returned columns of functions',
    'CREATE TABLE o (x int)',
    "CREATE FUNCTION g(a int DEFAULT 1, VARIADIC b text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION h(OUT x int, OUT y text) LANGUAGE sql AS 'SELECT 1, NULL::text'",
    "CREATE FUNCTION g(a int DEFAULT 2, VARIADIC b text[] DEFAULT '{x}') RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION h() RETURNS TABLE (x int, z text) LANGUAGE sql AS 'SELECT 1, NULL::text'",
  ),
]

const TRIGGERS: readonly Pair[] = [
  pair(
    'a trigger that is on for replicas, always, off',
    `${TR}; CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER c BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`,
    'ALTER TABLE t DISABLE TRIGGER c',
    "ALTER TABLE t ENABLE REPLICA TRIGGER a; ALTER TABLE t ENABLE ALWAYS TRIGGER b; COMMENT ON TRIGGER b ON t IS 'b'",
  ),
  pair(
    'a trigger with a condition, columns and arguments',
    TR,
    'CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()',
    "CREATE TRIGGER a BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f('x', 'it''s')",
  ),
  pair(
    'a trigger of statements with the rows that changed',
    TR,
    'CREATE TRIGGER a AFTER UPDATE ON t FOR EACH STATEMENT EXECUTE FUNCTION f()',
    'CREATE TRIGGER a AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f()',
  ),
]

const TYPES: readonly Pair[] = [
  pair(
    'a label that is renamed while one is added before it',
    '',
    "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e)",
    "CREATE TYPE e AS ENUM ('0', 'z', 'b'); CREATE TABLE t (x e)",
    { 'e=a': 'z' },
  ),
  pair(
    'checks of a domain: another, a second, one without a look at the rows',
    '',
    'CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0); CREATE TABLE t (x d); INSERT INTO t VALUES (5)',
    "CREATE DOMAIN d AS int DEFAULT 7 NOT NULL CONSTRAINT c CHECK (VALUE > 1) CONSTRAINT c2 CHECK (VALUE < 99); ALTER DOMAIN d ADD CONSTRAINT c3 CHECK (VALUE <> 6) NOT VALID; COMMENT ON DOMAIN d IS 'd'; COMMENT ON CONSTRAINT c ON DOMAIN d IS 'c'; CREATE TABLE t (x d); INSERT INTO t VALUES (5)",
  ),
  pair(
    'attributes of a type that a table is of',
    '',
    'CREATE TYPE c AS (a int, b text); CREATE TABLE t (x c, xs c[])',
    'CREATE TYPE c AS (a int, d date, e numeric(5,2)); CREATE TABLE t (x c, xs c[])',
  ),
]

const PARTITIONS: readonly Pair[] = [
  pair(
    'a partition is attached, another detached',
    P,
    'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 (k int NOT NULL, v text)',
    'CREATE TABLE p1 (k int NOT NULL, v text); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)',
  ),
  pair(
    'what a partition has of its own',
    P,
    'CREATE TABLE "p 1" PARTITION OF p FOR VALUES FROM (0) TO (10); ALTER TABLE "p 1" ADD CONSTRAINT own CHECK (v <> \';\'); ALTER TABLE "p 1" ALTER v SET DEFAULT \'x\'; CREATE INDEX gone ON "p 1" (k)',
    'CREATE TABLE "p 1" PARTITION OF p FOR VALUES FROM (0) TO (20); ALTER TABLE "p 1" ADD CONSTRAINT own CHECK (v <> \'a\'), ADD UNIQUE (v, k); ALTER TABLE "p 1" ALTER v SET DEFAULT \'y\'; CREATE INDEX "on ""ly" ON "p 1" (v) WHERE v > \'\'; COMMENT ON COLUMN "p 1".v IS E\'a;\\nb\'; ALTER TABLE "p 1" ENABLE ROW LEVEL SECURITY',
  ),
  pair(
    'keys, triggers and privileges of partitions',
    `${P}; ${F}`,
    'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)',
    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); ALTER TABLE p ADD PRIMARY KEY (k); CREATE TRIGGER a BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION f(); CREATE INDEX only1 ON p1 (v); GRANT SELECT ON p1 TO naru_reader; COMMENT ON TABLE p1 IS 'first'",
  ),
  pair(
    'parts by an expression and several columns',
    'CREATE TABLE o (x int)',
    "CREATE TABLE q (a int, b text) PARTITION BY RANGE (a, lower(b)); CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (MINVALUE, MINVALUE) TO (5, 'k')",
    "CREATE TABLE q (a int, b text) PARTITION BY RANGE (a, lower(b)); CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (MINVALUE, MINVALUE) TO (6, 'k'); CREATE TABLE q2 PARTITION OF q FOR VALUES FROM (6, 'k') TO (MAXVALUE, MAXVALUE)",
  ),
]

const RIGHTS: readonly Pair[] = [
  on(
    'row security that is forced, with policies of each kind',
    'ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY a ON t USING (a > 0)',
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY a ON t AS RESTRICTIVE FOR UPDATE TO naru_reader, CURRENT_USER USING (a > 0) WITH CHECK (a < 9); CREATE POLICY b ON t FOR INSERT WITH CHECK (b <> ''); COMMENT ON POLICY b ON t IS 'b'",
  ),
  on(
    'privileges on columns, with the right to give them on, to all',
    'GRANT SELECT (id, a) ON t TO naru_reader',
    'GRANT SELECT (id), UPDATE (b) ON t TO naru_reader WITH GRANT OPTION; GRANT INSERT ON t TO PUBLIC; GRANT TRIGGER, REFERENCES ON t TO naru_reader',
  ),
  pair(
    'new objects that are not to have what default privileges give',
    ['TABLES', 'SEQUENCES', 'FUNCTIONS', 'TYPES']
      .map((word) => later(`GRANT ALL ON ${word} TO naru_reader`))
      .join('; '),
    '',
    `CREATE TABLE bare (id int GENERATED ALWAYS AS IDENTITY, s serial); CREATE TABLE some_rights (a int); CREATE VIEW w AS SELECT 1 AS one;
    CREATE SEQUENCE q; CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE DOMAIN small AS int;
    REVOKE ALL ON bare, some_rights, w FROM naru_reader; REVOKE ALL ON SEQUENCE q, bare_id_seq, bare_s_seq FROM naru_reader;
    REVOKE ALL ON FUNCTION one() FROM naru_reader; REVOKE ALL ON DOMAIN small FROM naru_reader; GRANT SELECT, INSERT ON some_rights TO naru_reader`,
  ),
  pair(
    'privileges on what is made later',
    'CREATE TABLE o (x int)',
    later('GRANT SELECT ON TABLES TO naru_reader'),
    [
      'GRANT SELECT, INSERT ON TABLES TO naru_reader WITH GRANT OPTION',
      'GRANT EXECUTE ON FUNCTIONS TO naru_reader',
      'GRANT USAGE ON SEQUENCES TO naru_reader',
      'GRANT USAGE ON TYPES TO naru_reader',
    ]
      .map(later)
      .join('; '),
  ),
  pair(
    'privileges on types and procedures',
    "CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int; CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'",
    '',
    'REVOKE USAGE ON TYPE e FROM PUBLIC; GRANT USAGE ON DOMAIN d TO naru_reader; REVOKE EXECUTE ON PROCEDURE pr FROM PUBLIC; GRANT EXECUTE ON PROCEDURE pr TO naru_reader',
  ),
]

const COMMENTS: readonly Pair[] = [
  pair(
    'comments on everything',
    `${TR}; ALTER TABLE t ADD CONSTRAINT q UNIQUE (a); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES t; CREATE VIEW v AS SELECT id FROM t; CREATE TYPE e AS ENUM ('a'); CREATE TYPE ct AS (a int); CREATE RULE w AS ON DELETE TO t DO ALSO NOTHING; CREATE STATISTICS st ON a, b FROM t; CREATE AGGREGATE su(int) (SFUNC = int4pl, STYPE = int); CREATE COLLATION co FROM "C"; CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'`,
    '',
    "COMMENT ON CONSTRAINT t_pkey ON t IS 'it''s'; COMMENT ON CONSTRAINT q ON t IS E'two\\nlines'; COMMENT ON CONSTRAINT c ON t IS 'c'; COMMENT ON CONSTRAINT k ON t IS 'k'; COMMENT ON COLUMN v.id IS '번호'; COMMENT ON VIEW v IS 'v'; COMMENT ON TYPE e IS 'e'; COMMENT ON TYPE ct IS 'ct'; COMMENT ON COLUMN ct.a IS 'a'; COMMENT ON RULE w ON t IS 'w'; COMMENT ON STATISTICS st IS 'st'; COMMENT ON AGGREGATE su(int) IS 'su'; COMMENT ON COLLATION co IS 'co'; COMMENT ON PROCEDURE pr IS 'pr'; COMMENT ON INDEX t_pkey IS 'index'",
  ),
]

export const RARE_PAIRS: readonly Pair[] = [
  ...CONSTRAINTS,
  ...INDEXES,
  ...TABLES,
  ...SEQUENCES,
  ...VIEWS,
  ...ROUTINES,
  ...TRIGGERS,
  ...TYPES,
  ...PARTITIONS,
  ...RIGHTS,
  ...COMMENTS,
]
