/** Progress where there is no terminal (CI, files): plain lines, few of them. */
import { duration, plural, printable } from '../../app/format.ts'
import type { NaruEvent } from '../../core/event.ts'
import type { Io } from '../io.ts'
import { type Display, lasting, MOST_REJECTS } from './display.ts'
import { progress } from './progress.ts'
import { standingLine } from './standing.ts'

const EVERY_MS = 5000
/** Phases quicker than this are not worth a line. */
const LEAST_MS = 100

function lineOf(event: NaruEvent): string | null {
  if (event.type === 'phase') {
    return event.state === 'end' && (event.ms ?? 0) >= LEAST_MS
      ? `${event.phase} done in ${duration(event.ms ?? 0)}`
      : null
  }
  if (event.type === 'table') {
    return event.state === 'end' ? `${printable(event.table)}: ${plural(event.rows, 'row')}` : null
  }
  return lasting(event)
}

/** A line on stderr when something is done, and one every few seconds between. */
export function logDisplay(io: Io): Display {
  const state = progress()
  const began = io.now()
  let last = began
  let rejects = 0
  const write = (text: string) => {
    last = io.now()
    io.stderr.write(`[${duration(last - began).padStart(8)}] ${text}\n`)
  }
  function tick(): void {
    if (io.now() - last < EVERY_MS) return
    const at = state.standing(io.now())
    if (at.phase !== '') write(`${at.phase}  ${standingLine(at)}`.trimEnd())
  }
  const stop = io.every(1000, tick)
  return {
    report(event) {
      state.apply(event, io.now())
      if (event.type === 'reject' && ++rejects > MOST_REJECTS) return
      const line = lineOf(event)
      if (line !== null) write(line)
      else tick()
    },
    close: stop,
  }
}
