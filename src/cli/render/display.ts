/** What every display of progress has in common. */
import { duration, printable } from '../../app/format.ts'
import type { NaruEvent } from '../../core/event.ts'

export interface Display {
  report(event: NaruEvent): void
  /** Takes the moving lines away; what was told stays. */
  close(): void
}

/** What is worth a line that stays. */
export function lasting(event: NaruEvent): string | null {
  switch (event.type) {
    case 'note':
      return printable(event.message)
    case 'warning':
      return `warning: ${printable(event.message)}`
    case 'run':
      return event.resumed ? `continuing run ${event.run}` : null
    case 'phase':
      return event.state === 'end' && (event.ms ?? 0) >= 1000
        ? `${event.phase} done in ${duration(event.ms ?? 0)}`
        : null
    case 'comparison':
      return event.resumed ? 'continuing the comparison that was begun' : null
    case 'pause':
      return pauseLine(event)
    case 'statement':
      return statementLine(event)
    case 'revision':
      return event.state === 'begin' ? revisionLine(event) : null
    case 'reject':
      return printable(`refused: ${event.table} ${event.key}: ${event.reason}`)
    default:
      return null
  }
}

function pauseLine({ state, reason, ms }: Extract<NaruEvent, { type: 'pause' }>): string | null {
  if (state === 'begin') return `paused: ${printable(reason)}`
  return state === 'end' ? `going on after ${duration(ms)}` : null
}

function revisionLine({ id, message, direction }: Extract<NaruEvent, { type: 'revision' }>): string {
  return printable(`${direction === 'up' ? 'upgrade' : 'downgrade'} ${id}  ${message}`).trimEnd()
}

function statementLine(event: Extract<NaruEvent, { type: 'statement' }>): string | null {
  const place = `${event.number} of ${event.of}  ${printable(event.object)}`
  if (event.state === 'begin') return null
  return event.state === 'skipped' ? `· ${place}  done before` : `✓ ${place}  ${duration(event.ms)}`
}

/** At most this many refused rows are told one by one; the reject file has them all. */
export const MOST_REJECTS = 10
