/** One sentence a finding, for people: how many, what, and what the target makes of it. */
import type { Probe } from '../core/engine.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftColumn, DraftTable } from './draft.ts'
import type { FindingCode } from './findings.ts'

interface Subject {
  readonly code: FindingCode
  readonly draft: DraftTable
  readonly column: DraftColumn | null
  readonly probe: Probe | null
  readonly count: number
  readonly detail?: string
}

interface Ends {
  readonly from: Traits
  readonly to: Traits
}

/** The finding's message. */
export function sentence(c: Ends, n: Subject): string {
  const place = n.column === null ? n.draft.label : `${n.draft.label}.${n.column.source.name}`
  const many = n.count !== 1
  const noun = nounOf(n.code, many)
  return `${n.count.toLocaleString('en-US')} ${noun} in ${place} ${predicate(c, n, many)}`
}

function nounOf(code: FindingCode, many: boolean): string {
  if (code === 'ORPHANS' || code === 'INDEX_ENTRY' || code === 'NULL_KEY') return many ? 'rows' : 'row'
  if (code === 'DUPLICATE_KEY') return many ? 'keys' : 'key'
  return many ? 'values' : 'value'
}

function predicate(c: Ends, n: Subject, many: boolean): string {
  const be = many ? 'are' : 'is'
  const native = n.column?.target.type.native ?? ''
  const { probe } = n
  switch (n.code) {
    case 'ZERO_DATE':
      return `${be} no day of the calendar (0000-00-00 and the like), which ${native} cannot hold`
    case 'TIME_RANGE':
      return `${be} below zero or beyond a day, which ${native} cannot hold`
    case 'NOT_BOOLEAN':
      return `${be} neither 0 nor 1`
    case 'NUMBER_RANGE':
      return `${be} outside of ${native}${probe?.kind === 'outside' ? ` (${probe.min} to ${probe.max})` : ''}`
    case 'SCALE':
      return `${many ? 'have' : 'has'} more digits after the point than ${native} keeps`
    case 'EMPTY_ENUM':
      return `${be} the empty text, which is none of the enum's labels`
    case 'NOT_A_LABEL':
      return `${be} none of the labels of ${native}`
    case 'NUL_BYTE':
      return `${many ? 'hold' : 'holds'} a NUL byte, which text on ${c.to.title} cannot`
    case 'INVALID_UTF8':
      return `${be} not valid UTF-8`
    case 'DOUBLE_UTF8':
      return `${many ? 'look' : 'looks'} encoded as UTF-8 twice; copied as ${many ? 'they are' : 'it is'}`
    default:
      return rarer(c, n, many)
  }
}

function rarer(c: Ends, n: Subject, many: boolean): string {
  const be = many ? 'are' : 'is'
  const native = n.column?.target.type.native ?? ''
  const declared = n.column?.source.type.native ?? ''
  switch (n.code) {
    case 'TEXT_LENGTH':
      return `${be} longer than ${native} allows`
    case 'WRONG_TYPE':
      return `cannot be read as ${native} (declared ${declared})`
    case 'NUMBER_AS_TEXT':
      return `${be} stored otherwise than ${declared} says; ${many ? 'they become' : 'it becomes'} ${native}`
    case 'TEXT_AS_NUMBER':
      return `${be} stored as ${many ? 'numbers or bytes' : 'a number or bytes'}; ${many ? 'they become' : 'it becomes'} text`
    case 'FLOAT_DIGITS':
      return `will show more digits as ${native}; the number is the same`
    case 'NOT_FINITE':
      return `${be} NaN or infinite, which ${native} cannot be`
    case 'DATE_RANGE':
      return `${be} outside of ${native}${n.probe?.kind === 'date-outside' ? ` (${n.probe.min} to ${n.probe.max})` : ''}`
    case 'NOT_JSON':
      return `${be} not JSON`
    case 'JSON_NUL':
      return `${many ? 'hold' : 'holds'} \\u0000, which ${native} refuses`
    case 'NULL_KEY':
      return `${many ? 'have' : 'has'} NULL where ${c.to.title} takes none`
    case 'DUPLICATE_KEY':
      return `${be} the same as another one under the collation of ${c.to.title}${n.detail === undefined ? '' : ` (key ${n.detail})`}`
    case 'ORPHANS':
      return `${many ? 'point' : 'points'} to rows that are not there${n.detail === undefined ? '' : ` (foreign key ${n.detail})`}`
    case 'INDEX_ENTRY':
      return `may be too wide for the index ${n.detail ?? ''} on ${c.to.title}`
    case 'LOSSY_CAST':
      return `${many ? 'become' : 'becomes'} ${native}: ${n.detail ?? 'not all of it is kept'}`
    default:
      return `${be} not what ${c.to.title} takes`
  }
}
