/** Runs the real command line as a process of its own, so that it can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../../bin/naru.js')

export interface Finished {
  /** null when the process was killed. */
  readonly code: number | null
  readonly output: string
}

export interface Running {
  readonly child: ChildProcess
  readonly end: Promise<Finished>
}

/** Starts `naru ARGS` in a folder. */
export function startNaru(args: readonly string[], cwd: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...process.env, NO_COLOR: '1', ...env } })
  const parts: string[] = []
  child.stdout.on('data', (d) => parts.push(String(d)))
  child.stderr.on('data', (d) => parts.push(String(d)))
  const end = new Promise<Finished>((resolve) =>
    child.once('close', (code) => resolve({ code, output: parts.join('') })),
  )
  return { child, end }
}

/** Runs `naru ARGS` to its end. */
export function naru(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Finished> {
  return startNaru(args, cwd, env).end
}
