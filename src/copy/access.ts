/** Who owns what a copy makes, and who may do what with it: what the target takes is done, what it does not is told with the statements. */
import type { AccessStep, Database, Ddl, MadeObjects } from '../core/engine.ts'
import { toNaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Leftover } from '../core/plan.ts'
import type { OtherObject } from '../core/schema.ts'
import { isFatal } from './steps.ts'

export interface AccessPlan {
  readonly steps: readonly AccessStep[]
  readonly leftovers: readonly Leftover[]
}

interface AccessInput {
  readonly target: Database
  readonly options: CopyOptions
  readonly made: MadeObjects
  /** As whom the target was opened: what it makes is its own already. */
  readonly user: string | undefined
}

const NOUN = { owner: 'ownership', privileges: 'privileges' } as const
const DEFINER = 'definer'

/** One leftover for each role and reason: statements in order. */
function told(steps: readonly AccessStep[], why: (s: AccessStep) => string): Leftover[] {
  const groups = Map.groupBy(steps, (s) => JSON.stringify([s.part, s.grantee, why(s)]))
  return [...groups.values()].map((all) => {
    const objects = [...new Set(all.map((s) => s.object))]
    const some =
      objects.length > 3 ? `${objects.slice(0, 3).join(', ')} and ${objects.length - 3} more` : objects.join(', ')
    return {
      kind: NOUN[all[0].part],
      name: all[0].grantee,
      outcome: 'left',
      why: `${why(all[0])} (${some})`,
      stub: all.map((s) => `${s.sql};`).join('\n'),
    }
  })
}

/** What can be tried on the target, and what it has no role or account for. */
export async function planAccess({ target, options, made, user }: AccessInput): Promise<AccessPlan> {
  const wanted = (target.engine.dialect.ddl.access?.(made) ?? []).filter((s) =>
    s.part === 'owner' ? !options.noOwner && s.grantee !== user : !options.noPrivileges,
  )
  if (wanted.length === 0) return { steps: [], leftovers: [] }
  const there = (await target.grantees?.()) ?? null
  const steps = wanted.filter((s) => there === null || there.has(s.grantee))
  const missing = wanted.filter((s) => !steps.includes(s))
  const why = (s: AccessStep) =>
    s.part === 'owner'
      ? 'the target has no such role: what it owns in the source belongs to the user of the copy'
      : 'the target has no such role or account'
  return { steps, leftovers: told(missing, why) }
}

/** Runs them one by one. What is refused is told with the reason; it fails nothing. Throws where the connection is lost. */
export async function giveAccess(target: Database, steps: readonly AccessStep[]): Promise<Leftover[]> {
  const refused = new Map<AccessStep, string>()
  for (const step of steps) {
    try {
      await target.execute(step.sql)
    } catch (error) {
      const known = toNaruError(error)
      if (isFatal(known)) throw known
      refused.set(step, known.why ?? known.message)
    }
  }
  return told([...refused.keys()], (s) => `the target refused it: ${refused.get(s) ?? ''}`)
}

export interface Defined {
  readonly objects: readonly OtherObject[]
  readonly leftovers: readonly Leftover[]
}

/**
 * Objects with the definer that their statement names, where the target's user may name it; else without, and told with the statement that
 * sets it. Engines whose statements name none: as they are.
 */
export async function withDefiners(
  target: Database,
  objects: readonly OtherObject[],
  o: CopyOptions,
): Promise<Defined> {
  const { ddl } = target.engine.dialect
  if (target.definers === undefined || ddl.unowned === undefined) return { objects, leftovers: [] }
  const owners = [...new Set(objects.flatMap((x) => x.owner ?? []))]
  const may = o.noOwner ? new Set<string>() : await target.definers(owners)
  const bare = (x: OtherObject) => (x.owner !== undefined && may.has(x.owner) ? null : (ddl.unowned?.(x) ?? null))
  const left = o.noOwner ? [] : objects.filter((x) => bare(x) !== null)
  return { objects: objects.map((x) => bare(x) ?? x), leftovers: definersLeft(ddl, left) }
}

function definersLeft(ddl: Ddl, objects: readonly OtherObject[]): Leftover[] {
  return [...Map.groupBy(objects, (x) => x.owner ?? '')].map(([owner, all]) => ({
    kind: DEFINER,
    name: owner,
    outcome: 'left',
    why: `the target has no such account, or its user may not name another definer: ${all.map((x) => `${x.kind} ${x.name.name}`).join(', ')} ${all.length === 1 ? 'runs' : 'run'} as the user of the copy`,
    stub: all.map((x) => `${(ddl.owning?.(x) ?? x.definition).replace(/;\s*$/, '')};`).join('\n\n'),
  }))
}
