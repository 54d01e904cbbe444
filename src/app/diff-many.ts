/** `naru diff A B C …`: several states next to each other, and who deviates. */
import { NaruError } from '../core/error.ts'
import type { ManyDiff } from '../core/schema-diff.ts'
import { type Choice, chooseBoth } from '../diff/choose.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import { applyIgnore } from '../diff/ignore.ts'
import { parseIgnore } from '../diff/ignore-rules.ts'
import { compareMany } from '../diff/many.ts'
import { refuseUneven, rehomed } from '../diff/rehome.ts'
import { quiet } from '../diff/silence.ts'
import { sideOf } from './diff.ts'
import { plannerFor } from './diff-plan.ts'
import type { State } from './state-form.ts'

export interface ManyOptions extends Choice {
  readonly ignore?: readonly string[]
}

/** Compares states of one engine. Throws UNSUPPORTED for states of several engines, USAGE, TABLE_MISSING. */
export async function diffMany(states: readonly State[], o: ManyOptions = {}): Promise<ManyDiff> {
  const [first] = states
  const other = states.find((s) => s.schema.engine !== first.schema.engine)
  if (other !== undefined) {
    throw new NaruError('UNSUPPORTED', 'more than two states are compared within one engine alone', {
      why: `${first.label} is of ${traitsOf(first.schema).title}, ${other.label} of ${traitsOf(other.schema).title}`,
      hint: 'Compare them two at a time: two engines are compared by meaning.',
      state: 'nothing was changed',
    })
  }
  refuseUneven(states.map((s) => s.schema))
  const comparer = await plannerFor(first.schema.engine)
  const unsaid = new Set(states.flatMap((s) => s.schema.silent ?? []))
  const all = states.map((s) => comparer.normalize(rehomed(quiet(s.schema, unsaid), first.schema.name)))
  const union = { ...all[0], tables: all.flatMap((s) => s.tables) }
  const chosen = all.map((s) => chooseBoth(s, union, o)[0])
  const rules = (o.ignore ?? []).map(parseIgnore)
  const foldsNames = first.can?.foldsNames === true
  const ruled = chosen.map((to) => {
    const sides = { from: chosen[0], to, renames: [], foldsNames }
    return rules.reduce(applyIgnore, sides).to
  })
  const ordersColumns = comparer.ordersColumns && !rules.some((rule) => rule.kind === 'column-order')
  const rows = compareMany(ruled, { ordersColumns })
  return { states: states.map(sideOf), rows, ignored: o.ignore ?? [], same: rows.length === 0 }
}
