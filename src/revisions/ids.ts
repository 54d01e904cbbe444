/** Ids of revisions and labels of branches. */
import { randomBytes } from 'node:crypto'
import { NaruError } from '../core/error.ts'

/** Words that stand for something else wherever a revision is named. */
const RESERVED = new Set(['head', 'heads', 'base', 'current', 'none'])

const WORD = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63}$/u

/** 12 hexadecimal digits that nobody else will draw. */
export function newId(): string {
  return randomBytes(6).toString('hex')
}

/** What is wrong with an id or a label; null: nothing. */
export function wordFault(word: string): string | null {
  if (RESERVED.has(word.toLowerCase())) return `${word} has a meaning of its own`
  if (WORD.test(word)) return null
  return 'it must begin with a letter or digit, and have letters, digits, `_`, `.` and `-` after it, 64 at most'
}

/** Throws REVISION_INVALID where the word cannot name a revision or a branch. */
export function checkWord(word: string, what: 'revision' | 'branch label'): string {
  const fault = wordFault(word)
  if (fault === null) return word
  throw new NaruError('REVISION_INVALID', `${JSON.stringify(word)} cannot be a ${what}`, {
    why: fault,
    hint: 'Choose another word.',
  })
}
