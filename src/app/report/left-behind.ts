/** What did not come along, counted in a line: nobody is to take the rows of some tables for a whole database. */
import type { Leftover } from '../../core/plan.ts'
import { count, plural, someOf } from '../format.ts'
import { labelOf } from './plan-sections.ts'

/** Names of a kind that are listed. */
const NAMES = 3

/** Kinds whose plural is not made with an s, or that are no nouns. */
const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  privileges: ["role's privileges", "roles' privileges"],
  ownership: ['owner', 'owners'],
  policy: ['policy', 'policies'],
  index: ['index', 'indexes'],
  statistics: ['statistics object', 'statistics objects'],
  inheritance: ['tie of inheritance', 'ties of inheritance'],
  other: ['other object', 'other objects'],
}

function ofKind(kind: string, all: readonly Leftover[]): string {
  const name = (l: Leftover) => (l.holds === undefined ? labelOf(l) : `${l.name} with ${l.holds}`)
  const noun = plural(all.length, ...(NOUNS[kind] ?? [kind]))
  return `${noun} (${someOf(all.map(name), kind === 'schema' ? 8 : NAMES)})`
}

/** `4 things did not come along: 1 foreign key (o_emp_fkey on o), 2 schemas (hr with 1 table, sales with 1 table)`; null where nothing was left. */
export function leftBehind(leftovers: readonly Leftover[]): string | null {
  const left = leftovers.filter((l) => l.outcome === 'left')
  if (left.length === 0) return null
  const kinds = [...Map.groupBy(left, (l) => l.kind)].toSorted(
    ([a], [b]) => Number(a === 'schema') - Number(b === 'schema'),
  )
  const things = left.length === 1 ? '1 thing' : `${count(left.length)} things`
  return `${things} did not come along: ${kinds.map(([kind, all]) => ofKind(kind, all)).join(', ')}`
}

/** Whether schemas of the source were left: then not even all rows of the database are there. */
export function schemasLeft(leftovers: readonly Leftover[]): boolean {
  return leftovers.some((l) => l.holds !== undefined)
}
