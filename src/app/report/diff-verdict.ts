/** What a comparison comes to, in a headline and a sentence, and the hints that go with it. */
import { stepName } from '../../core/schema.ts'
import type { RenameCandidate, SchemaDiff } from '../../core/schema-diff.ts'
import { unreadWords } from '../../core/unread.ts'
import { plural } from '../format.ts'
import { type DiffItem, diffItems } from './diff-view.ts'
import type { Report } from './document.ts'

/** `2 tables differ, 1 is only in …` */
function differing(items: readonly DiffItem[]): string[] {
  const tables = (mark: DiffItem['mark']) => items.filter((i) => i.kind === 'table' && i.mark === mark).length
  const others = items.filter((i) => i.kind !== 'table').length
  const [changed, added, dropped] = [tables('~'), tables('+'), tables('−')]
  return [
    ...(changed > 0 ? [`${plural(changed, 'table')} ${changed === 1 ? 'differs' : 'differ'}`] : []),
    ...(dropped > 0 ? [`${plural(dropped, 'table')} only in FROM`] : []),
    ...(added > 0 ? [`${plural(added, 'table')} only in TO`] : []),
    ...(others > 0 ? [`${plural(others, 'other object')} ${others === 1 ? 'differs' : 'differ'}`] : []),
  ]
}

/** The verdict of a comparison. */
export function diffVerdict(d: SchemaDiff): Report['verdict'] {
  const verdict = readVerdict(d)
  const unread = (['from', 'to'] as const).flatMap((side) =>
    d[side].unread === undefined ? [] : [`${unreadWords(d[side].unread)} of ${side.toUpperCase()}`],
  )
  if (unread.length === 0) return verdict
  return { ...verdict, sentence: `${verdict.sentence} Not compared: ${unread.join(', ')}.` }
}

function readVerdict(d: SchemaDiff): Report['verdict'] {
  const tables = plural(d.after.tables.length, 'table')
  const hidden = d.ignored.reduce((n, i) => n + i.count, 0)
  const ignoring =
    hidden === 0 ? '' : ` ${plural(hidden, 'difference')} ${hidden === 1 ? 'was' : 'were'} ignored as asked.`
  if (d.same) {
    const others = d.after.others.length === 0 ? '' : ` and ${plural(d.after.others.length, 'other object')}`
    return { tone: 'good', headline: 'Same', sentence: `${tables}${others}, no difference.${ignoring}` }
  }
  const parts = differing(diffItems(d))
  const steps = d.steps === null ? '' : ` ${plural(d.steps.length, 'statement')} would make them the same.`
  const open = d.unplanned.length === 0 ? '' : ` ${plural(d.unplanned.length, 'difference')} cannot be expressed.`
  return { tone: 'bad', headline: 'Different', sentence: `${parts.join(', ')}.${steps}${open}${ignoring}` }
}

/** A text as one word of a POSIX shell. */
const shellWord = (text: string): string =>
  /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** `orders.name → full_name` and what speaks for it, and what to type when it is so. */
export function candidateText(c: RenameCandidate): {
  readonly question: string
  readonly evidence: string
  readonly option: string
} {
  const what = c.of === 'table' ? `table ${stepName(c.table)}` : `column ${stepName(c.table)}.${c.column}`
  return {
    question: `Is ${what} now called ${c.to}?`,
    evidence: c.evidence.join(', '),
    option: `--rename ${shellWord(c.rename)}`,
  }
}
