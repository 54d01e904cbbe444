/** Puts the report of a run together and gives the verdict. */
import { withinRejects } from '../copy/outcome.ts'
import { versionTables } from '../copy/version-tables.ts'
import type { CounterOutcome, FailedStep, RunReport, TableOutcome, Verdict } from '../core/report.ts'
import { sampleNotes } from './sample-notes.ts'
import type { Session } from './session.ts'

export interface ReportParts {
  readonly tables: readonly TableOutcome[]
  readonly failed: readonly FailedStep[]
  readonly counters: readonly CounterOutcome[]
  readonly rejects: RunReport['rejects']
  readonly times: RunReport['times']
  readonly jobs: number
  readonly merges?: RunReport['merges']
}

const EXIT_OF: Readonly<Record<Verdict, number>> = {
  done: 0,
  rejects: 1,
  differs: 1,
  incomplete: 1,
  failed: 1,
  stopped: 130,
}

/** The report with its verdict. `rejects` within --max-rejects count as done; the report lists them all the same. */
export async function buildReport(session: Session, parts: ReportParts): Promise<RunReport> {
  const verdict = judge(session, parts)
  return {
    run: session.run,
    verdict,
    exit: EXIT_OF[verdict],
    started: session.started,
    finished: new Date().toISOString(),
    resumed: session.resumed,
    plan: { ...session.plan, ...(session.sample !== undefined && { sample: session.sample }) },
    tables: parts.tables.map((t) => sampledOutcome(session, t)),
    counters: parts.counters,
    rejects: parts.rejects,
    failedSteps: parts.failed,
    versionTables: await versions(session),
    times: parts.times,
    notes: [
      ...(session.sample?.exact ? sampleNotes(session.sample) : []),
      ...session.notes,
      ...(session.files?.notes() ?? []),
    ],
    jobs: parts.jobs,
    ...(parts.merges !== undefined && { merges: parts.merges }),
  }
}

/** Rows that --where leaves out were never looked at by a sample. */
function sampledOutcome({ sample, plan }: Session, t: TableOutcome): TableOutcome {
  if (sample === undefined) return t
  const own = sample.tables.find((s) => s.table === t.table)
  const filtered = t.filtered - (plan.tables.find((p) => p.label === t.table)?.filtered ?? 0)
  return { ...t, filtered, ...(own !== undefined && { sample: { of: own.rows, needed: own.needed } }) }
}

function judge(session: Session, parts: ReportParts): Verdict {
  const limit = session.options.maxRejects ?? '0'
  if (parts.tables.some((t) => !t.closes)) return 'incomplete'
  if (parts.tables.some((t) => t.verification !== null && !t.verification.same)) return 'differs'
  if (parts.failed.length > 0) return 'incomplete'
  if (!parts.tables.every((t) => withinRejects(t, limit))) return 'rejects'
  return 'done'
}

async function versions(session: Session): Promise<RunReport['versionTables']> {
  const source = session.plan.versionTables
  if (source.length === 0) return []
  const target = await versionTables(
    session.target,
    session.plan.schema,
    session.plan.tables.map((t) => t.target),
  )
  const renamed = new Map(session.plan.tables.map((t) => [t.source.name.name, t.target.name.name]))
  return source.map((v) => ({
    framework: v.framework,
    table: v.table,
    source: v.version,
    target:
      target.find((t) => t.framework === v.framework && t.table === (renamed.get(v.table) ?? v.table))?.version ?? null,
  }))
}
