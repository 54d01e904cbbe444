/** What the command line touches of the outside world, so that tests can stand in for it. */
import { homedir } from 'node:os'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Stream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

export interface Io {
  readonly stdout: Stream
  readonly stderr: Stream
  readonly stdinIsTTY: boolean
  /** All of standard input. */
  readStdin(): Promise<string>
  readonly env: Environment
  readonly cwd: string
  readonly home: string
  /** Milliseconds that only go forward. */
  now(): number
  /** Calls `work` every `ms` milliseconds until the returned function is called; does not keep the process alive. */
  every(ms: number, work: () => void): () => void
  /** Calls `heard` at each SIGINT and SIGTERM until the returned function is called. */
  onSignal(heard: () => void): () => void
  /** Asks a question that is answered by yes or no. */
  confirm(question: string): Promise<boolean>
  /** Ends the process now. */
  exit(code: number): void
}

/** The process itself. */
export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdinIsTTY: process.stdin.isTTY === true,
    async readStdin() {
      const { text } = await import('node:stream/consumers')
      return text(process.stdin)
    },
    env: process.env,
    cwd: process.cwd(),
    home: process.env.HOME ?? homedir(),
    now: () => performance.now(),
    every(ms, work) {
      const timer = setInterval(work, ms).unref()
      return () => clearInterval(timer)
    },
    onSignal(heard) {
      process.on('SIGINT', heard)
      process.on('SIGTERM', heard)
      return () => {
        process.off('SIGINT', heard)
        process.off('SIGTERM', heard)
      }
    },
    async confirm(question) {
      const { confirm, isCancel } = await import('@clack/prompts')
      const answer = await confirm({ message: question, initialValue: false, output: process.stderr })
      return !isCancel(answer) && answer
    },
    exit: (code) => process.exit(code),
  }
}
