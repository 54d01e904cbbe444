/** Where a run stands, as lines of text. */
import { count, duration, percent, plural, printable, size } from '../../app/format.ts'
import type { Standing } from './progress.ts'
import type { Style } from './style.ts'
import { displayWidth, pad, truncate } from './width.ts'

const COMPARE = 'compare'
/** Phases that are told by rows. */
const ROWS: ReadonlySet<string> = new Set(['data', COMPARE])

/** Whole seconds, upwards: a promise need not be exact. */
const left = (ms: number) => (ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : duration(ms))

/** How many rows there are to be is not said yet: lanes connect, tables are split. */
const untold = (at: Standing) => at.tables === 0 && at.rows === 0

/** The parts of the line about rows, the most telling first, each with its place in the line. */
function dataParts(at: Standing): { text: string; place: number }[] {
  const moving = at.rowsPerSecond > 0 && at.pause === null
  // A comparison knows from statistics alone how many rows there are.
  const about = at.phase === COMPARE ? 'about ' : ''
  const total = Math.max(at.total, at.phase === COMPARE ? at.rows : 0)
  const parts: [boolean, number, string][] = [
    [at.pause !== null, -1, `paused ${left(at.pause?.ms ?? 0)}: ${printable(at.pause?.reason ?? '')}`],
    [!untold(at), 0, `${percent(at.rows, total)}  ${count(at.rows)} of ${about}${plural(total, 'row')}`],
    [at.rejected > 0, 5, `${count(at.rejected)} refused`],
    [moving && at.eta !== null && at.rows < total, 3, `ETA ${left(at.eta ?? 0)}`],
    [moving, 1, `${count(Math.round(at.rowsPerSecond))} rows/s`],
    [moving && at.bytesPerSecond > 0, 2, `${size(at.bytesPerSecond)}/s`],
    [at.tables > 1, 4, `${count(at.tablesDone)} of ${count(at.tables)} tables`],
  ]
  return parts.flatMap(([there, place, text]) => (there ? [{ text, place }] : []))
}

function filesLine(f: NonNullable<Standing['files']>): string {
  const moving = f.filesPerSecond > 0 || f.bytesPerSecond > 0
  const parts = [
    f.of === null
      ? plural(f.settled, 'address', 'addresses')
      : `${percent(f.settled, f.of)}  ${count(f.settled)} of ${plural(f.of, 'file')}`,
    ...(moving ? [`${count(Math.round(f.filesPerSecond))} files/s`, `${size(f.bytesPerSecond)}/s`] : []),
    ...(f.refused > 0 ? [`${count(f.refused)} not moved`] : []),
    ...(f.eta === null || f.settled === f.of ? [] : [`ETA ${left(f.eta)}`]),
  ]
  return parts.join('  ')
}

/** What is going on and how far it is, in one line of at most `width` cells without colours: what has no room is left out. */
export function standingLine(at: Standing, width = Number.POSITIVE_INFINITY): string {
  if (at.statement !== null) {
    const { number, of, object, ms } = at.statement
    return `${number} of ${of}  ${printable(object)}  ${duration(ms)}`
  }
  if (at.files !== null) return filesLine(at.files)
  if (at.phase === 'verify')
    return `${count(at.verified)} of ${plural(Math.max(at.tables, at.verified), 'table')} verified`
  if (!ROWS.has(at.phase)) return at.steps > 0 ? `${count(at.steps)} done` : ''
  const kept: { text: string; place: number }[] = []
  let used = -2
  for (const part of dataParts(at)) {
    used += part.text.length + 2
    if (used > width && kept.length > 0) break
    kept.push(part)
  }
  return kept
    .sort((a, b) => a.place - b.place)
    .map((part) => part.text)
    .join('  ')
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `width` cells, filled by eighths. */
export function bar(share: number, width: number): string {
  const eighths = Math.floor(Math.min(1, Math.max(0, share)) * width * 8)
  const filled = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
  return filled + '░'.repeat(width - filled.length)
}

const MOST_NAME = 24
/** Terminals narrower than this get shorter bars. */
const WIDE = 110

function tableLine(t: Standing['running'][number]): { share: number | null; text: string } {
  if (t.total === null || t.total === 0) return { share: null, text: plural(t.rows, 'row') }
  return { share: t.rows / t.total, text: `${percent(t.rows, t.total)}  ${count(t.rows)}` }
}

/** The live block: one line for the run, then one for each table under way, as many as `room` allows. */
export function standingBlock(at: Standing, room: number, s: Style): string[] {
  const fit = (text: string) => truncate(`  ${text}`, s.width - 1)
  if (!ROWS.has(at.phase) || untold(at)) return [s.bold(fit(`${at.phase}  ${standingLine(at)}`.trimEnd()))]
  const shown = at.running.slice(0, Math.max(0, room - 1))
  const names = [at.phase, ...shown.map((t) => printable(t.table))]
  const name = Math.min(MOST_NAME, Math.max(...names.map(displayWidth)))
  const cells = s.width < WIDE ? 10 : 20
  const line = (label: string, share: number | null, text: string) =>
    fit([pad(truncate(label, name), name), share === null ? ' '.repeat(cells) : bar(share, cells), text].join('  '))
  const head = line(
    at.phase,
    at.rows / Math.max(1, at.total, at.phase === COMPARE ? at.rows : 0),
    standingLine(at, s.width - name - cells - 7),
  )
  const body = shown.map((t, i) => line(names[i + 1], tableLine(t).share, tableLine(t).text))
  return [s.bold(head), ...body.map(s.dim)]
}
