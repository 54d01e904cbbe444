/** The header of a revision in SQL: lines `-- naru:word value` before the first section. */
import { NaruError } from '../core/error.ts'
import type { Revision } from '../core/revision.ts'
import { suggest } from '../core/suggest.ts'

/** What a header says; the rest of a Revision is where the file lies. */
export type Header = Omit<Revision, 'path' | 'kind'>

/** A comment that speaks to naru. */
export interface Mark {
  readonly word: string
  readonly value: string
}

const SINGLE = ['revision', 'revises', 'message', 'date', 'labels', 'depends-on', 'replaces'] as const
type HeaderWord = (typeof SINGLE)[number]

/** Words that lint reads, wherever they stand. */
const LINT = ['ignore', 'ignore-file']
const SECTIONS = ['up', 'down']
const INSIDE = ['no-transaction', 'irreversible', 'nothing']

const MARK = /^[ \t]*--[ \t]*naru[ \t]*:[ \t]*(\S*)(.*)$/i

/** The mark in a line; null where it is none. */
export function markOf(line: string): Mark | null {
  const found = MARK.exec(line)
  return found === null ? null : { word: found[1].toLowerCase(), value: found[2].trim() }
}

/** An error that names file and line. */
export function fault(file: string, line: number, what: string, hint?: string): NaruError {
  return new NaruError('REVISION_INVALID', `${file}:${line}: ${what}`, {
    hint: hint ?? 'Mend the file.',
    details: { file, line },
  })
}

/** A word that is none of ours. `place` says where other words are known. */
export function unknownWord(file: string, line: number, word: string, place: 'header' | 'section'): NaruError {
  const known = place === 'header' ? [...SINGLE, ...SECTIONS, ...LINT] : [...SECTIONS, ...INSIDE, ...LINT]
  const other: readonly string[] = place === 'header' ? INSIDE : SINGLE
  if (other.includes(word)) {
    const where = place === 'header' ? 'before `-- naru:up`' : 'after the header'
    return fault(file, line, `\`-- naru:${word}\` has no meaning ${where}`, 'Move the line, or delete it.')
  }
  const near = suggest(word, known)
  const meant = near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean \`-- naru:${near}\`?`
  return fault(file, line, `\`-- naru:${word}\` is not known`, meant)
}

/** A conflict that git left in a file. */
export function conflict(file: string, line: number): NaruError {
  return fault(
    file,
    line,
    'a conflict of a merge was left here',
    'Settle it: two revisions that follow the same one are two files and two heads; no file needs to be merged.',
  )
}

export const CONFLICT = /^(?:<{7}|>{7}|\|{7})(?: |$)/

/** Several words, by commas or blanks; `none` and nothing are no words. */
function wordsOf(value: string): string[] {
  const words = value.split(/[\s,]+/).filter((word) => word !== '')
  return words.length === 1 && words[0].toLowerCase() === 'none' ? [] : words
}

interface Found {
  readonly value: string
  readonly line: number
}

function readLines(lines: readonly string[], file: string): Map<HeaderWord, Found> | null {
  const found = new Map<HeaderWord, Found>()
  for (const [i, text] of lines.entries()) {
    const line = i + 1
    if (CONFLICT.test(text)) throw conflict(file, line)
    const mark = markOf(text)
    if (mark === null) {
      if (/^\s*(--|$)/.test(text)) continue
      if (!found.has('revision')) return null
      throw fault(file, line, 'a statement stands before `-- naru:up`', 'Write `-- naru:up` above the first statement.')
    }
    if (SECTIONS.includes(mark.word)) return found
    if (LINT.includes(mark.word)) continue
    const word = SINGLE.find((known) => known === mark.word)
    if (word === undefined) throw unknownWord(file, line, mark.word, 'header')
    const before = found.get(word)
    if (before !== undefined) throw fault(file, line, `\`-- naru:${word}\` stands on line ${before.line} already`)
    found.set(word, { value: mark.value, line })
  }
  return found
}

/** Whether a beginning of a file holds all of its header. */
export function headerEnds(text: string): boolean {
  return /^[ \t]*--[ \t]*naru[ \t]*:[ \t]*(?:up|down)\b/im.test(text)
}

/**
 * The header that a text (line ends as `\n`) begins with; null: there is none, it is no revision. `file` is for people.
 * Throws REVISION_INVALID with file and line.
 */
export function parseHeader(text: string, file: string): Header | null {
  const found = readLines(text.split('\n'), file)
  const id = found?.get('revision')
  if (found === null || id === undefined) {
    const first = found?.values().next().value
    if (first === undefined) return null
    throw fault(file, first.line, 'the header does not say `-- naru:revision ID`', 'Add the line.')
  }
  const ids = wordsOf(id.value)
  if (ids.length !== 1) throw fault(file, id.line, '`-- naru:revision` takes one id')
  const list = (word: HeaderWord) => wordsOf(found.get(word)?.value ?? '')
  const date = found.get('date')
  if (date !== undefined && Number.isNaN(Date.parse(date.value)))
    throw fault(file, date.line, `${JSON.stringify(date.value)} is no date`, 'Write it as 2026-11-22T02:50:00Z.')
  return {
    id: ids[0],
    down: list('revises'),
    dependsOn: list('depends-on'),
    labels: list('labels'),
    replaces: list('replaces'),
    message: found.get('message')?.value ?? '',
    date: date?.value ?? null,
  }
}
