/** Schemas that hold one of everything that each engine knows, to be converted and made elsewhere. */

export const MYSQL = `
CREATE TABLE \`order\` (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  \`select\` int NOT NULL DEFAULT 7 COMMENT 'a "reserved" word''s column',
  state enum('new','it''s','gone') NOT NULL DEFAULT 'new',
  options set('a','b') NOT NULL DEFAULT 'a,b',
  price decimal(12,4) unsigned NOT NULL DEFAULT 0.5,
  ratio float DEFAULT 1.5, big double, flag tinyint(1) NOT NULL DEFAULT 1, one bit(1) DEFAULT b'1', bits bit(9) DEFAULT b'101',
  made year DEFAULT 2020, d date DEFAULT '2020-02-29', t time(3) DEFAULT '10:00:00', dt datetime DEFAULT CURRENT_TIMESTAMP,
  ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  code varchar(40) CHARACTER SET latin1 NOT NULL DEFAULT 'x', note text, bin binary(16), blobby longblob, doc json, place point,
  fixed char(5) DEFAULT 'ab', uid varchar(36) DEFAULT (uuid()), plus int AS (\`select\` + 1) VIRTUAL,
  label varchar(80) AS (concat(\`code\`, '-', \`select\`)) STORED, yr int AS (year(d)) STORED, hexed varchar(80) AS (hex(code)) VIRTUAL,
  parent bigint unsigned, tiny tinyint unsigned, small smallint unsigned, medium mediumint unsigned, whole int unsigned,
  PRIMARY KEY (id),
  UNIQUE KEY by_code (code), UNIQUE KEY by_note (note(20)), UNIQUE KEY by_two (state, \`select\`, code),
  KEY shared (d), KEY by_prefix (code(10)), KEY by_long_prefix (note(100), d), KEY by_desc (price DESC, d), FULLTEXT KEY words (note),
  CONSTRAINT positive CHECK (price >= 0 and \`select\` between 0 and 1000), CONSTRAINT known CHECK (code in ('x','y') or code like 'z%'),
  CONSTRAINT flagged CHECK (flag in (0,1)), CONSTRAINT sized CHECK (char_length(code) <= 40 and length(note) < 100000),
  CONSTRAINT strange CHECK (code regexp '^[a-z]'), CONSTRAINT cased CHECK (case when flag = 1 then price > 0 else true end),
  CONSTRAINT self FOREIGN KEY (parent) REFERENCES \`order\` (id) ON DELETE SET NULL ON UPDATE CASCADE
) COMMENT 'orders; with a semicolon' AUTO_INCREMENT=5000;
CREATE TABLE item (
  \`order\` bigint unsigned NOT NULL, n smallint NOT NULL, sku char(8) COLLATE utf8mb4_bin NOT NULL, cycle int,
  \`a "quoted" name\` int, \`이름 들\` varchar(10), a_very_long_column_name_that_is_still_within_the_limit_of_mysql int,
  PRIMARY KEY (\`order\`, n), UNIQUE KEY by_sku (sku), KEY shared (n), KEY an_index_whose_name_has_64_characters_one_more_than_postgres_has (cycle),
  CONSTRAINT to_order FOREIGN KEY (\`order\`) REFERENCES \`order\` (id) ON DELETE CASCADE
);
CREATE TABLE wheel (id int PRIMARY KEY AUTO_INCREMENT, item char(8) COLLATE utf8mb4_bin, CONSTRAINT to_item FOREIGN KEY (item) REFERENCES item (sku));
ALTER TABLE item ADD CONSTRAINT to_wheel FOREIGN KEY (cycle) REFERENCES wheel (id);
CREATE TABLE keyless (a int, b varchar(300), KEY shared (a));
CREATE VIEW seen AS SELECT id, code, concat(code, _utf8mb4'!') AS loud FROM \`order\` WHERE id > 0;
CREATE TRIGGER bump BEFORE INSERT ON item FOR EACH ROW SET NEW.n = NEW.n + 1;
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;
CREATE PROCEDURE nothing() SELECT 1;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM keyless;
`

