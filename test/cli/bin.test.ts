/** The real program in a process of its own. */
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const BIN = join(import.meta.dirname, '../../bin/naru.js')

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-bin-'))
})
afterEach(() => rm(folder, { recursive: true }))

function node(args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const clean = { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', ...env }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: clean, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

const naru = (...args: string[]) => node([BIN, ...args])

function makeShop(path: string): void {
  const db = new DatabaseSync(path)
  db.exec(`CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
    INSERT INTO users (name) VALUES ('kim'), ('이영희'), ('👍');
    CREATE TABLE "주문" (user_id INTEGER REFERENCES users (id), item TEXT, PRIMARY KEY (user_id, item));
    INSERT INTO "주문" VALUES (1, 'a'), (1, 'b'), (3, 'a')`)
  db.close()
}

test('help loads no driver, no schema checker and no prompt', async () => {
  const spy = join(folder, 'spy.mjs')
  await writeFile(
    spy,
    `import { registerHooks } from 'node:module'
registerHooks({ resolve(s, c, next) { const r = next(s, c); process.stderr.write(r.url + '\\n'); return r } })`,
  )
  const { err, code } = await node(['--import', pathToFileURL(spy).href, BIN, '--help'])
  expect(code).toBe(0)
  expect(err).toContain('commander')
  expect(err).not.toMatch(/node_modules\/(pg|mysql2|@electric-sql|zod|@clack|csv-)/)
  expect(err).not.toMatch(/src\/(copy|verify|diff|engines\/[a-z]+)\//)
})

test('usage errors end with 2 and say what was meant', async () => {
  const { code, out, err } = await naru('cpoy', 'a', 'b')
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(
    /^✗ unknown command 'cpoy' \[USAGE\]\n {2}why .*\n {2}next {3}Did you mean copy\?.*\n {2}state {2}nothing was changed\n$/,
  )
})

test('a file that is no database, a path without a scheme: four lines and exit 2', async () => {
  const missing = await naru('plan', 'sqlite:no.db', 'sqlite:new.db')
  expect(missing.code).toBe(2)
  expect(missing.err).toContain('[DATABASE_MISSING]')
  const bare = await naru('plan', 'shop.db', 'sqlite:new.db')
  expect(bare.code).toBe(2)
  expect(bare.err).toContain('Did you mean sqlite:shop.db?')
})

test('a config in TypeScript may import naru though nothing is installed', async () => {
  await writeFile(
    join(folder, 'naru.config.ts'),
    "import { defineConfig } from 'naru'\nconst url: string = 'sqlite:gone.db'\nexport default defineConfig({ databases: { legacy: url } })\n",
  )
  const { code, err } = await naru('runs', 'legacy')
  expect(err).toContain(join(folder, 'gone.db'))
  expect(err).toContain('[DATABASE_MISSING]')
  expect(code).toBe(2)
  expect((await naru('runs', 'legcay')).err).toContain('Did you mean legacy?')
})

test('a config with a wrong field names it, as an event with --json', async () => {
  await writeFile(join(folder, 'naru.config.ts'), 'export default { copy: { cast: [] } }\n')
  const wrong = await naru('runs', 'sqlite:x.db', '--json')
  expect(JSON.parse(wrong.out)).toMatchObject({ type: 'error', code: 'CONFIG_INVALID', exit: 2 })
  expect(wrong.out).toContain('copy.cast: no such field, did you mean casts?')
})

test('a reader that leaves early is no fault', async () => {
  const child = spawn(process.execPath, [BIN, 'copy', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(0)
})

test('plan, copy, verify, runs and clean, from file to file', async () => {
  makeShop(join(folder, 'shop.db'))
  const ends = ['sqlite:shop.db', 'sqlite:new.db']
  const plan = await naru('plan', ...ends)
  expect(plan.err).toBe('')
  expect(plan.code).toBe(0)
  expect(plan.out).toMatch(/^ {2}users +3 /m)
  expect(plan.out).toContain('✓ Ready to copy.')

  const copy = await naru('copy', ...ends, '--report', 'r.html', '--report', 'r.json')
  expect(copy.out).toContain('✓ Everything arrived. 6 rows of 2 tables were written.')
  expect(copy.code).toBe(0)

  const runs = await naru('runs', 'sqlite:new.db')
  expect(runs.out).toMatch(/✓ (done|verified)/)
  expect((await naru('verify', ...ends)).code).toBe(0)

  const db = new DatabaseSync(join(folder, 'new.db'))
  db.exec("UPDATE users SET name = 'lee' WHERE id = 1")
  db.close()
  const differs = await naru('verify', ...ends, '--quiet')
  expect(differs.code).toBe(1)
  expect(differs.out).toMatch(/^✗ Different\. 1 of 2 tables differs/)

  expect((await naru('clean', 'sqlite:new.db')).code).toBe(0)
  expect((await naru('runs', 'sqlite:new.db')).out).toBe('no copies are remembered here\n')
})

test('types of a database are made though mappings of the configuration import them already', async () => {
  makeShop(join(folder, 'shop.db'))
  await writeFile(
    join(folder, 'naru.config.ts'),
    `import { lookup, transfer } from 'naru'
import { app, type Users } from './naru/app.ts'
import { legacy as old } from "./naru/legacy.ts"
const name: keyof Users = 'name'
const all = [transfer('a', { from: old.goods, to: app['order lines'], columns: { id: lookup(app.x, 'a', 'b'), name } })]
export default { databases: { app: 'sqlite:shop.db' }, transfers: { all }, syncs: [{ scope: app.post.id }] }`,
  )
  const made = await naru('inspect', 'app', '--format', 'types', '--out', 'naru/app.ts')
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining('wrote naru/app.ts') })
  const other = await naru('plan', 'all')
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining("naru/legacy.ts' imported from") })
  expect(other.err).toContain('`naru inspect NAME --format types --out naru/legacy.ts`')
})
