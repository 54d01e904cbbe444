/** The sections of a revision in SQL: statements up and down, and what stands between them for naru. */
import type { RevisionStatement, RevisionWay } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'
import { readScript, type SqlScript, type SqlStatement } from '../schema/sql-split.ts'
import { conflict, fault, type Mark, markOf, unknownWord } from './header.ts'
import { kindOf } from './kinds.ts'

/** One section as it was written. */
export interface Section {
  readonly line: number
  /** Offsets of what stands between its own line and the next section. */
  readonly begin: number
  readonly end: number
  /** As they were cut, with offsets. */
  readonly plain: readonly SqlStatement[]
  readonly statements: readonly RevisionStatement[]
  readonly irreversible: string | null
  /** It says that nothing is to be done. */
  readonly nothing: boolean
}

export interface Sections {
  readonly up: RevisionWay & { readonly kind: 'sql' }
  readonly down: RevisionWay
}

/** A line at which a section begins. */
export const SECTION = /^--[ \t]*naru[ \t]*:[ \t]*(?:up|down)\b/i
const CONFLICTS = /(?:^|\n)(?:<{7}|>{7}|\|{7})(?: |\n|$)/
const WORDS = ['up', 'down', 'no-transaction', 'irreversible', 'nothing', 'ignore', 'ignore-file']

/** A script with its file, and the lines of its offsets. */
interface Source extends SqlScript {
  readonly text: string
  readonly file: string
}

const lineAt = (s: Source, offset: number) => s.text.slice(0, offset).split('\n').length

function checkStatement(s: Source, { sql, start }: SqlStatement): void {
  const bare = sql.replace(/'(?:[^'\\]|''|\\[\s\S])*'|\$(\w*)\$[\s\S]*?\$\1\$/g, (piece) =>
    piece.replace(/[^\n]/g, ' '),
  )
  const broken = CONFLICTS.exec(bare)
  if (broken !== null) throw conflict(s.file, lineAt(s, start + broken.index + (broken[0].startsWith('\n') ? 1 : 0)))
  if (/^--[ \t]*naru[ \t]*:/i.test(sql))
    throw fault(s.file, lineAt(s, start), 'a blank is missing', 'Write `-- naru:` with a blank after the dashes.')
}

function checkScript(s: Source): void {
  for (const statement of s.statements) checkStatement(s, statement)
  const skipped = s.skipped[0]
  if (skipped !== undefined) {
    const begin = JSON.stringify(skipped.text.split('\n', 1)[0].slice(0, 60))
    const hint = /^copy/i.test(skipped.text)
      ? 'Write the rows as INSERT, or the revision in TypeScript.'
      : 'Write SQL that the server understands.'
    throw fault(s.file, lineAt(s, skipped.start), `only a client understands ${begin}`, hint)
  }
  if (s.open !== null)
    throw fault(s.file, lineAt(s, s.open), 'what begins here never ends', 'Close the quote or comment.')
}

/** A line for naru among the statements. */
interface Placed extends Mark {
  readonly line: number
  readonly start: number
  readonly end: number
  /** How many statements ended before it. */
  readonly before: number
  /** Line of the statement that it stands in. */
  readonly within: number | null
}

function placedMarks(s: Source): Placed[] {
  return s.comments.flatMap(({ text, start, end }) => {
    const mark =
      text.startsWith('--') && /(?:^|\n)[ \t]*$/.test(s.text.slice(Math.max(0, start - 200), start))
        ? markOf(text)
        : null
    if (mark === null) return []
    const line = lineAt(s, start)
    const around = s.statements.find((one) => one.start < start && start < one.end)
    if (!WORDS.includes(mark.word)) throw unknownWord(s.file, line, mark.word, 'section')
    const before = s.statements.filter((one) => one.end <= start).length
    return [{ ...mark, line, start, end, before, within: around?.line ?? null }]
  })
}

function misplaced(file: string, p: Placed): never {
  const hint =
    'Move the line before the statement. Where the statement should have ended before, its END or its delimiter is missing.'
  throw fault(file, p.line, `\`-- naru:${p.word}\` stands within the statement of line ${p.within}`, hint)
}

