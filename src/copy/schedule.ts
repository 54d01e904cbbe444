/** Hands units to lanes: each lane takes the next one when it is free. The first error stops all after their running chunks. */
import type { Lane, UnitOutcome } from './lane.ts'
import type { UnitTask } from './units.ts'

export interface Schedule {
  readonly lanes: readonly Lane[]
  readonly tasks: readonly UnitTask[]
  /** Asked before each unit. */
  stopping(): boolean
  /** Called once at the first error, so that the other lanes end soon. */
  stop(): void
  finished(task: UnitTask, outcome: UnitOutcome): void
}

/** Resolves when every unit is done or the run was stopped; throws the first error after all lanes have come to rest. */
export async function runUnits(s: Schedule): Promise<void> {
  const left = [...s.tasks]
  let failure: { readonly error: unknown } | null = null
  const work = async (lane: Lane) => {
    for (let task = left.shift(); task !== undefined && !s.stopping(); task = left.shift()) {
      try {
        s.finished(task, await lane.copy(task))
      } catch (error) {
        failure ??= { error }
        s.stop()
        return
      }
    }
  }
  await Promise.all(s.lanes.map(work))
  if (failure !== null) throw (failure as { error: unknown }).error
}
