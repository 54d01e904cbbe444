/** A dump into an empty database, by the client of its own engine. */
import { spawn } from 'node:child_process'
import { pipeline } from 'node:stream/promises'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type DumpKind, dumpBytes } from './kind.ts'
import { needProgram } from './programs.ts'
import { mysqlScript, postgresScript } from './script.ts'

interface Client {
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** Restores; `label` is how people know the dump. Throws DUMP_REFUSED with what the client said, SCRATCH_UNAVAILABLE without a client. */
export async function restoreDump(path: string, kind: DumpKind, to: Address, label: string): Promise<void> {
  if (kind.engine === 'mysql') {
    await run(mysqlClient(to, label), path, kind, label)
    return
  }
  const said = await run(
    kind.form === 'archive' ? archiveClient(path, kind, to, label) : psqlClient(to, label),
    path,
    kind,
    label,
  )
  const errors = said.filter((line) => /\b(ERROR|FATAL):|^pg_restore: error:/.test(line) && !MISSING_ROLE.test(line))
  if (errors.length > 0) throw refused(label, errors)
}

/** Owners and grantees of the dumped database need not be here: rights are not what a dump is read for. */
const MISSING_ROLE = /role "[^"]*" does not exist/

function archiveClient(path: string, kind: DumpKind, to: Address, label: string): Client {
  const args = ['--no-owner', '--no-privileges', '--exit-on-error', '-d', to.database ?? '']
  const program = needProgram(label, ['pg_restore'])
  return { program, args: kind.packed ? args : [...args, path], env: postgresEnv(to) }
}

function psqlClient(to: Address, label: string): Client {
  return { program: needProgram(label, ['psql']), args: ['-X', '-q', '-o', '/dev/null'], env: postgresEnv(to) }
}

/** Where to connect, by the environment: nothing of it shows in the list of processes. */
function postgresEnv(a: Address): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PGHOST: a.socket ?? a.host ?? 'localhost',
    ...(a.port !== undefined && { PGPORT: String(a.port) }),
    ...(a.user !== undefined && { PGUSER: a.user }),
    ...(a.password !== undefined && { PGPASSWORD: a.password }),
    ...(a.tls !== undefined && { PGSSLMODE: a.tls.mode }),
    PGDATABASE: a.database ?? '',
    PGCLIENTENCODING: 'UTF8',
    LC_ALL: 'C',
  }
}

function mysqlClient(a: Address, label: string): Client {
  const place = a.socket === undefined ? [`--host=${a.host}`, `--port=${a.port ?? 3306}`] : [`--socket=${a.socket}`]
  const args = ['--no-defaults', '--batch', '--default-character-set=utf8mb4', '--max-allowed-packet=1G', ...place]
  const env = { ...process.env, ...(a.password !== undefined && { MYSQL_PWD: a.password }) }
  const program = needProgram(label, ['mariadb', 'mysql'])
  return { program, args: [...args, `--user=${a.user ?? 'root'}`, a.database ?? ''], env }
}

/** Runs a client over the dump; what it complained of, line by line. Throws DUMP_REFUSED where it fails. */
async function run(client: Client, path: string, kind: DumpKind, label: string): Promise<string[]> {
  const piped = kind.form === 'script' || kind.packed
  const child = spawn(client.program, client.args, { env: client.env, stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString('utf8')).slice(-100_000)
  })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  let broken: unknown
  if (piped) {
    const steps = kind.form === 'archive' ? [] : [kind.engine === 'mysql' ? mysqlScript(label) : postgresScript()]
    await pipeline([dumpBytes(path, kind.packed), ...steps, child.stdin] as never).catch((error: unknown) => {
      broken = error
      child.stdin.destroy()
    })
  } else child.stdin.end()
  const code = await ended
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  if (broken instanceof NaruError) throw broken
  if (code !== 0) throw refused(label, lines)
  if (broken !== undefined) throw refused(label, [String((broken as Error).message)])
  return lines
}

function refused(label: string, lines: readonly string[]): NaruError {
  const shown = lines.slice(0, 3).join('; ')
  const more = lines.length > 3 ? `; and ${lines.length - 3} more ${lines.length === 4 ? 'line' : 'lines'}` : ''
  return new NaruError('DUMP_REFUSED', `${label} could not be restored`, {
    why: `${shown}${more}`,
    state: 'the temporary database is gone; nothing else was changed',
  })
}
