import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { freshFiles } from '../harness/database.ts'
import { fakeIo } from './fake-io.ts'

/** A folder with shop.db: two tables, an index, a trigger. */
async function shop(): Promise<Awaited<ReturnType<typeof freshFiles>>> {
  const files = await freshFiles()
  const db = new DatabaseSync(join(files.path, 'shop.db'))
  db.exec(`CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id));
    CREATE INDEX by_customer ON invoice (customer_id);
    CREATE TRIGGER keep BEFORE DELETE ON invoice BEGIN SELECT RAISE(ABORT, 'no'); END;`)
  db.close()
  return files
}

async function naru(cwd: string, ...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await run(argv, io, useCases)
  return { code, out: io.out(), err: io.err() }
}

describe('naru inspect', () => {
  it('writes a module with its sidecar', async () => {
    await using files = await shop()
    const made = await naru(
      files.path,
      'inspect',
      `sqlite:${files.path}/shop.db`,
      '--format',
      'drizzle',
      '--out',
      'schema.ts',
    )
    expect(made).toMatchObject({ code: 0, out: '' })
    expect(made.err).toContain('wrote schema.ts')
    expect(made.err).toContain('wrote schema.naru.json')
    expect(await readFile(join(files.path, 'schema.ts'), 'utf8')).toContain(
      "export const invoice = sqliteTable('invoice', {",
    )
    expect(await readFile(join(files.path, 'schema.naru.json'), 'utf8')).toContain('"name": "keep"')
  })

  it('writes a folder with a file a table', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    expect((await naru(files.path, 'inspect', url, '--format', 'drizzle', '--out', 'src/schema')).code).toBe(0)
    expect((await readdir(join(files.path, 'src', 'schema'))).sort()).toEqual([
      '.naru-files.json',
      'customer.ts',
      'index.naru.json',
      'index.ts',
      'invoice.ts',
      'relations.ts',
    ])
    expect((await naru(files.path, 'inspect', url, '--format', 'sql', '--out', 'sql/')).code).toBe(0)
    const sql = (await readdir(join(files.path, 'sql'))).sort()
    expect(sql[1]).toMatch(/^001_customer\.sql$/)
    const again = await naru(files.path, 'diff', url, 'sql')
    expect(again.code).toBe(0)
  })

  it('writes an index and a file a table in each form', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    const made = async (format: string) => {
      expect((await naru(files.path, 'inspect', url, '--format', format, '--out', `${format}/`)).code).toBe(0)
      const names = (await readdir(join(files.path, format))).filter((n) => !n.startsWith('.'))
      const texts = await Promise.all(names.map((n) => readFile(join(files.path, format, n), 'utf8')))
      return new Map(names.map((n, i) => [n, texts[i]]))
    }
    const rows = await made('kysely')
    expect([...rows.keys()]).toEqual(['customer.ts', 'index.ts', 'invoice.ts'])
    expect(rows.get('index.ts')).toContain("import type { Invoice } from './invoice.ts'")
    expect(rows.get('index.ts')).toContain('export interface DB {\n  customer: Customer\n  invoice: Invoice\n}')
    expect((await made('mermaid')).get('customer.mmd')).toBe(
      'erDiagram\n  customer {\n    INTEGER id PK\n    TEXT name\n  }\n  invoice {\n    INTEGER id PK\n    INTEGER customer_id FK\n  }\n  invoice }o--o| customer : "customer_id"\n',
    )
    const pages = await made('markdown')
    expect(pages.get('index.md')).toContain('| [`invoice`](<invoice.md>) | 2 | 1 | `customer` |')
    expect(pages.get('customer.md')).toContain('| referred to by | [`invoice`](<invoice.md>) | `id` | `customer_id` |')
    expect(pages.get('invoice.md')).toContain('**trigger keep**')
    const html = await made('html')
    expect(html.get('index.html')).toContain('<a href="customer.html"><code>customer</code></a>')
    expect(html.get('customer.html')).toContain('<a href="index.html">all tables</a>')
  })

  it('reads a snapshot again that is a folder, or its index', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    expect((await naru(files.path, 'inspect', url, '--out', 'state/')).code).toBe(0)
    for (const state of ['state', 'state/index.json']) {
      expect(await naru(files.path, 'diff', url, state)).toMatchObject({ code: 0 })
    }
    const path = join(files.path, 'state', 'invoice.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"customer_id"', '"client_id"'))
    expect(await naru(files.path, 'diff', url, 'state')).toMatchObject({ code: 1 })
    const index = join(files.path, 'state', 'index.json')
    await writeFile(index, (await readFile(index, 'utf8')).replace('"invoice.json"', '"../invoice.json"'))
    const outside = await naru(files.path, 'diff', url, 'state')
    expect(outside).toMatchObject({ code: 2, err: expect.stringContaining('no name of a file beside it') })
  })

  it('leaves nothing of an earlier run in a folder, and touches nothing that is not its own', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    const run = (...more: string[]) => naru(files.path, 'inspect', url, '--out', 'out/', ...more)
    const there = async () => (await readdir(join(files.path, 'out'))).sort()
    await run('--format', 'sql')
    await writeFile(join(files.path, 'out', '900_seed.sql'), 'SELECT 1;\n')
    const fewer = await run('--format', 'sql', '--tables', 'customer')
    expect(await there()).toEqual(['.naru-files.json', '001_customer.sql', '900_seed.sql'])
    expect(fewer.err).toContain('removed out/002_invoice.sql, which an earlier run wrote')
    expect(fewer.err).toContain('also what this run did not write: 900_seed.sql; read as a state, the folder means')
    await run('--format', 'drizzle')
    await run('--format', 'markdown')
    const other = await run('--format', 'kysely')
    expect(other.err).toContain('removed out/index.naru.json')
    expect(other.err).not.toContain('900_seed')
    expect(await there()).toEqual([
      '.naru-files.json',
      '001_customer.sql',
      '900_seed.sql',
      'customer.md',
      'customer.ts',
      'index.md',
      'index.ts',
      'invoice.md',
      'invoice.ts',
    ])
    await writeFile(join(files.path, 'out', '.naru-files.json'), '{"files":{"code":["../shop.db","..","customer.ts"]}}')
    await run('--format', 'kysely', '--tables', 'invoice')
    expect(await readdir(files.path)).toContain('shop.db')
    expect(await there()).not.toContain('customer.ts')
    await writeFile(join(files.path, 'out', '.naru-files.json'), 'no list')
    expect(await run('--format', 'kysely')).toMatchObject({ code: 2, err: expect.stringContaining('STATE_INVALID') })
  })

  it('writes to standard output, and says there what a module alone would lose', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    for (const [format, what] of [
      ['json', '"naru": "snapshot"'],
      ['sql', 'CREATE TABLE invoice'],
      ['kysely', 'export interface Invoice {'],
      ['mermaid', 'erDiagram\n'],
      ['markdown', '## Tables'],
      ['html', '<!doctype html>'],
      ['drizzle', 'export const customer'],
    ]) {
      const made = await naru(files.path, 'inspect', url, '--format', format)
      expect(made.code).toBe(0)
      expect(made.out).toContain(what)
      expect(made.err.includes('--out')).toBe(format === 'drizzle')
    }
  })

  it('chooses tables, and reads other states', async () => {
    await using files = await shop()
    await writeFile(join(files.path, 'a.sql'), 'CREATE TABLE bill (id INTEGER);\nCREATE TABLE tax (id INTEGER);\n')
    const made = await naru(
      files.path,
      'inspect',
      'a.sql',
      '--engine',
      'sqlite',
      '--exclude',
      't*',
      '--format',
      'mermaid',
    )
    expect(made.out).toBe('erDiagram\n  bill {\n    INTEGER id\n  }\n')
    const missing = await naru(files.path, 'inspect', 'a.sql', '--engine', 'sqlite', '--tables', 'three')
    expect(missing).toMatchObject({ code: 2, out: '' })
    expect(missing.err).toContain('TABLE_MISSING')
  })

  it('gives one object with --json', async () => {
    await using files = await shop()
    const made = await naru(files.path, 'inspect', `sqlite:${files.path}/shop.db`, '--format', 'mermaid', '--json')
    const lines = made.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      command: 'inspect',
      format: 'mermaid',
      text: expect.stringContaining('erDiagram'),
    })
  })

  it('refuses what is no state, no format, no place to write', async () => {
    await using files = await shop()
    const url = `sqlite:${files.path}/shop.db`
    expect(await naru(files.path, 'inspect', 'missing.sql')).toMatchObject({
      code: 2,
      err: expect.stringContaining('STATE_INVALID'),
    })
    expect(await naru(files.path, 'inspect', url, '--format', 'xml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('USAGE'),
    })
    const place = await naru(files.path, 'inspect', url, '--out', 'shop.db/schema.json')
    expect(place).toMatchObject({ code: 2, err: expect.stringContaining('FILE_UNREADABLE') })
  })
})
