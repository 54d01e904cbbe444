/** In which order mappings run: what others look up, refer to or point at by foreign key comes first. */
import { NaruError } from '../core/error.ts'
import { displayName, type ObjectName } from '../core/schema.ts'
import type { LookupPlan } from '../core/transfer.ts'
import type { Bound } from './bind.ts'

/** A mapping with what it looks up. */
export interface Ordered {
  readonly bound: Bound
  readonly lookups: readonly LookupPlan[]
}

const nameOf = (name: ObjectName, schema: string | undefined): string =>
  displayName({ schema: name.schema ?? schema, name: name.name })

/**
 * A phase for each mapping, from 1: those that it waits for have lower ones. Foreign keys in a circle are let go, lookups in a circle are
 * refused. Throws CONFIG_INVALID naming the circle.
 */
export function phasesOf(all: readonly Ordered[]): number[] {
  const target = (o: Ordered) => nameOf(o.bound.target.name, o.bound.to.schema.name)
  const writers = (name: string) => all.flatMap((o, i) => (target(o) === name ? [i] : []))
  const schema = all[0]?.bound.to.schema.name
  const hard = all.map((o, i) => [
    ...o.lookups.flatMap((l) => writers(nameOf(l.table.name, schema))).filter((j) => j !== i),
    // Rows that may be one row are met in the order of the list.
    ...(o.bound.transfer.match === undefined ? [] : writers(target(o)).filter((j) => j < i)),
  ])
  const soft = all.map((o, i) =>
    o.bound.target.foreignKeys
      .flatMap((fk) => writers(nameOf(fk.references, schema)))
      .filter((j) => target(all[j]) !== target(all[i])),
  )
  const phases = new Array<number>(all.length).fill(0)
  const left = new Set(all.keys())
  for (let phase = 1; left.size > 0; phase++) {
    const waits = (i: number, needs: readonly (readonly number[])[]) => needs[i].some((j) => left.has(j))
    const free = [...left].filter((i) => !waits(i, hard) && !waits(i, soft))
    const ready = free.length > 0 ? free : [...left].filter((i) => !waits(i, hard)).slice(0, 1)
    if (ready.length === 0) throw circle([...left].map((i) => all[i].bound.transfer.name))
    for (const i of ready) phases[i] = phase
    for (const i of ready) left.delete(i)
  }
  return phases
}

function circle(names: readonly string[]): NaruError {
  return new NaruError('CONFIG_INVALID', `${names.join(', ')} wait for each other`, {
    why: 'each looks up rows that another one of them brings',
    hint: 'Use ref(…) in place of lookup(…) for one of them: new keys are known before rows move.',
    state: 'nothing was changed',
  })
}
