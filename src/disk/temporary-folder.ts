/**
 * Folders for what a process needs by a name: they may hold rows of users, so what a process left behind when it was killed is removed by the
 * next one of the same user. Their names tell whose they are: process, the moment it began, machine.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { makeFolder } from './make-folder.ts'
import { processStart } from './process.ts'

/** Ids of processes mean something within one machine or container alone, and several may share a temporary folder. */
const home = createHash('sha256').update(`${hostname()} ${processSpace()}`).digest('hex').slice(0, 6)

function processSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** A folder that this user alone can enter, in `parent`, which is made where it is missing. Whoever makes it removes it. Throws what mkdir throws. */
export async function temporaryFolder(purpose: string, parent: string = tmpdir()): Promise<string> {
  makeFolder(parent)
  if (parent === tmpdir()) await sweepTemporary()
  else await sweep(parent)
  const start = Number(processStart(process.pid) ?? 0).toString(36)
  return await mkdtemp(join(parent, `naru-${purpose}-${process.pid.toString(36)}-${start}-${home}-`))
}

let swept: Promise<void> | undefined

/** Removes what processes of this user left behind in the system's temporary folder, once in each process. Never throws. */
export function sweepTemporary(): Promise<void> {
  swept ??= isMainThread ? sweep(tmpdir()) : Promise.resolve()
  return swept
}

async function sweep(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => [])
  for (const name of names.filter(isAbandoned)) {
    const path = join(parent, name)
    const found = await lstat(path).catch(() => null)
    if (found?.isDirectory() !== true || found.uid !== (process.getuid?.() ?? found.uid)) continue
    stopServer(path)
    // What another process removes at this moment need not be removed.
    await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
  }
}

function isAbandoned(name: string): boolean {
  const [, pid, start, machine] = /^naru-[a-z]+-([0-9a-z]+)-([0-9a-z]+)-([0-9a-f]{6})-.{6}$/.exec(name) ?? []
  if (machine !== home) return false
  const now = processStart(Number.parseInt(pid, 36))
  return now === null || (now !== undefined && Number(now).toString(36) !== start)
}

/** Where a server that works in a temporary folder writes its id, below that folder. */
export const SERVER_PID = join('server', 'pid')

/** Ends the server of a temporary folder at once: the process of the id in its file, if that is one which was started there. */
export function stopServer(folder: string): void {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, SERVER_PID), 'latin1'), 10)
    if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder)) process.kill(pid, 'SIGKILL')
  } catch {
    // there is none, or it is gone
  }
}
