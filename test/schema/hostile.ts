/** Schemas whose names and values do everything to break generated code. */

const PG = `
CREATE TYPE "mood's" AS ENUM ('ok', 'it''s', 'a"b', 'back\\slash', '\${x}', '한글');
CREATE TABLE "order items" (
  "2fa" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "class" text NOT NULL DEFAULT 'it''s \`quoted\` \${code} \\ "x"',
  "first name" text, "first_name" text, "firstName" text,
  "constructor" text, "__proto__" text, "toString" text, "_" text, "enableRLS" boolean DEFAULT true,
  "이름" varchar(20), "😀" text, "a""b" text, "c'd" text, "e\`f" text, "back\\slash" text, "\${x}" text, "line
feed" text,
  "mood" "mood's" DEFAULT 'it''s', "moods" "mood's"[], tags text[] DEFAULT '{}', matrix integer[][],
  big bigint DEFAULT 9007199254740993, price numeric(10,0), exact numeric(12,3) DEFAULT 1.500, wide numeric,
  at timestamptz(3) DEFAULT now(), day date DEFAULT CURRENT_DATE, t time(2), span interval, doc jsonb DEFAULT '{"a": "it''s"}',
  search tsvector, bits bit(3), addr inet, id uuid DEFAULT gen_random_uuid(), raw bytea DEFAULT '\\x00ff', sm smallint NOT NULL DEFAULT -1,
  double double precision DEFAULT 1.5, twice integer GENERATED ALWAYS AS (sm * 2) STORED,
  CONSTRAINT "check \`it\`" CHECK (sm > -10 AND "class" <> 'x\`\${y}'),
  CONSTRAINT "a unique's" UNIQUE ("first name", "이름"),
  UNIQUE ("c'd")
);
COMMENT ON TABLE "order items" IS 'ends */ the comment
second line';
COMMENT ON COLUMN "order items"."class" IS 'a */ too';
CREATE INDEX "idx \${x}" ON "order items" ("a""b" DESC, lower("e\`f"), day DESC NULLS LAST) WHERE "class" <> 'it''s \`';
CREATE INDEX idx_gin ON "order items" USING gin (doc jsonb_path_ops);
CREATE UNIQUE INDEX covering ON "order items" (big) INCLUDE (price);
CREATE TABLE "date" (id serial PRIMARY KEY, "text" integer REFERENCES "order items" ("2fa") ON DELETE CASCADE, "index" integer);
CREATE TABLE "class" (id bigserial PRIMARY KEY, parent_id bigint REFERENCES "class" (id), "date_id" integer CONSTRAINT "to date" REFERENCES "date" (id) DEFERRABLE);
ALTER TABLE "date" ADD "class_id" bigint CONSTRAINT "to class" REFERENCES "class" (id);
CREATE TABLE "constructor" (id integer, "__proto__" integer, CONSTRAINT "its key" PRIMARY KEY (id, "__proto__"));
CREATE TABLE "__proto__" (a integer, b integer, CONSTRAINT pair FOREIGN KEY (a, b) REFERENCES "constructor" (id, "__proto__"));
CREATE TABLE "orderItems" (id integer PRIMARY KEY); CREATE TABLE "order_items" (id integer PRIMARY KEY); CREATE TABLE "ORDER-ITEMS" ();
CREATE TABLE "주문" ("번호" integer PRIMARY KEY); CREATE TABLE "💥" (id integer); CREATE TABLE "1" (id integer);
CREATE TABLE circle_a (id integer PRIMARY KEY, b integer, c integer, UNIQUE (id, b));
CREATE TABLE circle_b (id integer PRIMARY KEY, a integer, b integer, CONSTRAINT wide_a FOREIGN KEY (a, b) REFERENCES circle_a (id, b), UNIQUE (id, a));
ALTER TABLE circle_a ADD CONSTRAINT wide_b FOREIGN KEY (b, c) REFERENCES circle_b (id, a);
CREATE TABLE one_to_one (id integer PRIMARY KEY REFERENCES circle_a (id), first integer REFERENCES circle_a (id), second integer UNIQUE REFERENCES circle_a (id));
CREATE VIEW "the view's" AS SELECT "2fa", "class", "mood", moods FROM "order items";
CREATE MATERIALIZED VIEW relations AS SELECT id FROM "date";
`