/** Which of the statements must not run inside a transaction, by the marks before them. */
function outside(marks: readonly Placed[], from: number, to: number, file: string): Set<number> {
  const found = new Set<number>()
  for (const p of marks) {
    if (p.word !== 'no-transaction') continue
    if (p.within !== null) misplaced(file, p)
    if (p.before >= to || p.before < from)
      throw fault(
        file,
        p.line,
        'no statement follows `-- naru:no-transaction`',
        'Put it before the statement that it is about.',
      )
    found.add(p.before)
  }
  return found
}

function reason(
  marks: readonly Placed[],
  statements: readonly SqlStatement[],
  name: string,
  file: string,
): string | null {
  const found = marks.find((p) => p.word === 'irreversible')
  if (found === undefined) return null
  if (name === 'up')
    throw fault(file, found.line, '`-- naru:irreversible` is for the section down', 'Move or delete it.')
  if (statements.length > 0)
    throw fault(file, found.line, 'a way down that is irreversible has statements', 'Delete one or the other.')
  return found.value === '' ? 'it says that it is irreversible' : found.value
}

/**
 * The sections of a revision's text (line ends as `\n`); lines are those of the file. A missing section is an empty one. Throws
 * REVISION_INVALID with file and line.
 */
export function readSections(text: string, file: string, family: Family): Sections {
  const sections = parseSections(text, file, family)
  return { up: { kind: 'sql', statements: sections.get('up')?.statements ?? [] }, down: downOf(sections) }
}

/** The sections by their words. Throws as `readSections`. */
export function parseSections(text: string, file: string, family: Family): Map<string, Section> {
  const begin = bodyStart(text)
  const hidden = text.slice(0, begin).replace(/[^\n]/g, ' ')
  const s: Source = { ...readScript(hidden + text.slice(begin), family, SECTION), text, file }
  const all = placedMarks(s)
  // Within the body of a routine a line is no section, unless it was meant as one and the body does not end.
  const heads = all.filter((p) => isSection(p) && p.within === null)
  const inside = all.find((p) => isSection(p) && p.within !== null)
  if (inside !== undefined && !heads.some((p) => p.word === inside.word)) misplaced(file, inside)
  checkScript(s)
  const sections = new Map<string, Section>()
  for (const [i, head] of heads.entries()) {
    const before = sections.get(head.word)
    if (before !== undefined)
      throw fault(file, head.line, `\`-- naru:${head.word}\` stands on line ${before.line} already`)
    sections.set(head.word, sectionOf(s, all, head, heads[i + 1], family))
  }
  return sections
}

const isSection = (p: Mark) => p.word === 'up' || p.word === 'down'

/** Where the header ends: at the first section. */
function bodyStart(text: string): number {
  const at = text.search(/^[ \t]*--[ \t]*naru[ \t]*:[ \t]*(?:up|down)\b/im)
  return at < 0 ? text.length : at
}

function sectionOf(s: Source, all: readonly Placed[], head: Placed, next: Placed | undefined, family: Family): Section {
  const from = head.before
  const to = next?.before ?? s.statements.length
  const marks = all.filter(({ line }) => line > head.line && line < (next?.line ?? Infinity))
  const plain = s.statements.slice(from, to)
  const out = outside(marks, from, to, s.file)
  const statements = plain.map(({ sql, line }, i) => ({
    sql,
    line,
    inTransaction: !out.has(from + i) && kindOf(sql, family).inTransaction,
  }))
  const nothing = marks.some((p) => p.word === 'nothing')
  const irreversible = reason(marks, plain, head.word, s.file)
  const end = next?.start ?? s.text.length
  return { line: head.line, begin: head.end, end, plain, statements, irreversible, nothing }
}

function downOf(sections: ReadonlyMap<string, Section>): RevisionWay {
  const up = sections.get('up')
  const down = sections.get('down')
  if (typeof down?.irreversible === 'string') return { kind: 'none', why: down.irreversible }
  const statements = down?.statements ?? []
  const idle = (up?.statements.length ?? 0) === 0 || down?.nothing === true
  if (statements.length > 0 || idle) return { kind: 'sql', statements }
  return { kind: 'none', why: down === undefined ? 'it has no section down' : 'its section down is empty' }
}
