import { describe, expect, test } from 'vitest'
import { columnsOf, readRows, sqliteFile, tableOf } from '../../../test/engines/sqlite-fixture.ts'
import { freshDatabase } from '../../../test/harness/database.ts'
import { dataset, datasetNames, datasetsAvailable, loadDataset } from '../../../test/harness/datasets.ts'
import type { Database } from '../../core/engine.ts'
import type { Schema, Table } from '../../core/schema.ts'
import { sqlite } from './index.ts'

const { ddl } = sqlite.dialect

async function build(db: Database, tables: readonly Table[]): Promise<void> {
  for (const t of tables) for (const step of ddl.table(t)) await db.execute(step.sql)
  for (const t of tables)
    for (const step of [...ddl.indexes(t), ...ddl.constraints(t), ...ddl.foreignKeys(t)]) await db.execute(step.sql)
}

/** Without what depends on the rows. */
function structure(schema: Schema): Table[] {
  return schema.tables.map(({ rows: _r, bytes: _b, counter: _c, ...t }) => t)
}

/** Without the text that the table was made from. */
function meaning(schema: Schema): unknown[] {
  return structure(schema).map(({ options: { sql: _, ...options }, indexes, ...t }) => ({
    ...t,
    options,
    indexes: indexes.map(({ definition: __, ...i }) => i),
  }))
}

async function remade(tables: readonly Table[]): Promise<Schema> {
  await using copy = await sqliteFile()
  const db = await copy.open('target')
  await build(db, tables)
  return db.inspect()
}

const HARD = `
CREATE TABLE "par""ent" (id INTEGER PRIMARY KEY AUTOINCREMENT, "code x" VARCHAR(10) NOT NULL COLLATE NOCASE UNIQUE, v);
CREATE TABLE child (
  a TEXT NOT NULL DEFAULT 'it''s', -- a comment, with CHECK (in it)
  b INT NOT NULL /* (another */ DEFAULT -5,
  [c d] DECIMAL(10, 2) DEFAULT 1.50 CHECK ([c d] > 0 AND a <> 'x)'),
  e DATETIME DEFAULT CURRENT_TIMESTAMP,
  f DATE DEFAULT (date('now')),
  g AS (a || b) VIRTUAL,
  h INT GENERATED ALWAYS AS (b * 2) STORED,
  i BOOLEAN DEFAULT TRUE,
  j BLOB DEFAULT x'00ff',
  k TEXT DEFAULT (lower(hex(randomblob(4)))),
  l DATETIME DEFAULT 'CURRENT_TIMESTAMP',
  p INT REFERENCES "par""ent" ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT child_pk PRIMARY KEY (a, b),
  CONSTRAINT u1 UNIQUE (e, f),
  CONSTRAINT "not x" CHECK (a <> 'CHECK ('),
  FOREIGN KEY (a, b) REFERENCES CHILD (A, B) ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "ix one" ON child (e DESC, lower(a) COLLATE NOCASE) WHERE b > 0 AND a <> 'WHERE';
CREATE TABLE wr (a INT, b TEXT, PRIMARY KEY (a, b DESC)) WITHOUT ROWID;
CREATE TABLE st (id INTEGER PRIMARY KEY, x ANY, y TEXT) STRICT;
CREATE VIEW vw AS SELECT a FROM child;
CREATE TRIGGER tr AFTER INSERT ON wr BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE ft USING fts5(body);
CREATE TABLE naru_mark (x);
`

