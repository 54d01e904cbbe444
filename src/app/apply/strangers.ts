/** Accounts and roles that a plan gives something to, and that the server does not have: better told before the first statement than by it. */
import type { Step } from '../../core/change.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { someOf } from '../format.ts'

/** Those that are missing, in the order of the plan. None where this user may not see who there is. */
export async function strangersOf(database: Database, steps: readonly Step[]): Promise<readonly string[]> {
  const named = [...new Set(steps.flatMap((s) => s.grantee ?? []))]
  if (named.length === 0) return []
  const there = (await database.grantees?.()) ?? null
  return there === null ? [] : named.filter((name) => !there.has(name))
}

/** What a plan says of them. */
export function strangersText(names: readonly string[], label: string): string {
  return `${label} has no such ${names.length === 1 ? 'account or role' : 'accounts or roles'}: ${someOf(names, 10)}`
}

/** Throws ROLE_MISSING where there are any. */
export function refuseStrangers(names: readonly string[], label: string): void {
  if (names.length === 0) return
  throw new NaruError('ROLE_MISSING', strangersText(names, label), {
    why: 'the plan makes them owners, or gives them privileges or takes some back',
    state: 'nothing was changed',
  })
}
