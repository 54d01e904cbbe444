/** Programs of the database servers on this machine. */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { NaruError } from '../../core/error.ts'

/** Newest first: a client restores what older ones wrote, not the other way round. */
function postgresFolders(): string[] {
  const homes = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt', '/Library/PostgreSQL']
  return homes.flatMap((home) => {
    const names = existsSync(home) ? readdirSync(home).filter((n) => /^(postgresql@)?\d+$/.test(n)) : []
    const version = (name: string) => Number(name.replace(/\D/g, ''))
    return names.sort((a, b) => version(b) - version(a)).map((name) => join(home, name, 'bin'))
  })
}

const USUAL = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/mysql/bin', '/opt/homebrew/opt/mariadb/bin']

/** The full path of the first of these programs that is there, or null. */
function findProgram(names: readonly string[]): string | null {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const folders = [...postgresFolders(), ...path, ...USUAL]
  for (const name of names) for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name)
  return null
}

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
