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

/** Loads all of them; the result is in the order given. Throws what loadState throws. */
export async function loadStates(texts: readonly string[], o: StatesOptions): Promise<State[]> {
  const states: State[] = []
  let { engine } = o
  let beside: Address | undefined
  const order = texts.map((_, i) => i).sort((a, b) => rank(texts[a], o.names) - rank(texts[b], o.names) || a - b)
  for (const i of order) {
    const state = await loadState(texts[i], { ...o, engine, beside })
    states[i] = state
    engine ??= state.schema.flavor
    if (o.scratchBeside) beside ??= state.address
  }
  return states
}
