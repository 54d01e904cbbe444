import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diff } from '../../src/app/diff.ts'
import { inspect } from '../../src/app/inspect.ts'
import { openDatabase } from '../../src/app/open.ts'
import { loadState } from '../../src/app/state.ts'
import type { State } from '../../src/app/state-form.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { address, edited, modulesFolder, options } from './loading.ts'

const SHOP = `
CREATE DOMAIN cents AS integer CHECK (VALUE >= 0);
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE customer (id serial PRIMARY KEY, name varchar(40) NOT NULL, mail text UNIQUE, credit cents DEFAULT 0);
CREATE TABLE invoice (
  id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customer ON DELETE CASCADE DEFERRABLE, state state DEFAULT 'open',
  total numeric(10,2) CONSTRAINT positive CHECK (total > 0), made timestamptz DEFAULT now(), note text COLLATE "C"
);
CREATE INDEX by_state ON invoice (state, made DESC) INCLUDE (total);
CREATE INDEX by_note ON invoice (lower(note)) WHERE state = 'open';
COMMENT ON COLUMN invoice.total IS 'with tax';
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON invoice USING (total < 1000);
CREATE VIEW open_invoice AS SELECT id, total FROM invoice WHERE state = 'open';
`

let server: FreshDatabase
beforeAll(async () => {
  server = await freshDatabase('postgres')
})
afterAll(() => server[Symbol.asyncDispose]())

const onServer = async (path: string) => options(path, { dev: await address(server.url) })

/** SHOP in a live database, its module and sidecar in a folder. */
async function shop(path: string): Promise<State> {
  await using fresh = await freshDatabase('postgres')
  {
    await using db = await openDatabase(await address(fresh.url), { role: 'target' })
    await db.execute(SHOP)
  }
  const state = await loadState(fresh.url, options(path))
  const { files } = await inspect(state, { format: 'drizzle', out: 'schema.ts' })
  for (const file of files) await writeFile(join(path, file.path), file.text)
  return state
}

/** What differs, in short: `alter invoice: column total type`. */
async function differences(from: State, to: State): Promise<string[]> {
  const { changes } = await diff(from, to)
  return changes.flatMap((c) => {
    const name = (o: typeof c extends { object: infer O } ? O : never) =>
      (o as { table?: { name: { name: string } } }).table?.name.name ??
      (o as { object?: { name: { name: string } } }).object?.name.name
    if (c.kind !== 'alter') return [`${c.kind} ${name(c.object as never)}`]
    return c.edits.flatMap((e) => {
      const part = `${name(c.to as never)}: ${e.part} ${e.part === 'option' ? e.name : e.part === 'order' ? '' : (e.to ?? e.from)?.name}`
      if (e.from === null || e.to === null) return [`${part} ${e.from === null ? 'added' : 'dropped'}`]
      return e.aspects.length === 0 ? [part] : e.aspects.map((a) => `${part} ${a.name}`)
    })
  })
}

describe('a Drizzle module with its sidecar', () => {
  it('means exactly the database that it came from', async () => {
    await using files = await modulesFolder()
    const live = await shop(files.path)
    const again = await loadState('schema.ts', await onServer(files.path))
    expect(again.kind).toBe('drizzle')
    expect(await differences(live, again)).toEqual([])
    expect(await differences(again, live)).toEqual([])
  })

  it('means what its user wrote since, and keeps all else', async () => {
    await using files = await modulesFolder()
    const live = await shop(files.path)
    await edited(files.path, [
      ['varchar({ length: 40 })', 'varchar({ length: 80 })'],
      [
        '  note: text(),',
        "  note: text(),\n  paidAt: timestamp('paid_at', { withTimezone: true, mode: 'string' }).defaultNow(),",
      ],
      ["'open', 'paid'", "'open', 'paid', 'late'"],
      ['total > (0)::numeric', 'total >= (0)::numeric'],
      [/ {2}index\('by_note'\).*\n/, ''],
    ])
    const again = await loadState('schema.ts', await onServer(files.path))
    expect((await differences(live, again)).sort()).toEqual(
      [
        'customer: column name type',
        'invoice: check positive expression',
        'invoice: column paid_at added',
        'invoice: index by_note dropped',
        'state: option definition',
        'state: option values',
      ].sort(),
    )
    const invoice = again.schema.tables.find((t) => t.name.name === 'invoice')
    // Drizzle has no words for these.
    expect(invoice?.foreignKeys[0].deferrable).toBe(true)
    expect(invoice?.columns.find((c) => c.name === 'total')?.comment).toBe('with tax')
    expect(invoice?.columns.find((c) => c.name === 'note')?.collation).toMatch(/C/)
    expect(invoice?.indexes.find((i) => i.name === 'by_state')?.include).toEqual(['total'])
    // Spelled by the server.
    expect(invoice?.columns.find((c) => c.name === 'paid_at')).toMatchObject({
      type: { native: 'timestamp with time zone' },
      default: { kind: 'now' },
    })
  })

  it('takes new tables, lets go of those that are gone with what hangs on them', async () => {
    await using files = await modulesFolder()
    const live = await shop(files.path)
    await edited(files.path, [
      [
        /export const invoice = [\s\S]*?\n\]\)\n/,
        "export const tag = pgTable('tag', {\n  id: integer().primaryKey(),\n  label: text().notNull().unique(),\n})\n",
      ],
      [/export const openInvoice = [\s\S]*?existing\(\)\n/, ''],
      [/export const \w+Relations = [\s\S]*$/, ''],
    ])
    const again = await loadState('schema.ts', await onServer(files.path))
    const found = await differences(live, again)
    expect(found).toContain('drop invoice')
    expect(found).toContain('create tag')
    expect(again.schema.others.map((o) => o.kind)).not.toContain('policy')
    expect(again.schema.tables.find((t) => t.name.name === 'tag')?.uniques[0].columns).toEqual(['label'])
  })

  it('says so when the edit does not stand with what is left', async () => {
    await using files = await modulesFolder()
    await shop(files.path)
    await edited(files.path, [['total: numeric({ precision: 10, scale: 2 }),', '']])
    await expect(loadState('schema.ts', await onServer(files.path))).rejects.toMatchObject({ code: 'STATE_REFUSED' })
  })
})