export const POSTGRES = `
CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE pair AS (a int, b text);
CREATE SEQUENCE shared_seq START 500;
CREATE TABLE account (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, old_id serial, uid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  email text NOT NULL, nick varchar(20) COLLATE "C" DEFAULT 'x''y', state mood DEFAULT 'sad', share percent DEFAULT 50,
  tags text[] DEFAULT '{a,b}', grid int[], span int4range, whole numeric, price numeric(12,2) DEFAULT 1.50, r real, f double precision,
  ok boolean NOT NULL DEFAULT true, born date DEFAULT CURRENT_DATE, at timestamp(3) DEFAULT now(), tz timestamptz DEFAULT '2020-01-01 00:00:00+00',
  t time, ttz timetz, span2 interval DEFAULT '1 day', ip inet, net cidr, mac macaddr, bits bit(5) DEFAULT B'10101', vbits varbit(9),
  cash money, doc jsonb DEFAULT '{}', plain json, page xml, words tsvector, raw bytea DEFAULT '\\x00ff', p pair, place point,
  drawn int DEFAULT nextval('shared_seq'), later timestamptz DEFAULT (now() + '1 day'::interval), c1 char(3), big bigint, small smallint,
  double_price numeric(13,2) GENERATED ALWAYS AS (price * 2) STORED, label text GENERATED ALWAYS AS ((nick)::text || '-' || email) STORED,
  shout text GENERATED ALWAYS AS (upper(email)) STORED, odd text GENERATED ALWAYS AS (md5(email)) STORED,
  CONSTRAINT good_mail CHECK (email LIKE '%@%'), CONSTRAINT good_price CHECK (price > 0 AND price <= 1000 OR price IS NULL),
  CONSTRAINT good_nick CHECK (nick IN ('a', 'b', 'x''y') AND length(nick) < 20), CONSTRAINT re CHECK (email ~ '^.'),
  CONSTRAINT born_ok CHECK (born > '1900-01-01'), CONSTRAINT happy CHECK (state <> 'sad' OR ok), CONSTRAINT either CHECK ((r IS NULL) <> (f IS NULL) OR true)
);
COMMENT ON TABLE account IS 'people''s accounts'; COMMENT ON COLUMN account.email IS 'with "quotes"';
CREATE UNIQUE INDEX lower_mail ON account (lower(email));
CREATE INDEX partial ON account (email) WHERE ok AND price > 10;
CREATE UNIQUE INDEX one_ok ON account (nick) WHERE ok;
CREATE INDEX covering ON account (born DESC NULLS LAST, at) INCLUDE (price);
CREATE INDEX gin_tags ON account USING gin (tags);
CREATE INDEX hashed ON account USING hash (nick);
CREATE INDEX brin_at ON account USING brin (at);
CREATE INDEX patterned ON account (email text_pattern_ops);
CREATE INDEX computed ON account ((price * 2), nick);
CREATE TABLE "Mixed Case" ("Id" bigserial PRIMARY KEY, account int REFERENCES account (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, a int, b int,
  UNIQUE (a, b) DEFERRABLE, CONSTRAINT full_match FOREIGN KEY (account) REFERENCES account (id) MATCH FULL ON UPDATE SET DEFAULT);
CREATE TABLE "tree 😀" ("😀" int);
CREATE TABLE tree (id int PRIMARY KEY, up int NOT NULL REFERENCES tree (id) ON DELETE SET NULL);
CREATE TABLE measured (id int NOT NULL, at date NOT NULL, v float8, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE measured_2020 PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE booked (room int, during tsrange, EXCLUDE USING gist (during WITH &&));
CREATE VIEW seen AS SELECT id, email || '!' AS loud FROM account WHERE ok;
CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM account;
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER bumped BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION bump();
ALTER TABLE account ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON account USING (ok);
`

export const SQLITE = `
CREATE TABLE [odd names] ("a ""quoted""" INTEGER PRIMARY KEY AUTOINCREMENT, [b c] TEXT DEFAULT 'it''s', \`d\` NUMERIC DEFAULT 1.5, e BLOB DEFAULT x'00ff',
  f, g BOOLEAN DEFAULT TRUE, h DATETIME DEFAULT CURRENT_TIMESTAMP, i DATE DEFAULT (date('now')), j VARCHAR(10) COLLATE NOCASE UNIQUE, k TEXT DEFAULT CURRENT_TIMESTAMP,
  l INT GENERATED ALWAYS AS (d * 2) STORED, m TEXT AS ("b c" || '!') VIRTUAL, n REAL CHECK (n > 0), o TEXT CHECK (o IN ('x', 'y') AND length(o) < 3),
  p TEXT CHECK (p GLOB 'a*'), q INTEGER DEFAULT (abs(-3)), r JSON, s UUID, u UNSIGNED BIG INT, v DECIMAL(10,2), w TIME, CHECK (typeof(q) = 'integer'));
INSERT INTO [odd names] (n) VALUES (1);
CREATE INDEX partial ON [odd names] (j) WHERE g = 1;
CREATE UNIQUE INDEX computed ON [odd names] (lower([b c]), d DESC);
CREATE TABLE two (a TEXT NOT NULL, b TEXT NOT NULL, c INTEGER REFERENCES [odd names], PRIMARY KEY (a, b), FOREIGN KEY (a, b) REFERENCES two (a, b)) WITHOUT ROWID;
CREATE TABLE strict_one (id INT PRIMARY KEY, t TEXT NOT NULL, x ANY) STRICT;
CREATE VIEW seen AS SELECT [b c] AS bc FROM [odd names] WHERE g;
CREATE TRIGGER bump AFTER INSERT ON two BEGIN UPDATE two SET c = 1 WHERE a = NEW.a; END;
CREATE VIRTUAL TABLE words USING fts5(t);
`
