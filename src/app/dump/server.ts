/**
 * A server of one's own for a while: data and socket in a temporary folder, no port. A shell holds it and waits for the end of its input, so
 * that server and folder go when naru does, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { SERVER_PID, stopServer, temporaryFolder } from '../../disk/temporary-folder.ts'
import { engineFor } from '../../engines/index.ts'
import { openDatabase } from '../open.ts'
import { commandLine } from '../revisions/shell-word.ts'
import { needProgram } from './programs.ts'

/** How long a server may take to accept its first connection, in milliseconds. */
const PATIENCE = 60_000

interface Recipe {
  readonly make: readonly string[]
  readonly serve: readonly string[]
  readonly signal: 'INT' | 'TERM'
  /** Users that may run it where naru runs as root, which servers refuse. */
  readonly users: readonly string[]
  readonly url: string
}

function postgresRecipe(top: string, label: string): Recipe {
  const pid = join(top, SERVER_PID)
  const folder = dirname(pid)
  const [initdb, postgres] = [needProgram(label, ['initdb']), needProgram(label, ['postgres'])]
  const data = join(folder, 'data')
  const place = ['listen_addresses=', `unix_socket_directories=${folder}`, `external_pid_file=${pid}`]
  const settings = [...place, 'fsync=off', 'full_page_writes=off', 'autovacuum=off']
  return {
    make: [initdb, '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    serve: [postgres, '-D', data, ...settings.flatMap((s) => ['-c', s])],
    signal: 'INT',
    users: ['postgres'],
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`,
  }
}

function mysqlRecipe(top: string, label: string): Recipe {
  const pid = join(top, SERVER_PID)
  const folder = dirname(pid)
  const install = needProgram(label, ['mariadb-install-db'])
  const server = needProgram(label, ['mariadbd'])
  const own = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`]
  const socket = join(folder, 's')
  const fast = [
    '--character-set-server=utf8mb4',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-doublewrite=0',
    '--max-allowed-packet=1G',
  ]
  return {
    make: [install, ...own, '--auth-root-authentication-method=normal', '--skip-test-db'],
    serve: [server, ...own, '--skip-networking', `--socket=${socket}`, `--pid-file=${pid}`, ...fast],
    signal: 'TERM',
    users: ['mysql'],
    url: `mysql://root@localhost/mysql?socket=${encodeURIComponent(socket)}`,
  }
}

/** The user that shall run a server; nothing where naru is not root. */
function runAs(users: readonly string[], label: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (users.includes(name)) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new NaruError('SCRATCH_UNAVAILABLE', `${label} cannot be restored on a server of its own`, {
    why: `servers refuse to run as root, and there is no user ${users.join(' or ')}`,
    hint: 'Run naru as another user, or name a server: dump:FILE?on=postgres://…',
  })
}

const SUPERVISOR =
  'eval "$MAKE" || exit 1; "$@" & server=$!; read -r _; kill -s "$SIGNAL" $server; wait $server; cd /; rm -rf "$FOLDER"'

/** Starts a server; disposing ends it and removes its folder. Throws SCRATCH_UNAVAILABLE. */
export async function temporaryServer(
  engine: 'postgres' | 'mysql',
  label: string,
): Promise<AsyncDisposable & { readonly address: Address }> {
  const folder = await temporaryFolder('dump')
  try {
    const recipe = (engine === 'postgres' ? postgresRecipe : mysqlRecipe)(folder, label)
    const user = runAs(recipe.users, label)
    const home = dirname(join(folder, SERVER_PID))
    mkdirSync(home, { mode: 0o700 })
    if (user.uid !== undefined && user.gid !== undefined) {
      chmodSync(folder, 0o711)
      chownSync(home, user.uid, user.gid)
    }
    const log = openSync(logOf(folder), 'a')
    const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', ...recipe.serve], {
      ...user,
      cwd: home,
      detached: true,
      stdio: ['pipe', log, log],
      env: { ...process.env, MAKE: commandLine(...recipe.make), SIGNAL: recipe.signal, FOLDER: folder },
    })
    return await ready(child, { recipe, folder, label })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error instanceof NaruError ? error : failed(label, (error as Error).message, error)
  }
}

const logOf = (folder: string) => join(dirname(join(folder, SERVER_PID)), 'log')

interface Started {
  readonly recipe: Recipe
  readonly folder: string
  readonly label: string
}

async function ready(child: ChildProcess, { recipe, folder, label }: Started) {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async () => {
    child.stdin?.end()
    await ended
    stopServer(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const address = (await engineFor(recipe.url.split(':')[0])).parse(recipe.url)
  for (const until = Date.now() + PATIENCE; ; ) {
    try {
      const db = await openDatabase(address, { role: 'target' })
      await db.close()
      return { address, [Symbol.asyncDispose]: end }
    } catch (error) {
      if (Date.now() < until && child.exitCode === null) {
        await sleep(100)
        continue
      }
      const said = lastLine(logOf(folder)) ?? (error as Error).message
      await end()
      throw failed(label, said, error)
    }
  }
}

function lastLine(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').at(-1) : undefined
}

function failed(label: string, why: string, cause: unknown): NaruError {
  return new NaruError('SCRATCH_UNAVAILABLE', `${label} cannot be restored: a temporary server could not be started`, {
    why,
    hint: 'Name a server on which a temporary database may be made: dump:FILE?on=postgres://…',
    state: 'nothing was changed',
    cause,
  })
}
