import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { processIo } from '../../src/cli/io.ts'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { picture, type WebServer, webServer } from './web-server.ts'

let web: WebServer
let folder = ''
beforeAll(async () => {
  web = await webServer({
    '/gone.png': (_, r, n) => (n < 2 ? r.writeHead(404).end() : r.end(picture('/gone.png'))),
    '/b.png': (request, r) =>
      request.headers['if-none-match'] === '"b"'
        ? r.writeHead(304).end()
        : r.writeHead(200, { etag: '"b"' }).end(picture('/b.png')),
  })
})
afterAll(() => web[Symbol.asyncDispose]())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
  web.hits.length = 0
  const store = { from: ['$', '{WEB}'].join(''), to: './out', address: 'https://cdn.example/', allowHosts: [web.host] }
  const plain = { ...store, address: undefined }
  const placed = { ...store, missing: { placeholder: 'none.png' } }
  const stores = { images: store, plain, placed, lost: { ...store, from: join(folder, 'nothing') } }
  await mkdir(join(folder, 'nothing'))
  await writeFile(
    join(folder, 'naru.config.mjs'),
    `export default { databases: { app: 'sqlite:app.db' }, stores: ${JSON.stringify(stores)} }`,
  )
  await using db = await sqlite.open(sqlite.parse(`sqlite:${join(folder, 'app.db')}`), { role: 'target' })
  await db.execute('CREATE TABLE p (id INTEGER PRIMARY KEY, img TEXT, body TEXT)')
  for (const [i, img] of ['a.png', '사진 1.png', 'gone.png', 'b.png', null].entries()) {
    const body = `<p>x<img src="/${img}"> &amp; <a href="https://other.example/a.png">y</a>`
    await db.query('INSERT INTO p VALUES (?, ?, ?)', [i, img, body])
  }
  return () => rm(folder, { recursive: true })
})

async function naru(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const stream = (name: 'out' | 'err') => ({
    isTTY: false,
    columns: 120,
    write(text: string) {
      texts[name] += text
    },
  })
  const io = {
    ...processIo(),
    stdout: stream('out'),
    stderr: stream('err'),
    cwd: folder,
    env: { WEB: web.url },
    stdinIsTTY: false,
  }
  const code = await run(argv, io, useCases)
  return { code, ...texts }
}

const DB = ['--db', 'app']
const event = (out: string) => JSON.parse(out.trim().split('\n').at(-1) ?? '')

test('move, status, retry, rewrite, verify, orphans: from the first look to the end', async () => {
  const dry = await naru('files', 'move', 'images', ...DB, '--column', 'p.img', '--dry-run')
  expect([dry.code, web.hits.length]).toEqual([0, 0])
  expect(dry.out).toContain('4 addresses would be fetched')
  expect((await naru('files', 'status', ...DB)).out).toBe('no files are remembered here\n')

  const first = await naru('files', 'move', 'images', ...DB, '--column', 'p.img', '--json')
  expect(first.code).toBe(1)
  expect(event(first.out)).toMatchObject({ type: 'result', tally: { addresses: { done: 3, missing: 1 }, refused: 1 } })
  expect(first.out).toContain('"type":"files"')
  const status = await naru('files', 'status', 'images', ...DB)
  expect(status.out).toMatch(/images\s+done\s+3/)
  expect(status.out).toContain('gone.png: missing: HTTP 404')

  expect((await naru('files', 'retry', 'images', ...DB)).code).toBe(0)
  const rewritten = await naru('files', 'move', 'images', ...DB, '--column', 'p.body', '--refs', 'html', '--rewrite')
  // The fifth row names /null, which the server has, too.
  expect(rewritten.code).toBe(0)
  expect(web.hits).toHaveLength(6)
  await using db = await sqlite.open(sqlite.parse(`sqlite:${join(folder, 'app.db')}`), { role: 'source' })
  const [row] = await db.query('SELECT body FROM p WHERE id = 1')
  expect(row.body).toBe(
    '<p>x<img src="https://cdn.example/%EC%82%AC%EC%A7%84%201.png"> &amp; <a href="https://other.example/a.png">y</a>',
  )
})

test('what is there is verified, also by content and at the source; what is not is found', async () => {
  await naru('files', 'move', 'images', ...DB, '--column', 'p.img')
  expect((await naru('files', 'verify', 'images', ...DB, '--full', '--refetch')).code).toBe(0)
  expect(web.hits.filter((h) => h.headers['if-none-match'] === '"b"')).toHaveLength(1)
  expect((await naru('files', 'orphans', 'images', ...DB)).code).toBe(0)

  await writeFile(join(folder, 'out/b.png'), picture('other'))
  await writeFile(join(folder, 'out/a.png'), 'short')
  await rm(join(folder, 'out/사진 1.png'))
  await mkdir(join(folder, 'out/x'))
  await writeFile(join(folder, 'out/x/stray.bin'), 'stray')
  const quick = await naru('files', 'verify', 'images', ...DB, '--json')
  expect([quick.code, event(quick.out).verdicts]).toEqual([1, { good: 1, size: 1, gone: 1 }])
  const full = await naru('files', 'verify', 'images', ...DB, '--full', '--json')
  expect(event(full.out).verdicts).toEqual({ content: 1, size: 1, gone: 1 })
  const orphans = await naru('files', 'orphans', 'images', ...DB, '--json')
  expect([orphans.code, event(orphans.out)]).toMatchObject([
    1,
    { objects: 3, orphans: ['x/stray.bin'], orphanBytes: 5, gone: [{ key: '사진 1.png' }] },
  ])

  const hits = web.hits.length
  const brought = await naru('files', 'retry', 'images', ...DB, '--state', 'gone', '--json')
  expect([brought.code, event(brought.out).tally.addresses]).toEqual([0, { done: 2 }])
  expect(
    web.hits
      .slice(hits)
      .map((h) => decodeURIComponent(h.url))
      .sort(),
  ).toEqual(['/a.png', '/사진 1.png'])
  expect(await readFile(join(folder, 'out/사진 1.png'))).toEqual(picture('/%EC%82%AC%EC%A7%84%201.png'))
  expect(event((await naru('files', 'verify', 'images', ...DB, '--json')).out).verdicts).toEqual({ good: 3 })
})

