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
