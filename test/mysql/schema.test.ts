/** Everything that a table can have on MariaDB, inspected, built elsewhere and inspected again. */
import { describe, expect, it } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import type { Schema, Table } from '../../src/core/schema.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { buildTables, copyTable, finishTables } from './tables.ts'

/** `mariadb`: only there. */
const TABLES: readonly (readonly [what: string, sql: string, mariadb?: true])[] = [
  [
    'defaults of every kind',
    `CREATE TABLE t (id int unsigned zerofill NOT NULL AUTO_INCREMENT PRIMARY KEY, e enum('a','it''s','b\\\\c','q"q','comma,x','') CHARACTER SET latin1 DEFAULT 'it''s',
      s set('x','y y') NOT NULL DEFAULT 'x', d decimal(10,2) DEFAULT 1.50, x text DEFAULT ('abc'), j json DEFAULT ('{}'), b bit(5) DEFAULT b'101', dt datetime(3) DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3),
      ts timestamp NULL DEFAULT '2020-01-02 03:04:05', ts2 timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(), dd date DEFAULT (curdate()), z datetime NOT NULL DEFAULT '0000-00-00 00:00:00', bi binary(4) DEFAULT 'ab', vb varbinary(10) DEFAULT 0xff00,
      n int DEFAULT NULL, nn int NOT NULL, y year DEFAULT 2020, ex int DEFAULT (1 + 2), f float DEFAULT 0.1, g double DEFAULT 1e100, st varchar(30) DEFAULT 'now()', nx varchar(10) NOT NULL DEFAULT '', em varchar(10) DEFAULT '😀?', bs varchar(10) DEFAULT 'a\\\\b''c', cm int COMMENT 'it''s \\\\ "c" %', u char(36) DEFAULT (uuid()))`,
  ],
  [
    'generated columns and checks',
    `CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, s varchar(50) AS (concat('it''s ', a, '\\\\')) STORED, w varchar(10) CHECK (w <> ')'), j longtext CHARACTER SET latin1 CHECK (json_valid(j)),
      CONSTRAINT positive CHECK (a > 0), CONSTRAINT \`odd \`\`name\` CHECK (w not in ('x''', '(')), KEY (v), KEY (s))`,
  ],
  [
    'indexes of every kind',
    `CREATE TABLE t (id bigint PRIMARY KEY, a varchar(100) NOT NULL, b int, c text, d blob, p point NOT NULL, e varchar(20) CHARACTER SET ascii NOT NULL, UNIQUE KEY ua (a), UNIQUE KEY ub (b), UNIQUE KEY uap (a(10), b), KEY ka (a(5) DESC, b) COMMENT 'it''s', KEY kc (c(20)), KEY kd (d(30), e),
      FULLTEXT KEY fa (a), FULLTEXT KEY fac (a, c), SPATIAL KEY sp (p), KEY \`odd \`\`na me\` (e))`,
  ],
  [
    'an unnamed column for AUTO_INCREMENT in a second key',
    'CREATE TABLE t (a int NOT NULL, n int NOT NULL AUTO_INCREMENT, PRIMARY KEY (a, n), KEY (n)) AUTO_INCREMENT=77',
  ],
  [
    'AUTO_INCREMENT with a unique key only',
    'CREATE TABLE t (a int, n bigint unsigned NOT NULL AUTO_INCREMENT, UNIQUE KEY un (n)) AUTO_INCREMENT=18446744073709551000',
  ],
  [
    'groups counted by MyISAM',
    "CREATE TABLE t (g char(2) NOT NULL, n int NOT NULL AUTO_INCREMENT, v int, PRIMARY KEY (g, n)) ENGINE=MyISAM COMMENT='kept'",
  ],
  [
    'options',
    "CREATE TABLE t (id int PRIMARY KEY, v varchar(10) COLLATE utf8mb4_bin) ENGINE=InnoDB CHARSET=latin1 COLLATE=latin1_german1_ci ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=1 COMMENT='it''s a \"table\" \\\\'",
  ],
  [
    'partitions by range',
    'CREATE TABLE t (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (year(d)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN MAXVALUE)',
  ],
  ['partitions by hash', 'CREATE TABLE t (id int NOT NULL PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4'],
  [
    'an in-memory table',
    'CREATE TABLE t (id int PRIMARY KEY, a int, KEY kb (a) USING BTREE, KEY kh (a) USING HASH) ENGINE=MEMORY',
  ],
  ['no key at all', 'CREATE TABLE t (a int, b text)'],
  ['invisible columns', 'CREATE TABLE t (id int PRIMARY KEY, v int INVISIBLE DEFAULT 3)'],
  [
    'JSON in its own words',
    "CREATE TABLE t (id int PRIMARY KEY, j json, k json NOT NULL CHECK (json_length(k) < 5), l json COMMENT 'x')",
  ],
  [
    'column types with a charset of their own',
    "CREATE TABLE t (id int PRIMARY KEY, a varchar(10) CHARACTER SET gbk, b text CHARACTER SET utf16 COLLATE utf16_bin, c enum('x') CHARACTER SET utf8mb3, d char(3) COLLATE utf8mb4_unicode_ci)",
  ],
  [
    'types that only MariaDB has',
    "CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid(), a inet4, b inet6 DEFAULT '::1')",
    true,
  ],
  ['indexes that are ignored', "CREATE TABLE t (id int PRIMARY KEY, a int, KEY ia (a) COMMENT 'c' IGNORED)", true],
  ['long unique keys', 'CREATE TABLE t (id int PRIMARY KEY, a text, UNIQUE KEY ua (a))', true],
  ['system versioning', 'CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING', true],
  [
    'system versioning with columns of its own',
    'CREATE TABLE t (id int PRIMARY KEY, a int, f timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, u timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (f, u)) WITH SYSTEM VERSIONING',
    true,
  ],
]

