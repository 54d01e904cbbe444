/** The states that a comparison names, loaded in the order in which one tells the engine of the other. */

import type { Address } from '../core/engine.ts'
import { isSeveral } from '../core/schema-choice.ts'
import { diffSchemas } from '../diff/compare.ts'
import { schemeOf } from './address-hint.ts'
import { samePrinter, spelledAlike } from './apply/spelling.ts'
import { plannerFor } from './diff-plan.ts'
import { loadState } from './state.ts'
import type { State, StateOptions } from './state-form.ts'

export interface StatesOptions extends Omit<StateOptions, 'beside'> {
  /** Temporary databases may be made on the server of a state that is a live database. */
  readonly scratchBeside?: boolean
  /** Engine of files where nothing else tells it. */
  readonly usual?: string
}

/** What tells its engine by itself goes first: databases, then snapshots and modules; SQL last. */
function rank(text: string, names: readonly string[]): number {
  if (names.includes(text) || schemeOf(text) !== null) return 0
  return /\.(json|m?[jt]s)$/i.test(text) ? 1 : 2
}

/** A PostgreSQL server answers each connection by a process of its own, so two catalogues take the time of one. */
async function isPostgres(text: string, o: StatesOptions): Promise<boolean> {
  if (rank(text, o.names) > 0) return false
  return (await o.address(text)).engine === 'postgres'
}

/**
 * Loads all of them in the order given. One after the other, so that memory holds the catalogue rows of one; PostgreSQL's, which are few,
 * at the same time. Throws what loadState throws.
 */
export async function loadStates(texts: readonly string[], o: StatesOptions): Promise<State[]> {
  const states: State[] = []
  let { engine } = o
  let beside: Address | undefined
  let { schema } = o
  const load = async (i: number) => {
    states[i] = await loadState(texts[i], { ...o, schema, engine: engine ?? o.dev?.engine ?? o.usual, beside })
  }
  const order = texts.map((_, i) => i).sort((a, b) => rank(texts[a], o.names) - rank(texts[b], o.names) || a - b)
  const together: number[] = []
  for (const i of order) if (await isPostgres(texts[i], o)) together.push(i)
  await Promise.all(together.map(load))
  for (const i of order) {
    if (states[i] === undefined) await load(i)
    engine ??= states[i].schema.flavor
    // Texts are executed for the schemas that the database was asked for.
    if (isSeveral(states[i].address?.schema)) schema ??= states[i].address?.schema
    if (o.scratchBeside) beside ??= states[i].address
  }
  return await Promise.all(states.map((state) => spelled(state, states, { ...o, schema })))
}

/**
 * A text that a server of another version printed than the first database: spelled as that database spells it, where both mean the same.
 * Asked only where something differs, for it takes a scratch database.
 */
async function spelled(state: State, states: readonly State[], o: StatesOptions): Promise<State> {
  const live = states.find((s) => s.kind === 'database' && s.schema.engine === state.schema.engine)
  if (live === undefined || state.kind === 'database' || samePrinter(live.schema, state.schema)) return state
  const { normalize, ordersColumns, plan } = await plannerFor(state.schema.engine)
  const changes = diffSchemas(normalize(live.schema), normalize(state.schema), { ordersColumns })
  if (plan === undefined || !changes.some((c) => c.kind === 'alter')) return state
  const beside = o.scratchBeside ? live.address : undefined
  const scratch = { engine: state.schema.engine, dev: o.dev, beside }
  const schema = await spelledAlike({ normalize, present: live.schema, goal: state.schema, scratch, home: o.schema })
  return { ...state, schema }
}
