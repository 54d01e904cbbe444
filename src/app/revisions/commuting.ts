/** Whether branches that are to be merged lead to the same schema in whatever order they are applied. */
import { basename } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import { type Branch, type BranchStatement, meetings, meetingText } from '../../revisions/commute.ts'
import { ancestors, type Graph, order } from '../../revisions/graph.ts'
import { changeLines } from '../apply/difference.ts'
import { compareSchemas } from '../diff-compare.ts'
import { plannerFor, unaskedCapabilities } from '../diff-plan.ts'
import { readBody, readFolder } from './files.ts'
import { replayOnScratch } from './replay.ts'
import { revisionsFamily } from './scratch-run.ts'
import type { RevisionsSetup } from './setup.ts'

/** Two heads with what both stand on and what each has alone. */
interface Fork {
  readonly heads: readonly [string, string]
  readonly base: readonly Revision[]
  readonly left: readonly Revision[]
  readonly right: readonly Revision[]
}

function forkOf(graph: Graph, a: string, b: string): Fork {
  const [one, other] = [ancestors(graph, [a]), ancestors(graph, [b])]
  const only = (x: ReadonlySet<string>, y: ReadonlySet<string>) =>
    order(
      graph,
      [...x].filter((id) => !y.has(id)),
    )
  const base = order(
    graph,
    [...one].filter((id) => other.has(id)),
  )
  return { heads: [a, b], base, left: only(one, other), right: only(other, one) }
}

async function schemaAfter(setup: RevisionsSetup, chain: readonly Revision[]): Promise<Schema> {
  await using scratch = await replayOnScratch(setup, chain)
  return scratch.schema
}

async function statementsOf(setup: RevisionsSetup, revisions: readonly Revision[]): Promise<BranchStatement[]> {
  const found: BranchStatement[] = []
  for (const revision of revisions) {
    const { up } = await readBody(revision, revisionsFamily(setup))
    const file = basename(revision.path)
    if (up.kind === 'sql') found.push(...up.statements.map(({ sql, line }) => ({ file, line, sql })))
  }
  return found
}

async function compared(from: Schema, to: Schema) {
  const comparer = await plannerFor(from.engine)
  return compareSchemas({ from, to, comparer, can: unaskedCapabilities(from) }, {})
}

async function branchOf(setup: RevisionsSetup, base: Schema, f: Fork, side: 'left' | 'right'): Promise<Branch> {
  const after = await schemaAfter(setup, [...f.base, ...f[side]])
  return { statements: await statementsOf(setup, f[side]), changes: (await compared(base, after)).changes }
}

/** One order of the two, or why it does not run. */
async function inOrder(setup: RevisionsSetup, chain: readonly Revision[]): Promise<Schema | NaruError> {
  return schemaAfter(setup, chain).catch((error: unknown) => {
    if (error instanceof NaruError && error.code === 'STATE_REFUSED') return error
    throw error
  })
}

function clash(f: Fork, lines: readonly string[], met: readonly string[]): NaruError {
  const both = met.length === 0 ? '' : `; both are about ${met.join(' | ')}`
  return new NaruError('BRANCHES_CLASH', `the branches of ${f.heads.join(' and ')} do not commute`, {
    why: `${lines.slice(0, 5).join('; ')}${lines.length > 5 ? ` and ${lines.length - 5} more` : ''}${both}`,
    state: 'nothing was written',
    details: { heads: f.heads, lines, meetings: met },
  })
}

const failed = (first: string, then: string, e: NaruError) =>
  `${then} after ${first}: ${e.message}${e.why === undefined ? '' : ` (${e.why})`}`

async function judge(setup: RevisionsSetup, f: Fork): Promise<readonly string[]> {
  const base = await schemaAfter(setup, f.base)
  const [left, right] = [await branchOf(setup, base, f, 'left'), await branchOf(setup, base, f, 'right')]
  const met = meetings(left, right)
  const told = met.map(meetingText)
  const [a, b] = f.heads
  const one = await inOrder(setup, [...f.base, ...f.left, ...f.right])
  if (one instanceof NaruError) throw clash(f, [failed(a, b, one)], told)
  const other = await inOrder(setup, [...f.base, ...f.right, ...f.left])
  if (other instanceof NaruError) throw clash(f, [failed(b, a, other)], told)
  const found = await compared(other, one)
  const ordered = (line: string) => /: order of columns (is|differs)/.test(line)
  const lines = changeLines(found)
  const real = lines.filter((line) => !ordered(line))
  if (real.length > 0)
    throw clash(
      f,
      real.map((line) => `where ${a} comes first, ${line}`),
      told,
    )
  const columns = lines.map(
    (line) => `${line.replace(/:.*/s, '')}: the order of its columns depends on which branch comes first`,
  )
  return [
    ...columns,
    ...met.filter((m) => m.rows).map((m) => `rows of ${meetingText(m)}: no replay tells whether their order matters`),
  ]
}

/** Codes that say that nothing could be tried. */
const UNTRIED: ReadonlySet<string> = new Set(['SCRATCH_UNAVAILABLE', 'USAGE'])

/**
 * Tries the branches of these heads in both orders on scratch databases. Gives warnings. Throws BRANCHES_CLASH where one order fails or leads
 * elsewhere, naming the statements of both sides; STATE_REFUSED where a branch does not run by itself.
 */
export async function commuting(setup: RevisionsSetup, heads: readonly string[]): Promise<readonly string[]> {
  const graph = await readFolder(setup.folder)
  const warnings: string[] = []
  for (const [i, a] of heads.entries()) {
    for (const b of heads.slice(i + 1)) {
      try {
        warnings.push(...(await judge(setup, forkOf(graph, a, b))))
      } catch (error) {
        if (!(error instanceof NaruError) || !UNTRIED.has(error.code)) throw error
        return [`whether the branches commute was not tried: ${error.message}`]
      }
    }
  }
  return warnings
}