function shape({ tables }: Schema): unknown {
  return tables.map(({ rows: _, bytes: __, ...rest }: Table) => rest)
}

async function both(work: (from: Database, to: Database) => Promise<void>): Promise<void> {
  await using a = await freshDatabase('mysql')
  await using b = await freshDatabase('mysql')
  await using from = await mysql.open(mysql.parse(a.url), { role: 'target' })
  await using to = await mysql.open(mysql.parse(b.url), { role: 'target' })
  await work(from, to)
}

describe('a table with', () => {
  it.for(TABLES)('%s comes out as it is', async ([, sql, mariadb]) => {
    await both(async (from, to) => {
      if (mariadb && from.flavor !== 'mariadb') return
      await from.execute(sql)
      const schema = await from.inspect()
      await buildTables(to, schema)
      await finishTables(to, schema)
      expect(shape(await to.inspect())).toEqual(shape(schema))
      const [one, two] = await Promise.all([from, to].map((db) => db.query('SHOW CREATE TABLE t')))
      expect(created(two[0])).toEqual(created(one[0]))
    })
  })
})

/** What the server says, its lines sorted: indexes that are added later stand in another order. MySQL keeps whether a column names its charset. */
function created(row: Readonly<Record<string, unknown>>): string[] {
  return String(row['Create Table'])
    .split('\n')
    .map((l) => l.replace(/,$/, '').replace(' CHARACTER SET utf8mb4 COLLATE', ' COLLATE'))
    .sort()
}

it('what inspect tells of a table', async () => {
  await both(async (db) => {
    for (const [, sql] of TABLES.slice(0, 1)) await db.execute(sql)
    const [t] = (await db.inspect()).tables
    const defaults = Object.fromEntries(t.columns.map((c) => [c.name, c.default]))
    expect(defaults).toMatchObject({
      e: { kind: 'value', text: "it's" },
      d: { kind: 'value', text: '1.50' },
      x: { kind: 'value', text: 'abc' },
      b: { kind: 'value', text: '00101' },
      dt: { kind: 'now', of: 'timestamp' },
      ts: { kind: 'value', text: '2020-01-02 03:04:05+00' },
      dd: { kind: 'now', of: 'date' },
      z: { kind: 'value', text: '0000-00-00 00:00:00' },
      vb: { kind: 'value', text: 'ff00' },
      ex: { kind: 'expression', sql: '1 + 2' },
      st: { kind: 'value', text: 'now()' },
      nx: { kind: 'value', text: '' },
      em: { kind: 'value', text: '😀?' },
      bs: { kind: 'value', text: "a\\b'c" },
      u: { kind: 'uuid' },
    })
    expect(defaults.n).toBeUndefined()
    expect(t.columns.find((c) => c.name === 'dt')).toMatchObject({ onUpdateNow: true, type: { native: 'datetime(3)' } })
    expect(t.columns.find((c) => c.name === 'e')).toMatchObject({ charset: 'latin1', caseInsensitive: true })
    expect(t.columns.find((c) => c.name === 'j')?.type).toEqual({
      logical: { kind: 'json', binary: true },
      native: 'json',
    })
  })
})