test('a placeholder that looks like an old address is none', async () => {
  const move = ['files', 'move', 'placed', ...DB, '--column', 'p.img', '--rewrite', '--json']
  expect(event((await naru(...move)).out)).toMatchObject({ tally: { addresses: { missing: 1 } }, exit: 0 })
  const again = await naru(...move)
  expect(event(again.out)).toMatchObject({ tally: { addresses: {} }, rewritten: { rewritten: 0 }, exit: 0 })
  expect(web.count('/none.png')).toBe(0)
})

test('all that is not done is listed when that is asked for', async () => {
  await using db = await sqlite.open(sqlite.parse(`sqlite:${join(folder, 'app.db')}`), { role: 'target' })
  for (let i = 0; i < 25; i++) await db.query('INSERT INTO p VALUES (?, ?, NULL)', [100 + i, `lost/${i}.png`])
  await naru('files', 'move', 'lost', ...DB, '--column', 'p.img')
  const lines = (text: string) => text.split('\n').filter((line) => line.includes('missing: '))
  const few = await naru('files', 'status', 'lost', ...DB)
  expect([lines(few.out).length, few.out.includes('all of them with --all')]).toEqual([20, true])
  expect(lines((await naru('files', 'status', 'lost', ...DB, '--all')).out)).toHaveLength(29)
  expect((await naru('files', 'status', ...DB, '--all')).code).toBe(2)
})

test('the map goes out and comes in, and spares the second database all requests', async () => {
  await writeFile(join(folder, 'names.json'), JSON.stringify({ 'a.png': 'a.png' }))
  await naru('files', 'move', 'images', ...DB, '--column', 'p.img')
  await naru('files', 'import', 'plain', 'names.json', ...DB)
  for (const format of ['json', 'nginx', 'cloudfront']) {
    expect((await naru('files', 'export', 'images', ...DB, '--format', format, '-o', `map.${format}`)).code).toBe(0)
  }
  const text = (format: string) => readFile(join(folder, `map.${format}`), 'utf8')
  const map = JSON.parse(await text('json'))
  expect(map).toMatchObject({ [`${web.url}a.png`]: 'https://cdn.example/a.png' })
  expect(Object.keys(map)).toHaveLength(3)
  expect(await text('nginx')).toContain(
    '  "/%EC%82%AC%EC%A7%84%201.png" "https://cdn.example/%EC%82%AC%EC%A7%84%201.png";\n',
  )
  expect(JSON.parse(await text('cloudfront')).data).toContainEqual({
    key: '/a.png',
    value: 'https://cdn.example/a.png',
  })

  const nowhere = await naru('files', 'export', 'plain', ...DB, '--format', 'nginx', '-o', 'plain.map')
  expect([nowhere.code, nowhere.err.includes('are no targets of redirects')]).toEqual([2, true])
  await using db = await sqlite.open(sqlite.parse(`sqlite:${join(folder, 'app.db')}`), { role: 'target' })
  await db.ledger().clean()
  const more = { ...map, 'https://other.example/x.png': 'y', [`${web.url}d.png`]: 'https://elsewhere.example/d.png' }
  await writeFile(join(folder, 'map.json'), JSON.stringify(more))
  const hits = web.hits.length
  const imported = await naru('files', 'import', 'images', 'map.json', ...DB, '--json')
  expect([imported.code, event(imported.out)]).toMatchObject([
    1,
    { imported: 4, known: 0, refused: ['https://other.example/x.png'] },
  ])
  const again = await naru('files', 'import', 'images', 'map.json', ...DB, '--json')
  expect(event(again.out)).toMatchObject({ imported: 0, known: 4 })
  await db.query("DELETE FROM p WHERE img = 'gone.png'")
  await db.query("INSERT INTO p VALUES (9, 'd.png', '')")
  expect((await naru('files', 'move', 'images', ...DB, '--column', 'p.img', '--rewrite')).code).toBe(0)
  expect(web.hits).toHaveLength(hits)
  const rows = await db.query('SELECT img FROM p WHERE img IS NOT NULL ORDER BY id')
  expect(rows.map((r) => r.img)).toContain('https://elsewhere.example/d.png')
})

test('where names are kept and addresses are names alone, old ones are not taken for new ones', async () => {
  await naru('files', 'move', 'plain', ...DB, '--column', 'p.img', '--rewrite')
  const again = await naru('files', 'move', 'plain', ...DB, '--column', 'p.img', '--rewrite', '--incremental', '--json')
  expect(event(again.out)).toMatchObject({
    tally: { addresses: { done: 3, missing: 1 } },
    rewritten: { rewritten: 0, same: 3 },
  })
  expect(web.hits.filter((h) => h.headers['if-none-match'] === '"b"')).toHaveLength(1)
})

test('usage: an unknown store, an unknown state, no database', async () => {
  expect((await naru('files', 'move', 'imges', ...DB, '--column', 'p.img')).err).toContain('Did you mean images?')
  expect((await naru('files', 'retry', 'images', ...DB, '--state', 'done')).code).toBe(2)
  expect((await naru('files', 'status')).err).toContain('naru files status --help')
  expect((await naru('files', '--help')).code).toBe(0)
})
