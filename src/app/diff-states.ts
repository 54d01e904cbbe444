/** The states that a comparison names, loaded in the order in which one tells the engine of the other. */
import type { Address } from '../core/engine.ts'
import { schemeOf } from './address-hint.ts'
import { loadState } from './state.ts'
import type { State, StateOptions } from './state-form.ts'

export interface StatesOptions extends Omit<StateOptions, 'beside'> {
  /** Temporary databases may be made on the server of a state that is a live database. */
  readonly scratchBeside?: boolean
}

/** What tells its engine by itself goes first: databases, then snapshots and modules; SQL last. */
function rank(text: string, names: readonly string[]): number {
  if (names.includes(text) || schemeOf(text) !== null) return 0
  return /\.(json|m?[jt]s)$/i.test(text) ? 1 : 2
}

/** Loads all of them, databases at the same time; the result is in the order given. Throws what loadState throws. */
export async function loadStates(texts: readonly string[], o: StatesOptions): Promise<State[]> {
  const states: State[] = []
  let { engine } = o
  let beside: Address | undefined
  const load = async (i: number) => {
    states[i] = await loadState(texts[i], { ...o, engine, beside })
  }
  const order = texts.map((_, i) => i).sort((a, b) => rank(texts[a], o.names) - rank(texts[b], o.names) || a - b)
  const live = order.filter((i) => rank(texts[i], o.names) === 0)
  await Promise.all(live.map(load))
  for (const i of order) {
    if (!live.includes(i)) await load(i)
    engine ??= states[i].schema.flavor
    if (o.scratchBeside) beside ??= states[i].address
  }
  return states
}
