/** What the stages of a plan share: the decisions, and who is who on both sides. */
import type { PlanInput, Unplanned } from '../../../core/change.ts'
import { displayName, type Table } from '../../../core/schema.ts'
import { decide } from './decide.ts'
import type { Decisions } from './decisions.ts'
import { sequenceOf, tableId } from './graph.ts'

/** A plan in the making. */
export interface Assembly {
  readonly input: PlanInput
  readonly d: Decisions
  /** Old table by the new one's name, where it stays. */
  readonly olds: ReadonlyMap<string, Table>
  /** Old column name → new one, by the new table's name. */
  readonly renames: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly owner: string | undefined
  /** Sequences that columns own on either side, by name. */
  readonly sequences: { readonly from: ReadonlySet<string>; readonly to: ReadonlySet<string> }
  readonly unplanned: Unplanned[]
}

/** No other names. */
export const NO_NAMES: ReadonlyMap<string, string> = new Map()

function ownedSequences(tables: readonly Table[]): Set<string> {
  return new Set(
    tables.flatMap((t) =>
      t.columns.flatMap((c) => (c.identity === undefined ? [] : [displayName(sequenceOf(t, c) ?? { name: '' })])),
    ),
  )
}

/** Decides, and gathers what the stages need. The stages add to `unplanned`. */
export function assemblyOf(input: PlanInput): Assembly {
  const d = decide(input)
  const olds = new Map<string, Table>()
  for (const table of input.from.tables) {
    const node = d.after.nodes.get(d.stays.get(tableId(table.name)) ?? '')
    if (node?.kind === 'table') olds.set(displayName(node.table.name), table)
  }
  const renames = new Map<string, Map<string, string>>()
  for (const c of d.tables) {
    const own = new Map<string, string>()
    for (const e of c.edits)
      if (e.part === 'column' && e.from !== null && e.to !== null && e.from.name !== e.to.name)
        own.set(e.from.name, e.to.name)
    renames.set(displayName(c.to.table.name), own)
  }
  const sequences = { from: ownedSequences(input.from.tables), to: ownedSequences(input.to.tables) }
  return {
    input,
    d,
    olds,
    renames,
    owner: input.from.usualOwner === input.from.user ? undefined : input.from.usualOwner,
    sequences,
    unplanned: [...d.unplanned],
  }
}

/** What somebody else owned and shall be like the rest: it goes to whom the rest of this database belongs. */
export function ownerBack(a: Assembly, from: { readonly owner?: string }, to: { readonly owner?: string }) {
  const owner = a.input.from.usualOwner ?? a.input.to.usualOwner
  return to.owner === undefined && from.owner !== undefined && owner !== undefined ? { owner } : {}
}
