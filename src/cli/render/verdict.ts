/** The last line of a command: a sign, a headline, a sentence. */
import { printable } from '../../app/format.ts'
import type { Report } from '../../app/report/document.ts'
import type { Style } from './style.ts'

const SIGNS = { good: '✓', warn: '!', bad: '✗', quiet: '·' } as const

/** `✓ Everything arrived. 203,410 rows of 4 tables were written. …` */
export function verdictLine(v: Report['verdict'], s: Style): string {
  return `${s.tone(v.tone, SIGNS[v.tone])} ${s.bold(`${printable(v.headline)}.`)} ${printable(v.sentence)}`
}
