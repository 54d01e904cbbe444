/** What people write for a revision → revisions: ids, their beginnings, head, heads, base, current, labels, steps. Pure. */
import { NaruError } from '../core/error.ts'
import { suggest } from '../core/suggest.ts'
import { branchHeads, branchOf, labelsOf } from './branch.ts'
import { ancestors, type Graph, headsOf } from './graph.ts'
import { named, takeBack, unknown, walkDown, walkUp } from './walk.ts'

export { named } from './walk.ts'

/** Where an upgrade or downgrade leads. */
export interface Target {
  /** As it was written. */
  readonly text: string
  readonly direction: 'up' | 'down'
  /** up: must be there, with all that they need. down: must go, with all that follows them or depends on them. */
  readonly ids: readonly string[]
}

const SHORTEST = 3
const RELATIVE = /^(.*?)([+-]\d+)$/s

const several = (graph: Graph, heads: readonly string[], label: string | null) =>
  new NaruError(
    'SEVERAL_HEADS',
    `${label === null ? 'the revisions have' : `branch ${label} has`} ${heads.length} heads`,
    {
      why: heads.map((id) => named(graph, id)).join('; '),
      hint: 'Join them with `naru merge`, take all with `heads`, or name one: an id, or label@head.',
      details: { heads },
    },
  )

/** The only head, of all or of a branch; null where there are no revisions. Throws SEVERAL_HEADS. */
export function onlyHead(graph: Graph, label: string | null = null): string | null {
  const heads = label === null ? graph.heads : branchHeads(graph, label)
  if (heads.length > 1) throw several(graph, heads, label)
  return heads[0] ?? null
}

/** The revision with this id, or the only one whose id begins so (3 characters at least). Throws REVISION_UNKNOWN. */
export function findRevision(graph: Graph, text: string): string {
  const exact = graph.aliases.get(text) ?? text
  if (graph.revisions.has(exact)) return exact
  const ids = [...graph.revisions.keys()]
  const begins = ids.filter((id) => id.startsWith(text))
  if (begins.length === 1 && text.length >= SHORTEST) return begins[0]
  if (begins.length > 0)
    throw unknown(
      begins.length > 1 ? `several revisions begin with ${text}` : `${text} is too short for an id`,
      begins.map((id) => named(graph, id)).join('; '),
      `Write more of the id, ${SHORTEST} characters at least.`,
    )
  const near = suggest(text, [...ids, ...labelsOf(graph).keys(), 'head', 'heads', 'base'])
  throw unknown(
    `there is no revision ${JSON.stringify(text)}`,
    ids.length === 0 ? 'the folder has no revisions' : 'no id begins so, and no branch has this label',
    near === undefined ? undefined : `Did you mean ${near}?`,
  )
}

/** What stands before a sign, a label before `@` apart. */
interface Parts {
  readonly label: string | null
  /** '' where nothing stands there. */
  readonly word: string
  readonly steps: number
}

function partsOf(graph: Graph, text: string): Parts {
  const at = text.indexOf('@')
  const label = at < 0 ? null : text.slice(0, at)
  const rest = at < 0 ? text : text.slice(at + 1)
  const relative = RELATIVE.exec(rest)
  const exact = graph.revisions.has(rest) || graph.aliases.has(rest)
  // `2026-11` may be the beginning of an id.
  const whole = relative === null || exact || (relative[1] !== '' && !isNamed(graph, relative[1]))
  return whole ? { label, word: rest, steps: 0 } : { label, word: relative[1], steps: Number(relative[2]) }
}

const WORDS = new Set(['head', 'heads', 'base', 'current'])

function isNamed(graph: Graph, word: string): boolean {
  if (WORDS.has(word) || graph.revisions.has(word) || labelsOf(graph).has(word)) return true
  return (
    word.length >= SHORTEST && [...graph.revisions.keys(), ...graph.aliases.keys()].some((id) => id.startsWith(word))
  )
}

/** Revisions that a word names, without steps; [] is the base. */
function wordIds(graph: Graph, { label, word }: Parts, current: readonly string[]): readonly string[] {
  if (word === 'base') return []
  if (word === 'heads') return label === null ? graph.heads : branchHeads(graph, label)
  if (word === 'current') return label === null ? current : currentOf(graph, label, current)
  const only = word === 'head' || (word === '' && label !== null) ? onlyHead(graph, label) : undefined
  if (only !== undefined) return only === null ? [] : [only]
  if (label === null && labelsOf(graph).has(word)) return [onlyHead(graph, word)!]
  const id = findRevision(graph, word)
  if (label === null || branchOf(graph, label).has(id)) return [id]
  throw unknown(
    `${id} is not on branch ${label}`,
    'it stands on no line through the revision that has the label',
    'Leave the label out, or name another revision.',
  )
}

