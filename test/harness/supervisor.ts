/**
 * A shell that owns a temporary folder and, where given, a server in it. It waits for its standard input to end, then ends
 * the server and removes the folder. The input is a pipe from this process: when this process goes, however, everything goes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'naru-test-'
const YOUNG_MS = 60_000

/** Who a server runs as; empty: as this process. */
export interface RunAs {
  readonly uid?: number
  readonly gid?: number
}

/** What to run, as words of a command line. `init` runs to its end first. */
export interface Supervised {
  readonly init: readonly string[]
  readonly server: readonly string[]
  /** Signal that ends the server, without SIG. */
  readonly signal: 'QUIT' | 'KILL'
}

/** A folder with its supervisor. */
export interface Supervisor {
  readonly folder: string
  /** Starts the server again after it ended. */
  start(): void
  /** The server's process id, null before it runs. */
  pid(): number | null
  /** Whether the supervisor has ended (its init failed). */
  ended(): boolean
  /** Ends the server and removes the folder; resolves when both are gone. */
  stop(): Promise<void>
}

/** Where test folders lie on a disk. Servers that root starts as another user must be able to reach it, so root's own TMPDIR is no place. */
function onDisk(): string {
  return process.getuid?.() === 0 && existsSync('/tmp') ? '/tmp' : tmpdir()
}

const MEMORY = '/dev/shm'
/** Several times what servers and folders were seen to hold at one time (0.7 GB), with an installed package besides. */
const ROOM_BYTES = 6 * 2 ** 30

/** Whether the file system in memory may run programs (fetched servers lie there too) and has room to spare, and so has the machine. */
function isMemoryUsable(): boolean {
  if (!existsSync('/proc/mounts') || !existsSync(MEMORY)) return false
  const mount = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, at, type]) => at === MEMORY && type === 'tmpfs')
  if (mount === undefined || /\b(noexec|ro)\b/.test(mount[3])) return false
  const { bavail, bsize } = statfsSync(MEMORY)
  return bavail * bsize > ROOM_BYTES && freemem() > ROOM_BYTES
}

/**
 * In memory where that is plentiful: each database is hundreds of files that live for a second, and ext4 without a journal looks at every
 * file that was removed in the last minutes before it makes one (measured: two thirds of the processor time of tests on servers).
 */
function temporaryFolder(): string {
  return isMemoryUsable() ? MEMORY : onDisk()
}

/** A new folder that belongs to this process by name (see `removeStale`) and to the user who will work in it. */
export function makeFolder(purpose: string, as: RunAs = {}): string {
  const folder = mkdtempSync(join(temporaryFolder(), `${PREFIX}${process.pid}-${purpose}-`))
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid)
  return folder
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

function script(folder: string, run: Supervised | null): string {
  const remove = `cd / && rm -rf ${quote(folder)}`
  if (run === null) return `cat >/dev/null; ${remove}`
  const log = quote(join(folder, 'server.log'))
  return [
    `fail() { cat >/dev/null; ${remove}; exit 1; }`,
    `${run.init.map(quote).join(' ')} >>${log} 2>&1 </dev/null || { touch ${quote(join(folder, 'failed'))}; fail; }`,
    `start() { ${run.server.map(quote).join(' ')} >>${log} 2>&1 </dev/null & pid=$!; echo "$pid" >${quote(join(folder, 'server.pid'))}; }`,
    'start',
    'while read -r line; do wait "$pid"; start; done',
    `kill -${run.signal} "$pid" 2>/dev/null; wait "$pid" 2>/dev/null`,
    // A postmaster that was killed leaves its System V segment; the seventh line of its pid file names it.
    `old=$(sed -n 7p ${quote(join(folder, 'data', 'postmaster.pid'))} 2>/dev/null); [ -z "$old" ] || ipcrm -m "\${old##* }" 2>/dev/null`,
    remove,
  ].join('\n')
}

function readPid(folder: string): number | null {
  const file = join(folder, 'server.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  return pid > 0 ? pid : null
}

function over(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Puts `folder` (and a server in it) under a supervisor. */
export function supervise(folder: string, run: Supervised | null = null, as: RunAs = {}): Supervisor {
  const child = spawn('/bin/sh', ['-c', script(folder, run)], {
    ...as,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LC_ALL: 'C' },
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.stdin.on('error', () => undefined)
  child.unref()
  const stdin = child.stdin as typeof child.stdin & { unref?(): void }
  stdin.unref?.()
  return {
    folder,
    start: () => void child.stdin.write('start\n'),
    pid: () => readPid(folder),
    ended: () => over(child) || existsSync(join(folder, 'failed')),
    async stop() {
      child.ref()
      child.stdin.end()
      await gone
    },
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
}

function removeOne(folder: string): void {
  const pid = readPid(folder)
  const commandLine = `/proc/${pid}/cmdline`
  // The number may belong to another process by now: only one that names this folder is ours.
  if (pid !== null && existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(folder)) {
    process.kill(pid, 'SIGKILL')
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Removes what runs left behind whose supervisor was killed too: folders of processes that are no more. */
export function removeStale(): void {
  for (const place of [onDisk(), MEMORY]) if (existsSync(place)) removeStaleIn(place)
}

function removeStaleIn(place: string): void {
  for (const name of readdirSync(place)) {
    const owner = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0
    if (!(owner > 0) || isAlive(owner)) continue
    const folder = join(place, name)
    try {
      if (Date.now() - statSync(folder).mtimeMs > YOUNG_MS) removeOne(folder)
    } catch {
      // Another run is removing it, or it belongs to another user.
    }
  }
}
