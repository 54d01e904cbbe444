/** What the check of a folder against its manifest ends with on the terminal. */
import { count, moment, plural, printable, size } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import type { FolderAudit } from '../../core/folder.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

const COLUMNS = [
  { title: 'file' },
  { title: 'rows', number: true },
  { title: 'size', number: true },
  { title: 'state' },
]

/** Files that are not as they were by name, and the verdict as the last line. */
export function auditText(audit: FolderAudit, s: Style): string {
  const rows = audit.files.map((f): Cell[] => [
    printable(f.file),
    count(f.rows),
    size(f.bytes),
    { text: f.same ? '✓ as written' : '✗ differs', tone: f.same ? 'good' : 'bad' },
  ])
  const troubles = [...audit.files.flatMap((f) => f.notes.map((note) => `${f.file}: ${note}`)), ...audit.notes]
  const { source } = audit
  const at = source.position === null ? '' : ` at ${source.position}`
  const lines = [
    ...(rows.length === 0 ? [] : textTable({ columns: COLUMNS, rows }, s)),
    s.dim(`  written ${moment(audit.made)} by naru ${audit.naru} from ${printable(source.label)}${printable(at)}`),
    ...troubles.map((t) => `  ${s.tone('bad', 'changed')}  ${printable(t)}`),
  ]
  return `${lines.join('\n')}\n\n${auditLine(audit, s)}\n`
}

/** The verdict. */
export function auditLine(audit: FolderAudit, s: Style): string {
  const rows = audit.files.reduce((n, f) => n + f.rows, 0)
  const held = `${plural(audit.files.length, 'file')}, ${plural(rows, 'row')}`
  const bad = audit.files.filter((f) => !f.same).length
  return verdictLine(
    audit.same
      ? { tone: 'good', headline: 'The folder is as it was written', sentence: `${held}.` }
      : {
          tone: 'bad',
          headline: 'The folder is not as it was written',
          sentence: `${bad} of ${held.split(',')[0]} differ${bad === 1 ? 's' : ''}${audit.notes.length > 0 ? `; ${audit.notes.length} more ${audit.notes.length === 1 ? 'change' : 'changes'}` : ''}.`,
        },
    s,
  )
}