describe('a Drizzle module alone', () => {
  it('is executed as it stands: every dialect, relative imports without ending', async () => {
    await using files = await modulesFolder()
    const modules = {
      pg: "import { integer, pgSchema, pgTable, serial, text, uniqueIndex } from 'drizzle-orm/pg-core'\nexport { extra } from './extra'\nexport const users = pgTable('users', { id: serial().primaryKey(), name: text().notNull().default('x'), age: integer() }, (t) => [uniqueIndex('by_name').on(t.name)])\n",
      sqlite:
        "import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'\nexport const users = sqliteTable('users', { id: integer().primaryKey({ autoIncrement: true }), name: text().notNull().default('x') })\n",
    }
    await writeFile(
      join(files.path, 'extra.ts'),
      "import { integer, pgTable } from 'drizzle-orm/pg-core'\nexport const extra = pgTable('extra', { id: integer() })\n",
    )
    for (const [name, text] of Object.entries(modules)) {
      await writeFile(join(files.path, `${name}.ts`), text)
      const { schema } = await loadState(`${name}.ts`, options(files.path))
      const users = schema.tables.find((t) => t.name.name === 'users')
      expect(users?.columns[0].identity).toBe('auto')
      expect(users?.columns[1]).toMatchObject({ nullable: false, default: { kind: 'value', text: 'x' } })
      expect(schema.tables).toHaveLength(name === 'pg' ? 2 : 1)
    }
  })

  it('is read from a revision of git, with its imports and packages', async () => {
    await using files = await modulesFolder()
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: files.path,
        stdio: 'pipe',
      })
    await mkdir(join(files.path, 'db'))
    await writeFile(
      join(files.path, 'db', 'part.ts'),
      "import { integer, pgTable } from 'drizzle-orm/pg-core'\nexport const old = pgTable('old', { id: integer() })\n",
    )
    await writeFile(join(files.path, 'db', 'schema.ts'), "export * from './part.ts'\n")
    await writeFile(join(files.path, '.gitignore'), 'node_modules\n')
    git('init', '-q')
    git('add', '.')
    git('commit', '-q', '-m', 'one')
    await rm(join(files.path, 'db', 'part.ts'))
    const { schema } = await loadState('git:HEAD:db/schema.ts', options(files.path))
    expect(schema.tables.map((t) => t.name.name)).toEqual(['old'])
  })

  it('is refused clearly', async () => {
    await using files = await modulesFolder()
    const refusals: Record<string, [string, string, RegExp]> = {
      'empty.ts': ['export const x = 1\n', 'STATE_INVALID', /exports no tables/],
      'broken.ts': ['export const x = {\n', 'STATE_INVALID', /could not be loaded/],
      'throws.ts': ["throw new Error('from the module')\n", 'STATE_INVALID', /could not be loaded/],
      'mixed.ts': [
        "import { pgTable } from 'drizzle-orm/pg-core'\nimport { sqliteTable } from 'drizzle-orm/sqlite-core'\nexport const a = pgTable('a', {})\nexport const b = sqliteTable('b', {})\n",
        'STATE_INVALID',
        /mixes dialects/,
      ],
    }
    for (const [name, [text, code, message]] of Object.entries(refusals)) {
      await writeFile(join(files.path, name), text)
      await expect(loadState(name, options(files.path))).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    }
    await shop(files.path)
    await writeFile(join(files.path, 'schema.naru.json'), '{')
    await expect(loadState('schema.ts', options(files.path))).rejects.toMatchObject({ code: 'STATE_INVALID' })
  })

  it('names the package that is missing', async () => {
    await using files = await freshFiles()
    await writeFile(
      join(files.path, 'schema.ts'),
      "import { pgTable } from 'drizzle-orm/pg-core'\nexport const a = pgTable('a', {})\n",
    )
    await expect(loadState('schema.ts', options(files.path))).rejects.toMatchObject({
      code: 'DRIZZLE_MISSING',
      hint: expect.stringContaining('npm install drizzle-orm'),
    })
  })
})