describe('a hard schema', () => {
  test('is understood', async () => {
    await using file = await sqliteFile(HARD)
    const schema = await (await file.open('source')).inspect()
    expect(schema.tables.map((t) => t.name.name)).toEqual(['par"ent', 'child', 'wr', 'st'])
    const child = schema.tables[1]
    const column = (name: string) => child.columns.find((c) => c.name === name)
    expect(column('a')?.default).toEqual({ kind: 'value', text: "it's" })
    expect(column('b')?.default).toEqual({ kind: 'value', text: '-5' })
    expect(column('e')?.default).toEqual({ kind: 'now', of: 'timestamp' })
    expect(column('f')?.default).toEqual({ kind: 'now', of: 'date' })
    expect(column('g')?.generated).toEqual({ expression: 'a || b', stored: false })
    expect(column('h')?.generated).toEqual({ expression: 'b * 2', stored: true })
    expect(column('i')?.default).toEqual({ kind: 'value', text: '1' })
    expect(column('k')?.default).toEqual({ kind: 'expression', sql: 'lower(hex(randomblob(4)))' })
    expect(column('l')?.default).toEqual({ kind: 'expression', sql: "'CURRENT_TIMESTAMP'" })
    expect(child.primaryKey).toEqual({ name: 'child_pk', columns: ['a', 'b'] })
    expect(child.uniques).toEqual([{ name: 'u1', columns: ['e', 'f'] }])
    expect(child.checks).toEqual([
      { name: 'child_check', expression: "[c d] > 0 AND a <> 'x)'" },
      { name: 'not x', expression: "a <> 'CHECK ('" },
    ])
    expect(
      child.foreignKeys.map((f) => [
        f.columns,
        f.references.name,
        f.referencedColumns,
        f.onDelete,
        f.initiallyDeferred,
      ]),
    ).toEqual([
      [['p'], 'par"ent', ['id'], 'set null', true],
      [['a', 'b'], 'child', ['a', 'b'], 'no action', undefined],
    ])
    expect(child.indexes[0]).toMatchObject({
      name: 'ix one',
      unique: true,
      where: "b > 0 AND a <> 'WHERE'",
      parts: [
        { column: 'e', descending: true },
        { expression: 'lower(a)', collation: 'NOCASE' },
      ],
    })
    expect(schema.tables[0].columns[1]).toMatchObject({ collation: 'NOCASE', caseInsensitive: true })
    expect(schema.tables[0].columns[0].identity).toBe('auto')
    expect(schema.tables[2].options['without rowid']).toBe('yes')
    expect(schema.tables[2].primaryKey?.parts?.[1]).toEqual({ column: 'b', descending: true })
    expect(schema.others.map((o) => [o.kind, o.name.name])).toEqual([
      ['view', 'vw'],
      ['trigger', 'tr'],
      ['virtual table', 'ft'],
    ])
  })

  test('is made again from its own text, and from the model alone', async () => {
    await using file = await sqliteFile(HARD)
    const schema = await (await file.open('source')).inspect()
    const again = await remade(schema.tables)
    expect(structure(again)).toEqual(structure(schema))
    const bare = schema.tables.map((t) => ({
      ...t,
      options: { ...t.options, sql: undefined as unknown as string },
      indexes: t.indexes,
    }))
    const modelled = await remade(bare.map((t) => (t.name.name === 'child' ? { ...t, options: {} } : t)))
    const plain = (s: Schema) => meaning(s).map((t) => JSON.parse(JSON.stringify(t)))
    const without = (t: { checks: { name: string }[] }) => t
    expect(plain(modelled)[1]).toEqual(without(plain(schema)[1]))
    expect(plain(modelled)[2]).toEqual(plain(schema)[2])
  })

  test('under other names', async () => {
    await using file = await sqliteFile(HARD)
    const schema = await (await file.open('source')).inspect()
    const renamed = schema.tables.slice(0, 2).map((t) => ({
      ...t,
      name: { name: `new ${t.name.name}` },
      indexes: t.indexes.map((i) => ({ ...i, name: `new ${i.name}` })),
      foreignKeys: t.foreignKeys.map((f) => ({ ...f, references: { name: `new ${f.references.name}` } })),
    }))
    const again = await remade(renamed)
    expect(again.tables.map((t) => t.name.name)).toEqual(['new par"ent', 'new child'])
    expect(again.tables[1].foreignKeys.map((f) => f.references.name)).toEqual(['new par"ent', 'new child'])
    expect(again.tables[1].indexes[0]).toMatchObject({ name: 'new ix one', where: "b > 0 AND a <> 'WHERE'" })
  })
})

