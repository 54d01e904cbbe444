/** Programs of the database servers on this machine. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NaruError } from '../../core/error.ts'

function postgresFolders(): string[] {
  const homes = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/Library/PostgreSQL']
  return homes.flatMap((home) => {
    const names = existsSync(home) ? readdirSync(home).filter((n) => /^(postgresql@)?\d+$/.test(n)) : []
    return names.map((name) => join(home, name, 'bin'))
  })
}

const USUAL = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin', '/opt/homebrew/opt/mariadb/bin']

/** What a program says of its version: `pg_restore (PostgreSQL) 18.6` → 18.6; 0 where it says nothing. */
function versionOf(program: string): number {
  const said = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 5_000 }).stdout ?? ''
  return Number(/\b\d+(\.\d+)?/.exec(said)?.[0] ?? 0)
}

/** The one of the newest version; of equals the first. */
function newest(programs: readonly string[]): string {
  if (programs.length === 1) return programs[0]
  const versions = new Map(programs.map((program) => [program, versionOf(program)]))
  return programs.reduce((a, b) => (versions.get(b)! > versions.get(a)! ? b : a))
}

/**
 * The full path of the first of these programs that is there, or null. Of PostgreSQL's the newest, wherever it is: a client restores what
 * older ones wrote, not the other way round.
 */
function findProgram(names: readonly string[]): string | null {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const folders = [...new Set([...postgresFolders(), ...path, ...USUAL])]
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).filter((file) => existsSync(file))
    if (found.length > 0) return POSTGRES.has(name) ? newest(found) : found[0]
  }
  return null
}

const POSTGRES: ReadonlySet<string> = new Set(['psql', 'pg_restore', 'initdb', 'postgres'])

const PACKAGES: Readonly<Record<string, string>> = {
  psql: 'postgresql-client',
  pg_restore: 'postgresql-client',
  initdb: 'postgresql',
  postgres: 'postgresql',
  mariadb: 'mariadb-client',
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
}

/** The full path of a program; `names` are its names, the usual one first. Throws SCRATCH_UNAVAILABLE. */
export function needProgram(label: string, names: readonly string[]): string {
  const found = findProgram(names)
  if (found !== null) return found
  const [usual] = names
  const server = /^(initdb|postgres|mariadbd|mariadb-install-db)$/.test(usual)
  const other = server ? ', or name a server on which a temporary database may be made: dump:FILE?on=postgres://…' : ''
  throw new NaruError('SCRATCH_UNAVAILABLE', `${label} cannot be restored: ${usual} is not installed`, {
    why: `a dump is read by the clients of its own database, and ${names.join(' and ')} ${names.length === 1 ? 'was' : 'were'} looked for on PATH and where they usually are`,
    hint: `Install it (Debian, Ubuntu: ${PACKAGES[usual] ?? usual})${other}.`,
    state: 'nothing was changed',
  })
}
