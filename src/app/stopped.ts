/** Runs that are asked to stop. */
import { NaruError } from '../core/error.ts'

/** The error of a run that was asked to stop. */
export function stopped(): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'the run was interrupted',
    state: 'every finished chunk is on the target with its mark; nothing is half-done',
  })
}

/** Throws STOPPED once a run is to stop. */
export function goOn(stop: Int32Array): void {
  if (Atomics.load(stop, 0) !== 0) throw stopped()
}