const MYSQL = `
CREATE TABLE \`order items\` (
  \`2fa\` int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  \`class\` varchar(80) NOT NULL DEFAULT 'it''s \`quoted\` \${code} \\\\ "x"' COMMENT 'a */ too',
  \`first name\` text, \`first_name\` text, \`firstName\` text,
  \`constructor\` text, \`__proto__\` text, \`_\` text, \`이름\` varchar(20), \`a"b\` text, \`c'd\` text, \`e\`\`f\` varchar(9),
  mood enum('ok','it''s','a"b','\${x}','한글') DEFAULT 'it''s', kinds set('a','b') DEFAULT 'a,b',
  big bigint unsigned DEFAULT 18446744073709551615, flag tinyint(1) DEFAULT 1, odd int(5) unsigned zerofill, price decimal(10,2) DEFAULT 1.50,
  at datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), ts timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  y year, d date DEFAULT '2020-01-01', t time(2), b bit(3), raw varbinary(9), pic longblob, doc json, f float(7,3), sm smallint NOT NULL DEFAULT -1,
  twice int GENERATED ALWAYS AS (sm * 2) STORED, thrice int GENERATED ALWAYS AS (sm * 3) VIRTUAL,
  CONSTRAINT \`check 'it'\` CHECK (sm > -10),
  UNIQUE KEY \`a unique's\` (\`class\`, \`이름\`), KEY prefixed (\`first name\`(10)), KEY falling (sm DESC), FULLTEXT KEY words (\`first_name\`)
) COMMENT='ends */ the comment';
CREATE TABLE \`date\` (id int PRIMARY KEY, \`text\` int unsigned, CONSTRAINT \`to items\` FOREIGN KEY (\`text\`) REFERENCES \`order items\` (\`2fa\`) ON DELETE CASCADE);
CREATE TABLE \`class\` (id bigint AUTO_INCREMENT PRIMARY KEY, parent_id bigint, date_id int, FOREIGN KEY (parent_id) REFERENCES \`class\` (id), FOREIGN KEY (date_id) REFERENCES \`date\` (id));
ALTER TABLE \`date\` ADD class_id bigint, ADD CONSTRAINT \`to class\` FOREIGN KEY (class_id) REFERENCES \`class\` (id);
CREATE TABLE \`constructor\` (id int, \`__proto__\` int, PRIMARY KEY (id, \`__proto__\`));
CREATE TABLE \`__proto__\` (a int, b int, CONSTRAINT pair FOREIGN KEY (a, b) REFERENCES \`constructor\` (id, \`__proto__\`));
CREATE TABLE \`주문\` (\`번호\` int PRIMARY KEY); CREATE TABLE \`1\` (id int);
CREATE VIEW \`the view's\` AS SELECT \`2fa\`, \`class\`, mood FROM \`order items\`;
`

const SQLITE = `
CREATE TABLE "order items" (
  "2fa" INTEGER PRIMARY KEY AUTOINCREMENT, "class" TEXT NOT NULL DEFAULT 'it''s \`quoted\` \${code} \\ "x"',
  "first name" NVARCHAR(20), first_name, "constructor" TEXT COLLATE NOCASE, "__proto__" BLOB, "_" REAL DEFAULT 1.5, "이름" DATETIME DEFAULT CURRENT_TIMESTAMP,
  "a""b" BOOLEAN DEFAULT 1, "c'd" NUMERIC(10,2), sm INT NOT NULL DEFAULT -1, twice INT GENERATED ALWAYS AS (sm * 2) STORED, "😀" TEXT DEFAULT (lower('X')),
  CONSTRAINT "check it" CHECK (sm > -10), CONSTRAINT "a unique's" UNIQUE ("first name", "이름"), UNIQUE (sm)
);
CREATE INDEX "idx \${x}" ON "order items" ("a""b" DESC, lower("class")) WHERE sm > 0;
CREATE TABLE "date" (id INTEGER PRIMARY KEY, "text" INTEGER REFERENCES "order items" ("2fa") ON DELETE CASCADE, class_id INTEGER REFERENCES "class" (id));
CREATE TABLE "class" (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES "class" (id), date_id INTEGER REFERENCES "date" (id)) STRICT;
CREATE TABLE "constructor" (id INTEGER, "__proto__" INTEGER, PRIMARY KEY (id, "__proto__")) WITHOUT ROWID;
CREATE TABLE "__proto__" (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES "constructor" (id, "__proto__"));
CREATE TABLE "주문" ("번호" INTEGER PRIMARY KEY); CREATE TABLE "1" (id INTEGER);
CREATE VIEW "the view's" AS SELECT "2fa", "class" FROM "order items";
CREATE TRIGGER "a trigger" AFTER INSERT ON "1" BEGIN SELECT CASE WHEN new.id > 5 THEN 1 END; DELETE FROM "1" WHERE id = 7; END;
`

/** SQL by engine. */
export const HOSTILE: Readonly<Record<'postgres' | 'mysql' | 'sqlite', string>> = {
  postgres: PG,
  mysql: MYSQL,
  sqlite: SQLITE,
}
