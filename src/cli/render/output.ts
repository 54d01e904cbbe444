/** Where a command's words go: people, machines (`--json`), or nearly nowhere (`--quiet`). */
import { compactJson } from '../../app/report/json.ts'
import type { NaruError } from '../../core/error.ts'
import type { NaruEvent, Reporter } from '../../core/event.ts'
import { errorEvent, errorText } from '../exit.ts'
import type { Io } from '../io.ts'
import type { Display } from './display.ts'
import { liveDisplay } from './live.ts'
import { logDisplay } from './log.ts'
import { type Style, styleOf } from './style.ts'

/** What a command found out, in the three forms that it may be shown in. */
interface Result {
  /** For people. */
  readonly text: (style: Style) => string
  /** The verdict alone, for --quiet. */
  readonly line: (style: Style) => string
  /** For --json: one object with a `type`. */
  readonly event: { readonly type: string }
}

export interface Output extends Reporter {
  /** A line for people about what happens, not a result. */
  say(text: string): void
  result(result: Result): void
  error(error: NaruError): void
  /** Puts the terminal back as it was; `result` and `error` do so too. */
  close(): void
}

export interface OutputFlags {
  readonly json?: boolean
  readonly quiet?: boolean
}

/** NDJSON on stdout, nothing else. With --quiet only result and error. */
function machineOutput(io: Io, quiet: boolean): Output {
  const line = (event: object) => io.stdout.write(`${compactJson(event)}\n`)
  return {
    report: (event: NaruEvent) => {
      if (!quiet) line(event)
    },
    say: (text) => {
      if (!quiet) line({ type: 'note', message: text })
    },
    result: (r) => line(r.event),
    error: (error) => line(errorEvent(error)),
    close() {},
  }
}

const SILENT: Display = { report() {}, close() {} }

/** Results on stdout, progress and errors on stderr. */
function humanOutput(io: Io, quiet: boolean): Output {
  const display = quiet ? SILENT : io.stderr.isTTY ? liveDisplay(io) : logDisplay(io)
  return {
    report: (event) => display.report(event),
    say: (message) => {
      if (!quiet) display.report({ type: 'note', message })
    },
    result(r) {
      display.close()
      const style = styleOf(io.stdout, io.env)
      io.stdout.write(quiet ? `${r.line(style)}\n` : r.text(style))
    },
    error(error) {
      display.close()
      io.stderr.write(errorText(error, styleOf(io.stderr, io.env)))
    },
    close: () => display.close(),
  }
}

/** The output that the flags ask for. */
export function outputFor(io: Io, flags: OutputFlags): Output {
  const quiet = flags.quiet === true
  return flags.json ? machineOutput(io, quiet) : humanOutput(io, quiet)
}
