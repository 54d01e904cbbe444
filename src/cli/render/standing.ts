/** Where a run stands, as lines of text. */
import { count, duration, percent, plural, printable, size } from '../../app/format.ts'
import type { Standing } from './progress.ts'
import type { Style } from './style.ts'
import { pad, truncate } from './width.ts'

/** What is going on and how far it is, in one line without colours. */
export function standingLine(at: Standing): string {
  if (at.phase === 'data') {
    const parts = [
      `${percent(at.rows, at.total)}  ${count(at.rows)} of ${plural(at.total, 'row')}`,
      ...(at.rowsPerSecond > 0
        ? [`${count(Math.round(at.rowsPerSecond))} rows/s`, `${size(at.bytesPerSecond)}/s`]
        : []),
      ...(at.eta !== null && at.rows < at.total ? [`ETA ${duration(Math.ceil(at.eta / 1000) * 1000)}`] : []),
      ...(at.tables > 1 ? [`${count(at.tablesDone)} of ${count(at.tables)} tables`] : []),
      ...(at.rejected > 0 ? [`${count(at.rejected)} refused`] : []),
    ]
    return parts.join('  ')
  }
  if (at.phase === 'verify')
    return `${count(at.verified)} of ${plural(Math.max(at.tables, at.verified), 'table')} verified`
  return at.steps > 0 ? `${count(at.steps)} done` : ''
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `width` cells, filled by eighths. */
export function bar(share: number, width: number): string {
  const eighths = Math.floor(Math.min(1, Math.max(0, share)) * width * 8)
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
  return filled + '░'.repeat(width - filled.length)
}

const NAME = 24
const BAR = 20

/** The live block: one line for the run, then one for each table under way, as many as `room` allows. */
export function standingBlock(at: Standing, room: number, s: Style): string[] {
  const line = (name: string, share: number | null, text: string) =>
    [pad(truncate(printable(name), NAME), NAME), share === null ? ' '.repeat(BAR) : bar(share, BAR), text].join('  ')
  const share = at.phase === 'data' ? at.rows / Math.max(1, at.total) : null
  const head = share === null ? `${at.phase}  ${standingLine(at)}` : line(at.phase, share, standingLine(at))
  const shown = at.phase === 'data' ? at.running.slice(0, Math.max(0, room - 1)) : []
  const body = shown.map((t) => {
    const known = t.total !== null && t.total > 0
    const text = known ? `${percent(t.rows, t.total ?? 0)}  ${count(t.rows)}` : plural(t.rows, 'row')
    return line(t.table, known ? t.rows / (t.total ?? 1) : null, text)
  })
  return [s.bold(truncate(`  ${head}`, s.width - 1)), ...body.map((text) => s.dim(truncate(`  ${text}`, s.width - 1)))]
}
