/** A world for the command line in which nothing is real: streams that remember, a clock that stands still, signals by call. */
import type { Io, Stream } from '../../src/cli/io.ts'

export interface FakeIo extends Io {
  readonly out: () => string
  readonly err: () => string
  /** Moves the clock and lets timers fire once. */
  advance(ms: number): void
  interrupt(): void
  readonly exits: number[]
  readonly questions: string[]
}

export interface FakeSettings {
  readonly tty?: boolean
  readonly columns?: number
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly answer?: boolean
  /** What stands on standard input. */
  readonly stdin?: string
}

function memory(tty: boolean, columns: number): { stream: Stream; text: () => string } {
  const parts: string[] = []
  return {
    stream: { write: (text) => parts.push(text), isTTY: tty, columns, rows: 24 },
    text: () => parts.join(''),
  }
}

/** Streams are no terminals unless asked for. */
export function fakeIo(o: FakeSettings = {}): FakeIo {
  const stdout = memory(o.tty === true, o.columns ?? 100)
  const stderr = memory(o.tty === true, o.columns ?? 100)
  const timers = new Set<() => void>()
  const listeners = new Set<() => void>()
  const exits: number[] = []
  const questions: string[] = []
  let clock = 0
  return {
    stdout: stdout.stream,
    stderr: stderr.stream,
    stdinIsTTY: o.tty === true,
    readStdin: async () => o.stdin ?? '',
    env: o.env ?? { NO_COLOR: '1' },
    cwd: o.cwd ?? process.cwd(),
    home: '/nowhere',
    now: () => clock,
    every(_ms, work) {
      timers.add(work)
      return () => timers.delete(work)
    },
    onSignal(heard) {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    async confirm(question) {
      questions.push(question)
      return o.answer === true
    },
    exit: (code) => exits.push(code),
    out: stdout.text,
    err: stderr.text,
    advance(ms) {
      clock += ms
      for (const work of timers) work()
    },
    interrupt() {
      for (const heard of listeners) heard()
    },
    exits,
    questions,
  }
}
