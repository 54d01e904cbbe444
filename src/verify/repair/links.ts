/** Which changes wait for which: by foreign keys, and by values that one gives up and another one takes. */
import type { KeyValue } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import { displayName, type ObjectName } from '../../core/schema.ts'
import { keyDecoder, type RawValue, spans } from '../tuple-key.ts'
import type { PlannedRow } from './change.ts'
import { uniquenesses } from './park.ts'

/** Why a change waits for another one. */
export interface Link {
  /** Number of the change that comes first. */
  readonly on: number
  /**
   * needs: the row refers to one that is not there yet; released: another row still refers to what goes; unique: another row still has a
   * value that no two rows may have.
   */
  readonly why: 'needs' | 'released' | 'unique'
  /** Place of the foreign key in the list of the table that refers; −1 for unique values. */
  readonly key: number
}

/** What a change does to values by which rows hang together, each as a text that equal values share. */
export interface Ends {
  readonly n: number
  readonly table: number
  readonly op: PlannedRow['change']['op']
  /** Values of keys that it brings, and those that it takes away. */
  readonly gives: readonly string[]
  readonly takes: readonly string[]
  /** By foreign key: what it refers to afterwards, and what it does not refer to any more. */
  readonly needs: readonly Reference[]
  readonly frees: readonly Reference[]
}

type Reference = readonly [key: number, text: string]

/** Looks at a row of a table. */
export type EndsOf = (row: PlannedRow) => Ends

/** How the rows of a table hang together with others. Columns that are not compared say nothing. */
export function endsOf(plan: TablePlan, raw: RawValue): EndsOf {
  const places = new Map(plan.columns.map((c, i) => [c.target.name, i]))
  const decoders = plan.columns.map((c) => keyDecoder(c.wire, raw))
  const uniques = uniquenesses(plan.target).map((u) => tupleOf(plan.target.name, u.columns, u.columns, places))
  const keys = plan.target.foreignKeys.map((f) =>
    f.notEnforced ? null : tupleOf(f.references, f.columns, f.referencedColumns, places),
  )
  const texts = (row: Uint8Array | null, tuples: readonly (Tuple | null)[]) => {
    if (row === null) return tuples.map(() => null)
    const all = spans(row, 0)
    const value = (p: number) => (all[p].start < 0 ? null : folded(decoders[p](row, all[p].start, all[p].end)))
    return tuples.map((tuple) => {
      const values = tuple?.places.map(value) ?? [null]
      return tuple === null || values.includes(null) ? null : `${tuple.name}\u001f${values.join('\u001f')}`
    })
  }
  return ({ table, change: { n, op, before, after } }) => {
    const [had, has] = [texts(before, uniques), texts(after, uniques)]
    const [from, to] = [texts(before, keys), texts(after, keys)]
    const references = (some: readonly (string | null)[], others: readonly (string | null)[]) =>
      some.flatMap((text, i): Reference[] => (text === null || text === others[i] ? [] : [[i, text]]))
    return {
      n,
      table,
      op,
      gives: has.filter((text, i) => text !== null && text !== had[i]) as string[],
      takes: had.filter((text, i) => text !== null && text !== has[i]) as string[],
      needs: references(to, from),
      frees: references(from, to),
    }
  }
}

interface Tuple {
  readonly name: string
  readonly places: readonly number[]
}

/** Columns in the order of the names that they are referred to by; null where one of them is not compared. */
function tupleOf(
  table: ObjectName,
  own: readonly string[],
  referred: readonly string[],
  places: ReadonlyMap<string, number>,
): Tuple | null {
  const pairs = referred.map((name, i) => [name, places.get(own[i])] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  if (pairs.length === 0 || pairs.some(([, place]) => place === undefined)) return null
  return {
    name: `${displayName(table)}(${pairs.map(([name]) => name).join(',')})`,
    places: pairs.map(([, place]) => place as number),
  }
}

/** Values that some column may take for equal share a text: whoever waits for nothing is tried together with others, no more. */
function folded(value: KeyValue): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`
  const text = String(value)
  if (typeof value !== 'string') return text
  return /^-?\d+\.\d*$/.test(text) ? text.replace(/\.?0*$/, '') : text.trimEnd().toLowerCase()
}

/** What every change waits for, by its number. */
export function linksOf(all: readonly Ends[]): Map<number, Link[]> {
  const [givers, takers] = [byText(all, 'gives'), byText(all, 'takes')]
  const links = new Map<number, Link[]>(all.map((e) => [e.n, []]))
  const add = (n: number, link: Link) => links.get(n)?.push(link)
  for (const e of all) {
    for (const [key, text] of e.needs) for (const on of givers.get(text) ?? []) add(e.n, { on, why: 'needs', key })
    for (const [key, text] of e.frees) for (const n of takers.get(text) ?? []) add(n, { on: e.n, why: 'released', key })
    for (const text of e.gives) {
      for (const on of takers.get(text) ?? []) if (on !== e.n) add(e.n, { on, why: 'unique', key: -1 })
    }
  }
  return links
}

function byText(all: readonly Ends[], which: 'gives' | 'takes'): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const e of all) {
    for (const text of e[which]) {
      const of = found.get(text)
      if (of === undefined) found.set(text, [e.n])
      else of.push(e.n)
    }
  }
  return found
}