describe.skipIf(!datasetsAvailable())('data sets', () => {
  test('are inspected, made again and hold the same rows', async () => {
    for (const name of await datasetNames('sqlite')) {
      await using place = await freshDatabase('sqlite')
      await loadDataset(name, place.url)
      await using db = await sqlite.open(sqlite.parse(place.url), { role: 'source' })
      const schema = await db.inspect()
      expect(structure(await remade(schema.tables)), name).toEqual(structure(schema))
      for (const [label, rows] of Object.entries((await dataset(name)).rows)) {
        const table = schema.tables.find((t) => t.name.name === label.split(':').at(-1))
        if (table === undefined || label.includes('autoinc')) continue
        const key = table.primaryKey?.columns ?? null
        const read = await readRows(db, table, columnsOf(table), { key, range: { kind: 'all' } })
        expect([label, read.rows.length + read.rejects.length]).toEqual([label, rows])
        expect(read.rejects.slice(0, 2), label).toEqual([])
      }
    }
  })
})

describe('what statements do', () => {
  test('the counter goes up, never down', async () => {
    await using file = await sqliteFile('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)')
    const db = await file.open('target')
    const table = await tableOf(db, 't')
    expect(table.counter).toEqual({ column: 'id', next: 1n })
    for (const next of [5000n, 10n]) for (const step of ddl.counter(table, next)) await db.execute(step.sql)
    expect((await tableOf(db, 't')).counter?.next).toBe(5000n)
    await db.execute("INSERT INTO t (v) VALUES ('x')")
    expect(await db.query('SELECT id FROM t')).toEqual([{ id: 5000 }])
  })

  test('ON UPDATE CURRENT_TIMESTAMP is a trigger that is known again', async () => {
    await using file = await sqliteFile(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, at TIMESTAMP); INSERT INTO t VALUES (1, 'a', '2000-01-01 00:00:00')",
    )
    const db = await file.open('target')
    const table = await tableOf(db, 't')
    const touched = { ...table, columns: table.columns.map((c) => (c.name === 'at' ? { ...c, onUpdateNow: true } : c)) }
    for (const step of ddl.constraints(touched)) {
      await db.execute(step.sql)
      expect(await db.query(step.exists ?? '')).toHaveLength(1)
    }
    const schema = await db.inspect()
    expect(schema.tables[0].columns[2].onUpdateNow).toBe(true)
    expect(schema.others).toEqual([])
    await db.execute("PRAGMA recursive_triggers = ON; UPDATE t SET v = 'b'")
    expect(await db.query("SELECT at > '2020' AS later FROM t")).toEqual([{ later: 1 }])
    await db.execute("UPDATE t SET at = '1999-01-01 00:00:00'")
    expect(await db.query('SELECT at FROM t')).toEqual([{ at: '1999-01-01 00:00:00' }])
  })

  test('orphans make the validation of a foreign key fail', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, NULL)',
    )
    const db = await file.open('target')
    const [step] = ddl.foreignKeys(await tableOf(db, 'c'))
    await db.execute(step.sql)
    await db.execute('INSERT INTO c VALUES (3, 9)')
    await expect(db.execute(step.sql)).rejects.toMatchObject({
      code: 'QUERY_FAILED',
      why: expect.stringContaining('rows of c refer to rows of p'),
    })
  })

  test('columns without a type mean what they hold', async () => {
    await using file = await sqliteFile(
      "CREATE TABLE t (i, r, s, b, m, n); INSERT INTO t VALUES (1, 1.5, 'x', x'00', 1, NULL), (2, 2, 'y', x'01', 'z', NULL)",
    )
    const table = await tableOf(await file.open('source'), 't')
    expect(table.columns.map((c) => c.type.logical.kind)).toEqual(['int', 'float', 'text', 'bytes', 'text', 'text'])
    expect(table.columns.every((c) => c.type.native === '')).toBe(true)
  })

  test('a primary key that forbids NULL nowhere is nullable only where it holds one', async () => {
    await using file = await sqliteFile(
      'CREATE TABLE t (k TEXT PRIMARY KEY); CREATE TABLE u (k TEXT PRIMARY KEY); INSERT INTO u VALUES (NULL)',
    )
    const db = await file.open('source')
    expect((await tableOf(db, 't')).columns[0].nullable).toBe(false)
    expect((await tableOf(db, 'u')).columns[0].nullable).toBe(true)
  })
})
