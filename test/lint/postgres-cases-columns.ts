/** PostgreSQL: cases of rules about new columns, NULL and constraints. */
import { type Cases, IN, up } from './cases.ts'

export const COLUMN_CASES: Cases = {
  'add-column-default': {
    fires: [
      'ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD a int DEFAULT (random() * 5)::int',
      'ALTER TABLE t ADD a text DEFAULT own_function(5)',
      ['ALTER TABLE t ADD a int DEFAULT 5', { version: '10.3' }],
    ],
    silent: [
      'ALTER TABLE t ADD COLUMN a int DEFAULT 5',
      "ALTER TABLE t ADD a timestamptz DEFAULT now(), ADD b text DEFAULT lower('X'), ADD c date DEFAULT current_date",
      'CREATE TABLE t (b int); ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()',
      ['ALTER TABLE t ADD a int DEFAULT 5', { version: '11.0' }],
    ],
  },
  'add-column-not-null': {
    fires: ['ALTER TABLE t ADD COLUMN a int NOT NULL', 'ALTER TABLE ONLY s.t ADD a text PRIMARY KEY, ADD b int'],
    silent: [
      'ALTER TABLE t ADD a int NOT NULL DEFAULT 0',
      'ALTER TABLE t ADD a int NOT NULL GENERATED ALWAYS AS IDENTITY',
      'ALTER TABLE t ADD a bigserial PRIMARY KEY',
      'CREATE TABLE t (b int); ALTER TABLE t ADD a int NOT NULL',
    ],
  },
  'add-column-generated': {
    fires: [
      'ALTER TABLE t ADD a int GENERATED ALWAYS AS (b * 2) STORED',
      'ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b * 3)',
    ],
    silent: [
      'ALTER TABLE t ADD a int GENERATED ALWAYS AS (b * 2) VIRTUAL',
      'CREATE TABLE t (b int, a int GENERATED ALWAYS AS (b * 2) STORED)',
    ],
  },
  'add-column-auto-increment': {
    fires: ['ALTER TABLE t ADD id bigserial', 'ALTER TABLE t ADD id bigint GENERATED ALWAYS AS IDENTITY'],
    silent: ['ALTER TABLE t ADD id "serial"', 'CREATE TABLE t (id bigserial)'],
  },
  'set-not-null': {
    fires: [
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE IF EXISTS ONLY "s"."t" ALTER "a b" SET NOT NULL',
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a',
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t ALTER a SET NOT NULL',
      up('ALTER TABLE t ALTER COLUMN a SET NOT NULL'),
      ['ALTER TABLE t ALTER COLUMN a SET NOT NULL', IN],
      [
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL',
        { version: '11' },
      ],
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL',
      'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL',
    ],
  },
  'drop-not-null': {
    fires: ['ALTER TABLE t ALTER a DROP NOT NULL'],
    silent: ['CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL'],
  },
  'domain-constraint': {
    fires: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)', 'ALTER DOMAIN d SET NOT NULL'],
    silent: ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0) NOT VALID', 'ALTER DOMAIN d DROP NOT NULL'],
  },
  'domain-with-constraint': {
    fires: ['CREATE DOMAIN d AS int CHECK (value > 0)', 'CREATE DOMAIN d AS text NOT NULL'],
    silent: ['CREATE DOMAIN d AS int DEFAULT 5'],
  },
  'foreign-key-validates': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT "f k" FOREIGN KEY (a) REFERENCES u',
      'ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES u (c, d) ON DELETE CASCADE DEFERRABLE -- why',
      'ALTER TABLE t ADD COLUMN x int, ADD FOREIGN KEY (x) REFERENCES u, DROP COLUMN y',
      'ALTER TABLE t ADD COLUMN x int DEFAULT 5 REFERENCES u',
      up('ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;'),
      ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u', IN],
    ],
    silent: [
      'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u',
      'ALTER TABLE t ADD COLUMN x int REFERENCES u',
    ],
  },
  'check-validates': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
      "ALTER TABLE s.t ADD CHECK (a <> ',')",
      'ALTER TABLE t ADD COLUMN a int DEFAULT 5 CHECK (a > 0)',
      up('ALTER TABLE t ADD CHECK (a > 0) /* 한글 */;'),
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID',
      'CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0)',
    ],
  },
  'unique-builds-index': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, "b c")',
      'ALTER TABLE s.t ADD UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE',
      'ALTER TABLE t ADD PRIMARY KEY (a)',
      'ALTER TABLE t ADD UNIQUE (a) INCLUDE (b)',
      'ALTER TABLE t ADD COLUMN a text UNIQUE',
      up('ALTER TABLE t ADD UNIQUE (a)'),
      ['ALTER TABLE t ADD UNIQUE (a)', IN],
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i',
      'CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a)',
    ],
  },
  'exclusion-constraint': {
    fires: ['ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (r WITH &&)'],
    silent: ['CREATE TABLE t (r int4range); ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)'],
  },
  'validate-in-same-transaction': {
    fires: [
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
      up('ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c;'),
    ],
    silent: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c',
      'BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; COMMIT; BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT',
      up(
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\n-- naru:no-transaction\nALTER TABLE t VALIDATE CONSTRAINT c;',
      ),
      up(
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; CREATE INDEX CONCURRENTLY i ON t (a); ALTER TABLE t VALIDATE CONSTRAINT c;',
      ),
    ],
  },
}
