/** Runs one contender as a process (or a pipe of two) and measures it: wall time, processor time and peak memory of the process tree. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Measured {
  /** Seconds. */
  readonly wall: number
  /** Seconds of processor time of the contender itself, servers not counted. */
  readonly cpu: number
  /** Peak resident set in megabytes, all processes of the contender added up. */
  readonly peak: number
  readonly exit: number
  readonly output: string
}

const TICKS = 100 // USER_HZ, fixed in Linux's /proc

interface Sample {
  readonly cpu: number
  readonly rss: number
}

/** Runs a shell command; the database servers are not its children and so do not count. */
export async function measure(command: string, env: Record<string, string> = {}): Promise<Measured> {
  if (read(`/proc/self/task/${process.pid}/children`) === null)
    throw new Error('this system does not list children of processes')
  const began = performance.now()
  const child = spawn('bash', ['-c', `set -o pipefail; ${command}`], { env: { ...process.env, ...env } })
  const output: string[] = []
  child.stdout.on('data', (d) => output.push(String(d)))
  child.stderr.on('data', (d) => output.push(String(d)))
  const seen = new Map<number, Sample>()
  let peak = 0
  const look = () => {
    const now = family(child.pid ?? 0)
    for (const [pid, sample] of now) seen.set(pid, sample)
    peak = Math.max(
      peak,
      [...now.values()].reduce((n, s) => n + s.rss, 0),
    )
  }
  const timer = setInterval(look, 40)
  const exit = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)))
  clearInterval(timer)
  const cpu = [...seen.values()].reduce((n, s) => n + s.cpu, 0)
  return { wall: (performance.now() - began) / 1000, cpu, peak: peak / 1e6, exit, output: output.join('') }
}

/** The process and its children. Others are not looked at: that took a twentieth of a processor from what is measured. */
function family(root: number, samples = new Map<number, Sample>()): Map<number, Sample> {
  const stat = read(`/proc/${root}/stat`)
  if (stat === null) return samples
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  samples.set(root, { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, rss: Number(fields[21]) * 4096 })
  // A child belongs to the thread that began it.
  for (const thread of list(`/proc/${root}/task`)) {
    for (const child of read(`/proc/${root}/task/${thread}/children`)?.split(' ') ?? [])
      if (child !== '') family(Number(child), samples)
  }
  return samples
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // the process has ended
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // the process has ended
  }
}

/** Whether a program is on this machine. */
export function found(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** The one in the middle; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
