/** What was done about a database that had drifted, on the terminal. */
import { plural } from '../../app/format.ts'
import type { DriftAdoption, DriftReversal } from '../../core/drift.ts'
import { marked } from './autogenerate.ts'
import { pathText } from './revisions.ts'
import type { Style } from './style.ts'
import { verdictLine } from './verdict.ts'

/** One line: what the database has now. */
export function adoptionLine(r: DriftAdoption, s: Style): string {
  if (r.outcome === 'unchanged') {
    const sentence = `${r.database} has what its revisions made; no file was written.`
    return verdictLine({ tone: 'good', headline: 'Nothing to do', sentence }, s)
  }
  const done = `revision ${r.id} makes what ${r.database} has, which is noted there`
  if (r.exit === 0) return verdictLine({ tone: 'good', headline: 'Adopted', sentence: `${done}.` }, s)
  const sentence = `${done}; ${plural(r.remaining.length, 'difference')} ${r.remaining.length === 1 ? 'remains' : 'remain'}.`
  return verdictLine({ tone: 'warn', headline: 'Adopted in part', sentence }, s)
}

/** The path of the revision, what it loses, and what deviates still. */
export function adoptionText(r: DriftAdoption, s: Style, cwd: string): string {
  if (r.path === null) return `${adoptionLine(r, s)}\n`
  const lines = [
    pathText(r.path, cwd),
    `  ${plural(r.statements.up, 'statement')} up, ${r.statements.down} down`,
    ...r.losses.up.flatMap((what) => marked('!', 'warn', `loses data where it is run: ${what}`, s)),
    ...r.losses.down.flatMap((what) => marked('!', 'warn', `loses data on the way down: ${what}`, s)),
    ...(r.proof?.verdict === 'irreversible' ? r.proof.lines : []).flatMap((line) =>
      marked('!', 'warn', `there is no way down: ${line}`, s),
    ),
    ...r.remaining.flatMap((line) => marked('✗', 'bad', line, s)),
    adoptionLine(r, s),
  ]
  return `${lines.join('\n')}\n`
}

/** One line: whether there is anything to take back. */
export function reversalLine(r: DriftReversal, s: Style): string {
  if (r.sql === null) {
    const sentence = `${r.database} has what its revisions made; nothing is to be taken back.`
    return verdictLine({ tone: 'good', headline: 'Same', sentence }, s)
  }
  const sentence = `${plural(r.lines.length, 'difference')} in ${r.database}: ${plural(r.statements, 'statement')} to take back what was chosen.`
  return verdictLine({ tone: 'bad', headline: 'Drifted', sentence }, s)
}
