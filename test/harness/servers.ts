/**
 * Real database servers of the tests' own, on free ports, with data in a temporary folder: quick instead of safe against power
 * cuts, but safe against a kill of the process, which tests rely on. See `supervisor.ts` for how they end.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { type ServerKind, serverPrograms } from './binaries.ts'
import {
  isAlive,
  makeFolder,
  type RunAs,
  removeStale,
  type Supervised,
  type Supervisor,
  supervise,
} from './supervisor.ts'

const START_MS = 60_000
const KILL_MS = 10_000

/** A server that only one test uses, so that it may be killed. */
export interface DedicatedServer extends AsyncDisposable {
  readonly kind: ServerKind
  /** As administrator, without a database: `postgres://postgres@127.0.0.1:4711/postgres`, `mysql://root@127.0.0.1:4711/`. */
  readonly url: string
  /** The server process, null while it is down. */
  readonly pid: number | null
  /** SIGKILL to the server and all its processes; resolves when they are gone. Committed transactions survive. */
  kill(): Promise<void>
  /** Starts it again on the same port and data; resolves when it takes connections. */
  restart(): Promise<void>
  stop(): Promise<void>
}

function runAs(names: readonly string[]): RunAs {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of names) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new Error(`servers refuse to run as root, and this machine has no user ${names.join(' or ')}`)
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** ICU's order of texts where initdb offers it: names and keys then do not sort by bytes, as on users' servers. */
function collation(initdb: string): string[] {
  const offered = execFileSync(initdb, ['--help'], { encoding: 'utf8' }).includes('--locale-provider')
  return offered ? ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C'] : ['--locale=C']
}

function postgresCommands(folder: string, port: number, programs: Record<string, string>): Supervised {
  const data = join(folder, 'data')
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    wal_level: 'logical',
    max_wal_size: '512MB',
    shared_buffers: '128MB',
    max_connections: 200,
    dynamic_shared_memory_type: 'mmap',
    logging_collector: 'off',
    // Compiling the tests' own sums over rows takes longer than the sums.
    jit: 'off',
  }
  return {
    init: [
      programs.initdb,
      ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
      ...collation(programs.initdb),
    ],
    server: [programs.postgres, '-D', data, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    signal: 'QUIT',
  }
}

function mysqlCommands(folder: string, port: number, programs: Record<string, string>): Supervised {
  const data = join(folder, 'data')
  const settings = [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${folder}`,
    '--innodb-log-file-size=64M',
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_general_ci',
  ]
  return {
    init: [programs['mariadb-install-db'], ...settings, '--auth-root-authentication-method=normal', '--skip-test-db'],
    server: [
      programs.mariadbd,
      ...settings,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(folder, 'mysqld.sock')}`,
      `--pid-file=${join(folder, 'mysqld.pid')}`,
      '--skip-name-resolve',
      '--local-infile=1',
      '--max-allowed-packet=1G',
      '--max-connections=200',
      '--innodb-buffer-pool-size=256M',
      // 2: written to the system at each commit, synced later; a killed process loses nothing.
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-doublewrite=0',
      // Nothing is synced: what the system has outlives the process. With others on the disk, each CREATE TABLE would wait for them.
      '--loose-innodb-flush-method=nosync',
      '--loose-debug-no-sync',
    ],
    signal: 'KILL',
  }
}

async function answers(kind: ServerKind, url: string): Promise<boolean> {
  try {
    if (kind === 'postgres') {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
      client.on('error', () => undefined)
      await client.connect()
      await client.end()
    } else {
      const connection = await mysql.createConnection({ uri: url, connectTimeout: 2_000 })
      await connection.end()
    }
    return true
  } catch {
    return false
  }
}

function startFailure(kind: ServerKind, supervisor: Supervisor): Error {
  const file = join(supervisor.folder, 'server.log')
  const log = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n') : '(no log)'
  return new Error(`the ${kind} server of the tests did not start:\n${log}`)
}

async function untilAnswers(kind: ServerKind, url: string, supervisor: Supervisor): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await answers(kind, url))) {
    const pid = supervisor.pid()
    const dead = supervisor.ended() || (pid !== null && !isAlive(pid))
    if (dead || Date.now() > deadline) {
      const failure = startFailure(kind, supervisor)
      await supervisor.stop()
      throw failure
    }
    await sleep(50)
  }
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return 0 // Ended while we looked.
  }
}

function parents(): [pid: number, parent: number][] {
  if (existsSync('/proc/self/stat')) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids.map((pid) => [Number(pid), parentOf(Number(pid))])
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
}

/** The processes that a process has started, itself included. */
function family(pid: number): number[] {
  const children = parents().filter(([, parent]) => parent === pid)
  return [pid, ...children.map(([child]) => child)]
}

async function killFamily(pid: number): Promise<void> {
  const members = family(pid)
  for (const member of members) {
    try {
      process.kill(member, 'SIGKILL')
    } catch {
      // Gone by itself in the meantime.
    }
  }
  const deadline = Date.now() + KILL_MS
  while (members.some(isAlive) && Date.now() < deadline) await sleep(10)
}

function programsOrCleanUp(kind: ServerKind, folder: string, as: RunAs): Record<string, string> {
  try {
    const programs = serverPrograms(kind, folder)
    // What was fetched must be removable for the one who will remove the folder.
    if (as.uid !== undefined) execFileSync('chown', ['-R', `${as.uid}:${as.gid}`, folder])
    return programs
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Arguments of the server that a test wants besides; it may put files into the server's folder first, which become the server's. */
export type Extras = (folder: string) => readonly string[]

/** The command line that makes the data folder in place of an empty one: a copy of another server's. */
export type Init = (data: string) => readonly string[]

async function launch(
  kind: ServerKind,
  extras: Extras = () => [],
  init?: Init,
): Promise<{ readonly supervisor: Supervisor; readonly url: string }> {
  removeStale()
  const as = runAs([kind, 'nobody'])
  const folder = makeFolder(kind, as)
  const added = extras(folder)
  const programs = programsOrCleanUp(kind, folder, as)
  const port = await freePort()
  const commands = kind === 'postgres' ? postgresCommands : mysqlCommands
  const { server, ...rest } = commands(folder, port, programs)
  const made = init === undefined ? rest : { ...rest, init: init(join(folder, 'data')) }
  const supervisor = supervise(folder, { ...made, server: [...server, ...added] }, as)
  const url = kind === 'postgres' ? `postgres://postgres@127.0.0.1:${port}/postgres` : `mysql://root@127.0.0.1:${port}/`
  await untilAnswers(kind, url, supervisor)
  return { supervisor, url }
}

/**
 * Starts a server of one's own: `await using server = await dedicatedServer('postgres')`. About a second.
 * Throws an Error that says what to install where there is no server to run.
 */
export async function dedicatedServer(kind: ServerKind, extras?: Extras, init?: Init): Promise<DedicatedServer> {
  const { supervisor, url } = await launch(kind, extras, init)
  const livingPid = () => {
    const pid = supervisor.pid()
    return pid !== null && isAlive(pid) ? pid : null
  }
  return {
    kind,
    url,
    get pid() {
      return livingPid()
    },
    async kill() {
      const pid = livingPid()
      if (pid !== null) await killFamily(pid)
    },
    async restart() {
      const before = supervisor.pid()
      supervisor.start()
      while (supervisor.pid() === before) await sleep(10)
      await untilAnswers(kind, url, supervisor)
    },
    stop: () => supervisor.stop(),
    [Symbol.asyncDispose]: () => supervisor.stop(),
  }
}
