/** What lint says of files that naru wrote itself: nothing where the change is harmless, and the loss where there is one. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { autogenerate } from '../../src/app/revisions/autogenerate.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import type { Family } from '../../src/schema/sql-body.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { setupFor } from './making.ts'

/** Generates a revision for each state; gives what lint finds in each. */
async function findings(engine: Family, states: readonly string[], dev?: string): Promise<string[][]> {
  await using files = await freshFiles()
  const models = join(files.path, 'models.sql')
  const setup = await setupFor(join(files.path, 'migrations'), { engine, models, dev })
  const found: string[][] = []
  for (const [i, state] of states.entries()) {
    await writeFile(models, state)
    const made = await autogenerate(setup, { revision: { message: `state ${i}` }, proof: false })
    expect(made.outcome).toBe('written')
    const text = await readFile(made.path!, 'utf8')
    const linted = await lintSql(text, { engine, inTransaction: engine !== 'mysql' })
    found.push(linted.findings.map((f) => `${f.code}: ${f.message}`))
  }
  return found
}

const SQLITE = (members: string, loans: string, more = '') => `
CREATE TABLE members (id INTEGER PRIMARY KEY, ${members});
CREATE TABLE loans (id INTEGER PRIMARY KEY, member INTEGER NOT NULL REFERENCES members(id)${loans});
CREATE INDEX loans_member ON loans (member);
${more}`

test('SQLite: tables made anew are no hazards, a column that goes with one is', async () => {
  const states = [
    SQLITE('name TEXT NOT NULL', ''),
    // One without foreign keys around it, then both, with what stands on them.
    SQLITE('name TEXT NOT NULL', '', 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);'),
    SQLITE(
      'name TEXT NOT NULL COLLATE NOCASE, nick TEXT',
      ' ON DELETE CASCADE, due TEXT',
      'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL); CREATE VIEW v AS SELECT id, name FROM members;',
    ),
    SQLITE('name TEXT NOT NULL COLLATE NOCASE UNIQUE', ' ON DELETE CASCADE, due TEXT'),
  ]
  const found = await findings('sqlite', states)
  expect(found.slice(0, 3)).toEqual([[], [], []])
  expect(found[3]).toContain('loses-data: column members.nick is dropped with its values')
  expect(found[3].join('\n')).toContain('drop-table: table notes is dropped with its rows')
  // The old tables of the rebuilds go silently.
  expect(found[3].join('\n')).not.toMatch(/naru_/)
})

test('PostgreSQL', async () => {
  const state = (column: string, more: string) => `
    CREATE TABLE books (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL${column});${more}`
  const found = await findings('postgres', [
    state(', code varchar(10)', "CREATE TYPE mood AS ENUM ('ok');"),
    state(
      ', code varchar(20), pages int NOT NULL DEFAULT 0',
      `CREATE TYPE mood AS ENUM ('ok', 'fine'); CREATE VIEW v AS SELECT id FROM books; COMMENT ON TABLE books IS 'x';
       CREATE TABLE shelves (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood); CREATE INDEX ON shelves (m);`,
    ),
    state('', "CREATE TYPE mood AS ENUM ('ok', 'fine');"),
  ])
  // A limit is a choice of the models.
  expect(found.slice(0, 2).map((all) => all.filter((f) => !f.startsWith('varchar-type')))).toEqual([[], []])
  expect(found[2].join('\n')).toMatch(/drop-column: column public.books.pages is dropped with its values/)
  expect(found[2].join('\n')).not.toContain('loses-data')
})

test('MariaDB', async () => {
  await using server = await freshDatabase('mysql')
  const state = (column: string, more = '') => `
    CREATE TABLE books (id bigint PRIMARY KEY AUTO_INCREMENT, title varchar(50) NOT NULL${column});${more}`
  const states = [
    state(', pages int DEFAULT 0'),
    state(
      ', pages int DEFAULT 1, kind enum("a", "b")',
      'CREATE TABLE shelves (id bigint PRIMARY KEY, no int, KEY by_no (no)); CREATE TRIGGER t BEFORE INSERT ON books FOR EACH ROW SET NEW.kind = "a";',
    ),
    state(', pages bigint DEFAULT 1, kind enum("a", "b")'),
  ]
  const found = await findings('mysql', states, server.url)
  expect(found.slice(0, 2)).toEqual([[], []])
  // This one is a copy of the table.
  expect(found[2].join('\n')).toMatch(/change-column-type: books.pages/)
})
