/** What the commands of files end with on the terminal. */

import type { FilesMoveReport } from '../../app/files/move.ts'
import type { FilesRetryReport } from '../../app/files/retry.ts'
import type { FilesStatus } from '../../app/files/status.ts'
import { count, plural, printable, size } from '../../app/format.ts'
import type { Cell, Report, Tone } from '../../app/report/document.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

type Verdict = Report['verdict']
type FilesTally = FilesMoveReport['tally']
type RewriteCounts = NonNullable<FilesMoveReport['rewritten']>

const TONES: Readonly<Record<string, Tone>> = { done: 'good', none: 'quiet', outside: 'quiet', pending: 'warn' }
const WORDS: Readonly<Record<string, string>> = {
  none: 'empty address',
  outside: 'elsewhere',
  invalid: 'no address',
  pending: 'not fetched yet',
  'wrong-type': 'wrong type',
  'too-large': 'too large',
}

const stateCell = (state: string): Cell => ({ text: WORDS[state] ?? state, tone: TONES[state] ?? 'bad' })

function tallyLines(tally: FilesTally, s: Style): string[] {
  const rows = Object.entries(tally.addresses).map(([state, n]): Cell[] => [stateCell(state), count(n)])
  const table = textTable({ columns: [{ title: 'addresses' }, { title: '', number: true }], rows }, s)
  return [...(rows.length === 0 ? [] : table), ...samples(tally.samples, s)]
}

function samples(list: FilesTally['samples'], s: Style): string[] {
  return list.map((x) => `${s.tone(TONES[x.state] ?? 'warn', '!')} ${printable(`${short(x.address)}: ${x.reason}`)}`)
}

const short = (text: string) => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

function rewriteLine(r: RewriteCounts): string {
  const parts = [
    `${plural(r.rewritten, 'row')} rewritten`,
    `${count(r.same)} as they should be`,
    ...(r.refused > 0 ? [`${count(r.refused)} left as they are, their files could not be moved`] : []),
    ...(r.changed > 0 ? [`${count(r.changed)} changed by somebody else meanwhile and left alone`] : []),
  ]
  return `  rows      ${parts.join(', ')}`
}

const fetchedWords = (t: FilesTally) => `${plural(t.fetched, 'file')} asked for, ${size(t.bytes)} read`

/** The last line of a move. */
export function moveVerdict(r: FilesMoveReport): Verdict {
  const there = r.tally.addresses.done ?? 0
  if (r.dryRun) {
    const pending = r.tally.addresses.pending ?? 0
    return {
      tone: 'quiet',
      headline: 'Nothing was changed',
      sentence: `${plural(pending, 'address', 'addresses')} would be fetched, ${count(there)} known to be there.`,
    }
  }
  return endVerdict(r, there)
}

function endVerdict(
  r: { readonly store: string; readonly stopped: boolean; readonly exit: number; readonly tally: FilesTally },
  there: number,
): Verdict {
  const known = `${plural(there, 'address', 'addresses')} with a file at the destination; ${fetchedWords(r.tally)}.`
  if (r.stopped) return { tone: 'warn', headline: 'Stopped', sentence: `${known} The same command goes on.` }
  if (r.tally.refused > 0) {
    const refused = `${plural(r.tally.refused, 'address', 'addresses')} could not be moved; `
    const next = ` Bring the files or change the policy of the store, then \`naru files retry ${r.store}\`; all of them: \`naru files status ${r.store} --all\`.`
    return { tone: 'bad', headline: 'Not everything is there', sentence: refused + known + next }
  }
  if (r.exit !== 0) return { tone: 'warn', headline: 'Not every row was rewritten', sentence: known }
  return { tone: 'good', headline: 'Everything is settled', sentence: known }
}

/** Counts, what went wrong, the verdict. */
export function moveText(r: FilesMoveReport, s: Style): string {
  const lines = [
    ...tallyLines(r.tally, s),
    ...(r.rewritten === null ? [] : [s.dim(rewriteLine(r.rewritten))]),
    verdictLine(moveVerdict(r), s),
  ]
  return `${lines.join('\n')}\n`
}

/** The last line of a retry. */
export function retryVerdict(r: FilesRetryReport): Verdict {
  return endVerdict(r, r.tally.addresses.done ?? 0)
}

/** Counts, what went wrong, the verdict. */
export function retryText(r: FilesRetryReport, s: Style): string {
  return `${[...tallyLines(r.tally, s), verdictLine(retryVerdict(r), s)].join('\n')}\n`
}

/** A table by store and state. */
export function statusText(status: FilesStatus, s: Style): string {
  if (status.counts.length === 0) return 'no files are remembered here\n'
  const rows = status.counts.map((c): Cell[] => [c.store, stateCell(c.state), count(c.files), size(c.bytes)])
  const number = (title: string) => ({ title, number: true })
  const table = textTable(
    { columns: [{ title: 'store' }, { title: 'state' }, number('files'), number('size')], rows },
    s,
  )
  const troubles = status.troubles.map((t) => ({
    address: t.source,
    state: t.state,
    reason: `${WORDS[t.state] ?? t.state}: ${t.reason}`,
  }))
  const more = status.more ? [s.dim(`  and more, all of them with --all`)] : []
  return `${[...table, ...samples(troubles, s), ...more].join('\n')}\n`
}
