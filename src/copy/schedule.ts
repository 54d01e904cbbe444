/** Hands units to lanes: each lane takes the next one when it is free. The first error stops all after their running chunks. */
import { share } from '../core/share.ts'
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
  const copy = async (lane: Lane, task: UnitTask) => s.finished(task, await lane.copy(task))
  await share(s.lanes, s.tasks, copy, { stopping: () => s.stopping(), failed: () => s.stop() })
}