/** Where a database stands on a branch: heads of what it has applied of it. */
function currentOf(graph: Graph, label: string, current: readonly string[]): string[] {
  const branch = branchOf(graph, label)
  return headsOf(
    graph,
    [...ancestors(graph, current)].filter((id) => branch.has(id)),
  )
}

/** The only one of these. Throws REVISION_UNKNOWN, SEVERAL_HEADS. */
function one(graph: Graph, ids: readonly string[], text: string): string | null {
  if (ids.length < 2) return ids[0] ?? null
  throw new NaruError('SEVERAL_HEADS', `${text} could begin at several revisions`, {
    why: ids.map((id) => named(graph, id)).join('; '),
    hint: 'Name the revision that you mean, or a branch: label@+1.',
  })
}

/** Where steps without a word before them begin. */
function startOf(graph: Graph, parts: Parts, current: readonly string[], text: string): string | null {
  if (parts.word !== '') return one(graph, wordIds(graph, parts, current), text)
  return one(graph, parts.label === null ? current : currentOf(graph, parts.label, current), text)
}

/**
 * The revisions that a text names: `head`, `heads`, `base` (none), `current`, an id or its beginning, `label`, `label@…`, with `+N` or `-N`
 * behind it or alone (from `current`). Throws REVISION_UNKNOWN, SEVERAL_HEADS.
 */
export function resolveRevisions(graph: Graph, text: string, current: readonly string[] = []): readonly string[] {
  const parts = partsOf(graph, text.trim())
  const { label, steps } = parts
  if (steps === 0) return wordIds(graph, parts, current)
  const from = startOf(graph, parts, current, text)
  const within = label === null ? null : branchOf(graph, label)
  if (steps > 0) return [walkUp(graph, from, { text, steps, within })]
  if (from === null) throw unknown(`${text} leads too far`, 'it begins at the base')
  const found = walkDown(graph, from, { text, steps, within })
  return found === null ? [] : [found]
}

/** One revision; null: the base. Throws REVISION_UNKNOWN, SEVERAL_HEADS. */
export function resolveOne(graph: Graph, text: string, current: readonly string[] = []): string | null {
  return one(graph, resolveRevisions(graph, text, current), text)
}

/**
 * What goes so that a branch is at its base: all of it but what applied revisions beside it stand on. A root that another branch shares stays, as the
 * branch begins where they part.
 */
function branchDown(graph: Graph, branch: ReadonlySet<string>, applied: ReadonlySet<string>): string[] {
  const beside = [...applied].filter((id) => !branch.has(id))
  const stay = ancestors(graph, beside, { lineage: true })
  return [...branch].filter((id) => applied.has(id) && !stay.has(id))
}

function downTarget(graph: Graph, text: string, current: readonly string[]): readonly string[] {
  const applied = ancestors(graph, current)
  const parts = partsOf(graph, text.trim())
  const { label, word, steps } = parts
  const within = label === null ? null : branchOf(graph, label)
  if (word === '' && steps < 0) return takeBack(graph, applied, { text, steps, within })
  if (word === '' && steps > 0)
    throw unknown(`${text} leads up`, 'a downgrade leads down', 'Write -1, or run `naru upgrade`.')
  const to = one(graph, resolveRevisions(graph, text, current), text)
  if (to !== null && !applied.has(to))
    throw unknown(
      `${named(graph, to)} is not applied, so nothing leads down to it`,
      current.length === 0
        ? 'the database is at the base'
        : `the database stands at ${current.map((id) => named(graph, id)).join('; ')}`,
      'Run `naru current` and `naru history`; `naru upgrade` leads up.',
    )
  if (to === null && within !== null) return branchDown(graph, within, applied)
  const next = to === null ? graph.roots : graph.children.get(to)!
  return next.filter((id) => applied.has(id) && (within === null || within.has(id)))
}

/**
 * Where an upgrade or downgrade leads from `current` (heads of what is applied): `billing@head` up, `-1` down. Throws REVISION_UNKNOWN,
 * SEVERAL_HEADS.
 */
export function resolveTarget(
  graph: Graph,
  text: string,
  current: readonly string[],
  direction: 'up' | 'down',
): Target {
  if (direction === 'down') return { text, direction, ids: downTarget(graph, text, current) }
  const { word, steps } = partsOf(graph, text.trim())
  if (word === '' && steps < 0)
    throw unknown(`${text} leads down`, 'an upgrade leads up', 'Write +1, or run `naru downgrade`.')
  return { text, direction, ids: resolveRevisions(graph, text, current) }
}
