/** What becomes of everything that is not a table: carried, approximated, or left with a statement to start from. */

import type { Dialect } from '../core/engine.ts'
import { type Leftover, type TablePlan, tableLabel } from '../core/plan.ts'
import { displayName, isForeignTable, type OtherObject, type Schema } from '../core/schema.ts'
import { schemaChoiceText } from '../core/schema-choice.ts'
import { unreadHolds } from '../core/unread.ts'
import { type Traits, traitsOf } from '../diff/convert-traits.ts'
import { staying } from './objects.ts'
import { stubFor } from './stubs.ts'

export interface OthersInput {
  readonly source: Schema
  readonly target: Schema
  readonly targetDialect: Dialect
  /** Tables that come along, source and target. */
  readonly tables: readonly Pick<TablePlan, 'source' | 'target' | 'action'>[]
  /** What is made on the target beside the tables. */
  readonly made: readonly OtherObject[]
  /** Why others are not made. */
  readonly hindered: ReadonlyMap<OtherObject, string>
}

/** One line for each object of the source that is no table. */
export function otherLeftovers(input: OthersInput): Leftover[] {
  const [from, to] = [traitsOf(input.source), traitsOf(input.target)]
  const chosen = new Set(input.tables.map((t) => displayName(t.source.name)))
  const sequences = new Set(
    input.tables.flatMap((t) => t.source.columns.flatMap((k) => (k.sequence ? [displayName(k.sequence)] : []))),
  )
  return input.source.others
    .filter((o) => o.table === undefined || chosen.has(displayName(o.table)))
    .filter((o) => !(input.source.engine !== input.target.engine && ownedOnly(o)))
    .filter((o) => !(o.kind === 'sequence' && sequences.has(displayName(o.name))))
    .map((o) => leftoverOf(input, from, to, o))
}

/** Schemas of the source that were not read. */
export function unreadLeftovers(source: Schema): Leftover[] {
  return (source.unread ?? []).map((u) => ({
    kind: 'schema',
    name: u.name,
    outcome: 'left',
    why:
      source.schemas === undefined
        ? `only the schema ${source.name} was read: ?schema=${schemaChoiceText({ several: [source.name, u.name] })} takes both, ?schema=* all`
        : 'it was not asked for: ?schema=* takes all',
    holds: unreadHolds(u),
  }))
}

/** A schema that is listed for its owner alone: like the owners of tables nothing that another engine could have. */
const ownedOnly = (o: OtherObject) => o.kind === 'schema' && o.comment === undefined && (o.grants ?? []).length === 0

function leftoverOf(input: OthersInput, from: Traits, to: Traits, o: OtherObject): Leftover {
  const base = {
    kind: o.kind,
    name: tableLabel(o.name, input.source.name),
    ...(o.table !== undefined && { table: tableLabel(o.table, input.source.name) }),
  }
  const same = input.source.engine === input.target.engine
  // The home of each side may have another name.
  const here = (name: OtherObject['name']) => tableLabel(name, input.source.name)
  const away = (name: OtherObject['name']) => tableLabel(name, input.target.name)
  const made = input.made.some(
    (m) =>
      m.kind === o.kind && away(m.name) === here(o.name) && (m.table && away(m.table)) === (o.table && here(o.table)),
  )
  const there = staying(input.target, input.tables).some((m) => m.kind === o.kind && away(m.name) === here(o.name))
  if (same && o.kind === 'partition') return { ...base, outcome: 'converted', why: 'made with its table' }
  if (same && (made || there))
    return { ...base, outcome: 'converted', why: made ? 'made on the target' : 'on the target already' }
  const carried = same ? null : carriedAs(input, to, o)
  if (carried !== null) return { ...base, ...carried }
  const stub = stubOf(input, from, to, o, same)
  return {
    ...base,
    outcome: 'left',
    why: input.hindered.get(o) ?? whyLeft(to, o, same),
    ...(stub !== undefined && { stub }),
  }
}

/** Types whose columns come along by themselves. */
function carriedAs(input: OthersInput, to: Traits, o: OtherObject): Pick<Leftover, 'outcome' | 'why'> | null {
  const columns = input.tables.flatMap((t) => t.source.columns.filter((k) => mentions(k.type.native, o.name.name)))
  if (o.kind === 'enum') {
    const why = to.grammar === 'sqlite' ? 'its columns become text under a check' : 'its columns keep its labels'
    return columns.length === 0 ? null : { outcome: to.grammar === 'sqlite' ? 'approximated' : 'converted', why }
  }
  if (o.kind === 'domain' && columns.length > 0) {
    return {
      outcome: 'approximated',
      why: `its columns (${columns.map((k) => k.name).join(', ')}) have the type beneath it; its checks stay behind`,
    }
  }
  if (o.kind === 'extension')
    return { outcome: 'left', why: `${to.title} has no such extension; what its types hold is kept as naru reads it` }
  return null
}

function mentions(native: string, name: string): boolean {
  return native
    .toLowerCase()
    .split(/[^\p{L}\p{N}_]+/u)
    .includes(name.toLowerCase())
}

function whyLeft(to: Traits, o: OtherObject, same: boolean): string {
  if (isForeignTable(o))
    return 'its rows live on another server: copy them from there, or run the statement where the target has such a server'
  if (o.name.name.startsWith('foreign server '))
    return same
      ? 'who logs in there, and by which password, does not come along'
      : `${to.title} has nothing of the kind`
  if (same)
    return 'not all of what it names comes along under the same name; run the statement with --after, or by hand'
  switch (o.kind) {
    case 'view':
    case 'materialized view':
      return 'the query is written in the SQL of the source'
    case 'trigger':
    case 'function':
    case 'procedure':
    case 'rule':
      return 'the body is written in the language of the source'
    case 'event':
      return `${to.title} runs nothing by the clock`
    case 'policy':
      return `${to.title} has no row-level security of this kind: every user of the table sees every row`
    case 'partition':
      return `the rows come along, but ${to.title} holds them in one table`
    case 'inheritance':
      return 'each table comes along with its own rows; the tie between them does not'
    case 'exclusion':
      return `${to.title} has no exclusion constraints`
    case 'sequence':
      return 'no single column that comes along is numbered by it'
    case 'virtual table':
      return 'its rows live in shadow tables of a module of SQLite'
    default:
      return `${to.title} has nothing of the kind`
  }
}

/** Within one engine the object's own statement; across engines a draft. */
function stubOf(input: OthersInput, from: Traits, to: Traits, o: OtherObject, same: boolean): string | undefined {
  if (to.grammar === null) return undefined
  if (same) {
    const own = (o.details?.statement ?? o.definition).trim()
    return own === '' ? undefined : own.endsWith(';') ? own : `${own};`
  }
  const targetOf = new Map(input.tables.map((t) => [displayName(t.source.name), t.target.name]))
  return stubFor(
    {
      from: from.grammar,
      to: to.grammar,
      source: input.source.name,
      dialect: input.targetDialect,
      table: (name) => targetOf.get(displayName(name)) ?? { name: name.name },
    },
    o,
  )
}
