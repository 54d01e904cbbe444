/** Walks a database over revisions, up or down: one at a time, under the lock, with an honest word when it breaks off. */
import { basename } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionRun, UpgradeReport } from '../../core/revision.ts'
import { kindOf } from '../../revisions/kinds.ts'
import type { Standing } from '../../revisions/standing.ts'
import { plural, someOf } from '../format.ts'
import type { Coming } from './backup.ts'
import { summaryOf } from './execute.ts'
import { beginner, guardOf, runRevision, wasOvertaken } from './run-revision.ts'
import { type LockedSite, type Site, sideOf, standing } from './site.ts'

export type Direction = 'up' | 'down'

/** The revisions between where a database stands and where it is to stand, in order. Throws REVISION_UNKNOWN, SEVERAL_HEADS. */
export type Path = (now: Standing) => readonly Revision[]

/** Statements that would end the transaction that naru holds, and ways that are none. */
function checkWay({ revision, body }: Coming, direction: Direction, site: Pick<Site, 'family'>): void {
  const way = direction === 'up' ? body.up : body.down
  const file = basename(revision.path)
  if (way.kind === 'none') {
    throw new NaruError('REVISION_IRREVERSIBLE', `${revision.id} cannot be taken back`, {
      why: `${file}: ${way.why}`,
      state: 'nothing was changed',
    })
  }
  if (way.kind === 'ts') return
  const wrong = way.statements.find(({ sql }) => kindOf(sql, site.family).control)
  if (wrong === undefined) return
  throw new NaruError('REVISION_INVALID', `${file}, line ${wrong.line}: ${summaryOf(wrong.sql)} has no place here`, {
    why: 'naru begins and ends the transactions of a revision itself, so that the version is noted in the same one',
    hint: 'Delete the statement. One that must run outside a transaction gets `-- naru:no-transaction` on a line before it.',
    state: 'nothing was changed',
  })
}

/** Reads the files of a path and refuses what cannot run. Throws REVISION_INVALID, REVISION_IRREVERSIBLE. */
export async function comingOf(
  site: Pick<Site, 'family' | 'body'>,
  path: readonly Revision[],
  direction: Direction,
): Promise<Coming[]> {
  const coming: Coming[] = []
  for (const revision of path) {
    const one = { revision, body: await site.body(revision) }
    checkWay(one, direction, site)
    coming.push(one)
  }
  return coming
}

/** What would run, told and not done. */
export function plannedRuns(coming: readonly Coming[], direction: Direction, now: Standing): RevisionRun[] {
  return coming.map(({ revision: { id, message }, body }) => {
    const way = direction === 'up' ? body.up : body.down
    const statements = way.kind === 'sql' ? way.statements.length : null
    const resumedAt = now.half.find((r) => r.id === id)?.progress?.done ?? 0
    return { id, message, direction, statements, resumedAt, ms: 0 }
  })
}

/** The version table of a database whose lock is held; made where it is missing. Throws PERMISSION_DENIED. */
export async function ensureVersions(site: LockedSite): Promise<void> {
  if (site.database.lock !== undefined) return site.versions.ensure()
  await beginner(site)()
  try {
    await site.versions.ensure()
    await site.database.execute('COMMIT')
  } catch (error) {
    await site.database.execute('ROLLBACK').catch(() => {}) // the first error tells more
    throw error
  }
}

function stateOf(error: NaruError, runs: readonly RevisionRun[]): string {
  if (runs.length === 0) return error.state ?? 'nothing was changed'
  const ids = someOf(
    runs.map((r) => r.id),
    5,
  )
  const done = runs[0].direction === 'up' ? 'applied' : 'taken back'
  return `${ids} ${runs.length === 1 ? 'is' : 'are'} ${done} and ${runs.length === 1 ? 'stays' : 'stay'} so; ${error.state ?? ''}`
}

function withRuns(error: unknown, runs: readonly RevisionRun[]): unknown {
  if (!(error instanceof NaruError)) return error
  const { code, message, why, hint, details } = error
  return new NaruError(code, message, { why, hint, details, state: stateOf(error, runs), cause: error })
}

function stopped(left: number): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'the run was interrupted',
    hint: 'Run the same command again: it goes on from there.',
    state: `${plural(left, 'revision')} ${left === 1 ? 'is' : 'are'} still to come`,
  })
}

/** Runs the revisions of a path that is worked out anew where another process was faster. */
export async function walk(site: LockedSite, path: Path, direction: Direction): Promise<RevisionRun[]> {
  const runs: RevisionRun[] = []
  try {
    for (;;) {
      const now = await standing(site)
      const coming = await comingOf(site, path(now), direction)
      if (await walkOnce(site, now, coming, { direction, runs })) return runs
    }
  } catch (error) {
    throw withRuns(error, runs)
  }
}

/** False: another process was faster. */
async function walkOnce(
  site: LockedSite,
  now: Standing,
  coming: readonly Coming[],
  { direction, runs }: { direction: Direction; runs: RevisionRun[] },
): Promise<boolean> {
  const guard = guardOf(site, now.rows)
  const applied = new Set(now.applied)
  const half = new Map(now.half.map((row) => [row.id, row]))
  const rows = new Map(now.rows.map((row) => [row.id, row]))
  for (const [i, { revision }] of coming.entries()) {
    if (site.context.signal?.aborted) throw stopped(coming.length - i)
    const row = (direction === 'up' ? half : rows).get(revision.id) ?? null
    if (direction === 'down') applied.delete(revision.id)
    try {
      runs.push(await runRevision(site, { revision, direction, row, applied }, guard))
    } catch (error) {
      if (wasOvertaken(error)) return false
      throw error
    }
    if (direction === 'up') applied.add(revision.id)
  }
  return true
}

/** The report of a database on which nothing, or these revisions, ran. */
export async function reportOf(
  site: Site,
  before: Standing,
  runs: readonly RevisionRun[],
  more: Partial<Pick<UpgradeReport, 'outcome' | 'after' | 'notes' | 'backup'>>,
): Promise<UpgradeReport> {
  return {
    database: sideOf(site.database),
    outcome: more.outcome ?? (runs.length === 0 ? 'unchanged' : 'done'),
    before: before.heads,
    after: more.after ?? (await standing(site)).heads,
    runs,
    backup: more.backup ?? null,
    notes: more.notes ?? [],
  }
}
