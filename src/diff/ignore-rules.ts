/** The words of `--ignore` and of `diff.ignore` in the config. */
import { NaruError } from '../core/error.ts'

/** Rules without an argument, and what they leave out of the comparison. */
const IGNORABLE = {
  'column-order': 'the order of columns',
  collations: 'character sets and collations of columns, tables and index parts',
  comments: 'comments on anything',
  'constraint-names': 'names of keys, foreign keys and checks that say the same',
  'index-names': 'names of indexes that are the same',
  owners: 'owners',
  grants: 'privileges',
  options: 'options of tables (engine, row format …); options:NAME for one',
} as const

type Plain = keyof typeof IGNORABLE

export type IgnoreRule =
  | { readonly kind: Plain; readonly name?: string; readonly text: string }
  | { readonly kind: 'tables' | 'columns'; readonly glob: string; readonly text: string }
  | { readonly kind: 'objects'; readonly of: string; readonly glob: string; readonly text: string }

const isPlain = (word: string): word is Plain => Object.hasOwn(IGNORABLE, word)

/** `comments`, `options:engine`, `tables:tmp_*`, `columns:orders.legacy_*`, `objects:event`, `objects:view:v_*`. Throws USAGE. */
export function parseIgnore(text: string): IgnoreRule {
  const [word, ...rest] = text.split(':')
  const argument = rest.join(':')
  if (isPlain(word) && rest.length === 0) return { kind: word, text }
  if (word === 'options' && argument !== '') return { kind: word, name: argument, text }
  if ((word === 'tables' || word === 'columns') && argument !== '') return { kind: word, glob: argument, text }
  if (word === 'objects' && rest[0]) return { kind: 'objects', of: rest[0], glob: rest.slice(1).join(':') || '*', text }
  throw new NaruError('USAGE', `--ignore ${text}: there is no such rule`, {
    why: `rules are ${Object.keys(IGNORABLE).join(', ')}, options:NAME, tables:GLOB, columns:TABLE.COLUMN, objects:KIND[:GLOB]`,
    state: 'nothing was changed',
  })
}
