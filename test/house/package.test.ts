/** The packed tarball, installed in an empty folder, works on the oldest Node that naru supports and on the newest. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const OLDEST = '22.18'
const INSTALL_MS = 180_000

let files: Awaited<ReturnType<typeof freshFiles>>
let app: string
let entries: readonly string[]

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    maxBuffer: 1 << 26,
  })
  return stdout
}

beforeAll(async () => {
  files = await freshFiles()
  app = join(files.path, 'app')
  await mkdir(app)
  // Only the `node` package needs its install script: it puts the binary in place.
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
  // `npm test` has just built dist/ to check it; alone, this file builds it.
  const built = process.env.NARU_TEST_BUILT === '1' ? ['--ignore-scripts'] : []
  const destination = `--pack-destination=${files.path}`
  const [packed] = JSON.parse(await npm(ROOT, 'pack', '--json', '--silent', ...built, destination))
  entries = packed.files.map((file: { path: string }) => file.path)
  await npm(app, 'install', '--prefer-offline', join(files.path, packed.filename), `node@${OLDEST}`)
}, INSTALL_MS)

afterAll(async () => files?.[Symbol.asyncDispose]())

test('the tarball holds what is run and read, and nothing else', () => {
  const odd = entries.filter((path) => !/^(dist\/.*\.(js|d\.ts)|bin\/naru\.js|[A-Z][\w.]*|package\.json)$/.test(path))
  expect(odd).toEqual([])
  expect(entries.filter((path) => /\.test\./.test(path))).toEqual([])
  for (const path of ['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js']) {
    expect(entries).toContain(path)
  }
})

const runtimes: readonly [version: string, program: () => string][] = [
  [OLDEST, () => join(app, 'node_modules', 'node', 'bin', 'node')],
  [process.versions.node, () => process.execPath],
]

describe.each(runtimes)('on Node %s', (version, program) => {
  const naru = async (...args: readonly string[]) => {
    const { stdout } = await run(program(), [join(app, 'node_modules', 'naru', 'bin', 'naru.js'), ...args], {
      cwd: app,
    })
    return stdout
  }
  const source = () => join(app, `from-${version}.db`)

  beforeAll(() => {
    const database = new DatabaseSync(source())
    database.exec('CREATE TABLE boat (id INTEGER PRIMARY KEY, name TEXT NOT NULL, length REAL)')
    database.exec("INSERT INTO boat VALUES (1, '나룻배 ⛴️', 7.5), (2, '', NULL), (-3, 'raft', 1e300)")
    database.close()
  })
  const rows = [
    { id: -3, name: 'raft', length: 1e300 },
    { id: 1, name: '나룻배 ⛴️', length: 7.5 },
    { id: 2, name: '', length: null },
  ]

  test('this is that version', async () => {
    expect((await run(program(), ['--version'])).stdout).toContain(version)
  })

  test('naru --help names the commands', async () => {
    const help = await naru('--help')
    for (const command of ['plan', 'copy', 'verify']) expect(help).toContain(command)
  })

  test('SQLite to SQLite', async () => {
    const target = join(app, `to-${version}.db`)
    await naru('copy', `sqlite:${source()}`, `sqlite:${target}`)
    const database = new DatabaseSync(target, { readOnly: true })
    expect(database.prepare('SELECT id, name, length FROM boat ORDER BY id').all()).toEqual(rows)
    database.close()
  })

  test('SQLite to PGlite', async () => {
    const target = join(app, `to-${version}.pglite`)
    await naru('copy', `sqlite:${source()}`, `pglite:${target}`)
    const database = await PGlite.create(target)
    expect((await database.query('SELECT id::int AS id, name, length FROM boat ORDER BY id')).rows).toEqual(rows)
    await database.close()
  })

  test('the library is there', async () => {
    const script = "const naru = await import('naru'); console.log(Object.keys(naru).join(' '))"
    const { stdout } = await run(program(), ['--input-type=module', '-e', script], { cwd: app })
    for (const name of ['copy', 'plan', 'verify', 'defineConfig']) expect(stdout.split(/\s/)).toContain(name)
  })

  test('nothing was built or fetched into the package', async () => {
    expect((await readdir(join(app, 'node_modules', 'naru'))).sort()).not.toContain('src')
  })
})