it('foreign keys, views, triggers, routines, events and sequences', async () => {
  await both(async (from, to) => {
    await from.execute(`CREATE TABLE p (id int PRIMARY KEY, k varchar(10), UNIQUE (k)); CREATE TABLE c (id int PRIMARY KEY, p int, k varchar(10), up int,
      CONSTRAINT fk1 FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL, CONSTRAINT \`fk two\` FOREIGN KEY (k) REFERENCES p (k), CONSTRAINT fk3 FOREIGN KEY (up) REFERENCES c (id) ON DELETE NO ACTION);
      CREATE VIEW v AS SELECT id FROM p; CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET NEW.k = upper(NEW.k); CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; CREATE PROCEDURE pr() SELECT 1; CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1`)
    if (from.flavor === 'mariadb') await from.execute('CREATE SEQUENCE sq START 5 INCREMENT 2; DO nextval(sq)')
    const schema = await from.inspect()
    expect(schema.tables.map((t) => t.name.name)).toEqual(['c', 'p'])
    const kinds = [
      'view',
      ...(from.flavor === 'mariadb' ? ['sequence'] : []),
      'trigger',
      'function',
      'procedure',
      'event',
    ]
    expect(schema.others.map((o) => o.kind)).toEqual(kinds)
    expect(schema.others.find((o) => o.kind === 'trigger')).toMatchObject({
      name: { name: 'tr' },
      table: { name: 'p' },
      definition: expect.stringContaining('upper'),
    })
    await buildTables(to, schema)
    await finishTables(to, schema)
    expect(shape(await to.inspect())).toEqual(shape(schema))
    if (from.flavor !== 'mariadb') return
    const next = schema.others.find((o) => o.kind === 'sequence')?.next
    expect((await to.query('SELECT nextval(sq) AS n'))[0].n).toBe(next)
  })
})

it('labels beyond the basic plane are told by the rows that use them', async () => {
  await both(async (from, to) => {
    await from.execute(
      "CREATE TABLE t (id int PRIMARY KEY, e enum('가','😀','?')); INSERT INTO t VALUES (1,'😀'),(2,'가'),(3,'?')",
    )
    const schema = await from.inspect()
    expect(schema.tables[0].columns[1].type.logical).toEqual({ kind: 'enum', values: ['가', '😀', '?'] })
    await buildTables(to, schema)
    await to.ledger().prepare()
    expect(await copyTable(from, to, schema.tables[0], schema.tables[0].columns)).toBe(3)
    expect((await to.query('SELECT hex(e) AS h FROM t WHERE id = 1'))[0].h).toBe('F09F9880')
  })
})

it('the counter is what the table would hand out next', async () => {
  await both(async (from, to) => {
    await from.execute(
      'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v int); INSERT INTO t VALUES (4999, 1), (7, 2); DELETE FROM t WHERE id = 4999',
    )
    const [t] = (await from.inspect()).tables
    expect(t.counter).toEqual({ column: 'id', next: 5000n })
    await buildTables(to, await from.inspect())
    for (const step of mysql.dialect.ddl.counter(t, 5000n)) await to.execute(step.sql)
    await to.execute('INSERT INTO t (v) VALUES (1)')
    expect((await to.query('SELECT id FROM t'))[0].id).toBe(5000)
  })
})

it('MyISAM tables become InnoDB, so that rows and marks land together', async () => {
  await both(async (from, to) => {
    await from.execute(
      'CREATE TABLE t (id int PRIMARY KEY, v text, FULLTEXT KEY f (v)) ENGINE=MyISAM PACK_KEYS=1 ROW_FORMAT=FIXED',
    )
    const schema = await from.inspect()
    const [step] = mysql.dialect.ddl.table(schema.tables[0])
    expect(step.why).toContain('InnoDB instead of MyISAM')
    await buildTables(to, schema)
    await finishTables(to, schema)
    expect((await to.inspect()).tables[0].options.engine).toBe('InnoDB')
  })
})

it('a foreign key whose rows refer to none is told as orphans', async () => {
  await both(async (db) => {
    await db.execute(
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int); INSERT INTO c VALUES (1, 7), (2, NULL)',
    )
    const [c] = (await db.inspect()).tables
    const fk = {
      name: 'fk',
      columns: ['p'],
      references: { name: 'p' },
      referencedColumns: ['id'],
      onUpdate: 'restrict',
      onDelete: 'cascade',
    } as const
    const [add, validate] = mysql.dialect.ddl.foreignKeys({ ...c, foreignKeys: [fk] })
    await db.execute(add.sql)
    expect((await db.query(add.exists ?? '')).length).toBe(1)
    await expect(db.execute(validate.sql)).rejects.toMatchObject({ code: 'ORPHANS' })
    await db.execute('INSERT INTO p VALUES (7)')
    await db.execute(validate.sql)
  })
})
