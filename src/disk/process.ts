/** Processes of this machine, so that another one which was given the same id is not taken for them. */
import { readFileSync } from 'node:fs'

/** When a process began, in ticks since the machine did; null where there is no such process, undefined where that is not told. */
export function processStart(pid: number): string | null | undefined {
  const own = ticks(process.pid)
  if (own === null) return isAlive(pid) ? undefined : null
  return pid === process.pid ? own : ticks(pid)
}

function ticks(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may hold anything.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return null
  }
}

/** Whether there is a process of that id, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
