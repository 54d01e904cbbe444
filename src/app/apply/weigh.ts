/** Which hazards of a plan need a word of the user: what a careful administrator would stop at. Pure. */
import type { HazardKind, WeighedHazard } from '../../core/apply.ts'
import type { Hazard } from '../../core/change.ts'

/** What the database answered about a hazard. */
export interface Answer {
  /** Rows that `Hazard.count` found; null: it has no question, or no answer came. */
  readonly found: number | null
  readonly unanswered?: string
  /** Rows of the table where it has at most SMALL_ROWS; null: more, or not known. */
  readonly small: number | null
}

/** Nothing is in the way of these as long as no row is concerned. */
const BY_COUNT: ReadonlySet<HazardKind> = new Set(['may-fail', 'lossy'])
const BY_SIZE: ReadonlySet<HazardKind> = new Set(['rewrite', 'blocking'])

/** How long it takes says how dangerous it is. */
export function isBySize(hazard: Hazard): boolean {
  return BY_SIZE.has(hazard.kind)
}

function isFine(hazard: Hazard, answer: Answer): boolean {
  if (BY_COUNT.has(hazard.kind)) return answer.found === 0
  return isBySize(hazard) && answer.small !== null
}

/** The hazard with the answer and whether it may happen. Dropping always takes a word, also of what is empty. */
export function weigh(hazard: Hazard, answer: Answer, allow: readonly HazardKind[]): WeighedHazard {
  const verdict = isFine(hazard, answer) ? 'fine' : allow.includes(hazard.kind) ? 'allowed' : 'refused'
  return {
    ...hazard,
    ...(answer.small !== null && { rows: answer.small }),
    found: answer.found,
    ...(answer.unanswered !== undefined && { unanswered: answer.unanswered }),
    verdict,
  }
}

/** Kinds that were not allowed, each once, in the order in which the plan meets them. */
export function refusedKinds(hazards: readonly WeighedHazard[]): HazardKind[] {
  return [...new Set(hazards.filter((h) => h.verdict === 'refused').map((h) => h.kind))]
}
