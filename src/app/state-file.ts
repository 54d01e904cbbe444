/** A file of lines that only grows, for one process at a time. What is written is there after a kill, but for the last moment. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../disk/make-folder.ts'

/** Time between two writes, in milliseconds. */
const EVERY_MS = 500
/** Characters that wait at most. */
const WAITING = 256 * 1024

export interface StateFile {
  /** Adds a line; it is written soon. False: there is no room for it, or the file cannot be written. */
  add(line: object): boolean
  /** Writes what waits. */
  flush(): void
  /** Nothing is kept any more, and the file is gone. */
  remove(): void
  close(): void
}

export interface StateFileOptions {
  readonly path: string
  /** Go on with a file that is there; else it is written anew, once there is something to write. */
  readonly append: boolean
  /** Bytes that it may grow to. */
  readonly most: number
  /** Told once, where it cannot be written. */
  readonly failed: (why: string) => void
}

/** A file that is made when the first lines are written: what is over soon leaves no trace. */
export function stateFile(o: StateFileOptions): StateFile {
  let waiting: string[] = []
  let held = 0
  let size = o.append ? statSync(o.path).size : 0
  let file: number | null = null
  let broken = false
  const flush = () => {
    if (waiting.length === 0 || broken) return
    try {
      file ??= open(o)
      writeSync(file, waiting.join(''))
      waiting = []
      held = 0
    } catch (error) {
      broken = true
      o.failed((error as Error).message)
    }
  }
  const timer = setInterval(flush, EVERY_MS).unref()
  const close = () => {
    clearInterval(timer)
    if (file !== null) closeSync(file)
    file = null
  }
  return {
    add(line) {
      const text = `${JSON.stringify(line)}\n`
      size += text.length
      if (broken || size > o.most) return false
      waiting.push(text)
      held += text.length
      if (held > WAITING) flush()
      return true
    },
    flush,
    remove() {
      waiting = []
      close()
      rmSync(o.path, { force: true })
    },
    close() {
      flush()
      close()
    },
  }
}

/** Rows of databases may be in it: nobody else reads it. A line that a kill has cut off goes. */
function open({ path, append }: StateFileOptions): number {
  makeFolder(dirname(path))
  if (append) truncateSync(path, readFileSync(path).lastIndexOf(NEWLINE) + 1)
  else rmSync(path, { force: true })
  return openSync(path, append ? 'a' : 'wx', 0o600)
}

const NEWLINE = 0x0a

/** The lines of a file; null where there is none. A last line that was cut off by a kill is left out. */
export function readState(path: string): object[] | null {
  if (!existsSync(path)) return null
  const lines = readFileSync(path, 'utf8').split('\n')
  lines.pop()
  const read: object[] = []
  for (const line of lines) {
    const value = parsed(line)
    if (value === null) break
    read.push(value)
  }
  return read
}

function parsed(line: string): object | null {
  try {
    return JSON.parse(line) as object
  } catch {
    return null // a disk that was full: what stands behind it cannot follow on
  }
}
