/** Several databases, one after the other: the first that fails ends it, and says which are done. */
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { RevisionsSetup } from './setup.ts'
import { targetsOf } from './site.ts'

/** Runs `work` on each target in order. Throws what it throws, with the state of all of them, and USAGE where none is named. */
export async function onEach<T>(setup: RevisionsSetup, work: (address: Address) => Promise<T>): Promise<T[]> {
  const names = targetsOf(setup)
  const addresses: Address[] = []
  for (const name of names) addresses.push(await setup.address(name))
  const done: T[] = []
  for (const [i, address] of addresses.entries()) {
    try {
      done.push(await work(address))
    } catch (error) {
      throw names.length === 1 ? error : among(error, addresses, i, done)
    }
  }
  return done
}

function among(error: unknown, all: readonly Address[], at: number, reports: readonly unknown[]): unknown {
  if (!(error instanceof NaruError)) return error
  const labels = (some: readonly Address[]) => some.map((a) => a.label).join(', ')
  const parts = [
    `${all[at].label}: ${error.state ?? 'nothing was changed'}`,
    ...(at === 0 ? [] : [`done: ${labels(all.slice(0, at))}`]),
    ...(at + 1 === all.length ? [] : [`not begun: ${labels(all.slice(at + 1))}`]),
  ]
  const { code, message, why, hint, details } = error
  return new NaruError(code, `${all[at].label}: ${message}`, {
    why,
    hint,
    state: parts.join('; '),
    details: { ...details, reports },
    cause: error,
  })
}
