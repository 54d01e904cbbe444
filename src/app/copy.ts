/** `naru copy`: schema, rows, indexes, constraints, counters, verification, report. */

import { readFile } from 'node:fs/promises'
import { giveAccess } from '../copy/access.ts'
import { brokenKeys } from '../copy/broken-keys.ts'
import { analyze, finishTables, makeTables, setCounters } from '../copy/finish.ts'
import { fillObjects, makeObjects } from '../copy/objects.ts'
import { type Effort, tableOutcomes } from '../copy/outcome.ts'
import type { StepRun } from '../copy/steps.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import { isExisting, type TablePlan } from '../core/plan.ts'
import type { FailedStep, RunReport, TableVerification } from '../core/report.ts'
import type { Schema } from '../core/schema.ts'
import { sideBySide } from '../core/share.ts'
import { type CounterReader, counterReader } from './copy-counters.ts'
import { forgetBegun, mergeDigests } from './copy-merged.ts'
import { once } from './copy-phases.ts'
import { buildReport } from './copy-report.ts'
import { copyRows } from './copy-rows.ts'
import { verifyCopied } from './copy-verify.ts'
import { facing } from './facing.ts'
import { type Finishers, finishers } from './finishers.ts'
import { sealTarget } from './folder.ts'
import { amountOf, isLittle, isWide, lanesFor, lanesShareThread, runLanes } from './lane-count.ts'
import { isDigested } from './lane-setup.ts'
import { type Crew, newCrew } from './lanes.ts'
import { openDatabase, openEnds } from './open.ts'
import { redact } from './redact.ts'
import { writeRejects } from './rejects-file.ts'
import { beginSession, copyEnds, type Ends, type Session } from './session.ts'
import { stopped } from './stopped.ts'
import { countersReached, firstNumbers } from './transfer-numbers.ts'
import { verifyTransferred } from './transfer-verify.ts'
import { undisturbed } from './undisturbed.ts'

/**
 * Copies a database and proves it. Run again with the same arguments after a stop of any kind, it continues.
 * @returns the report; `exit` in it is the process exit code.
 * @throws NaruError: UNSETTLED_FINDINGS and TABLE_EXISTS before anything is changed; CONNECTION_LOST, DISK_FULL, STOPPED with
 * everything finished so far safe on the target.
 */
export async function copy(
  from: Address,
  into: Address,
  options: CopyOptions,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<RunReport> {
  const to = facing(from, into)
  const saved =
    options.plan === undefined ? undefined : await (await import('./saved-plan.ts')).readPlan(options.plan, from)
  const ends = await openEnds(from, to, { role: 'target' })
  await using source = ends[0]
  await using target = ends[1]
  await source.check?.()
  return await runCopy(copyEnds({ from, to, options, source, target, reporter, ...(saved && { saved }) }), signal)
}

/** Runs a copy whose databases are open. Throws as `copy` does. */
export async function runCopy(ends: Ends, signal?: AbortSignal): Promise<RunReport> {
  await using crew = newCrew(ends.reporter.report.bind(ends.reporter))
  const begun = await beginSession(ends, (schema) => warm(crew, ends, schema))
  if (begun.resumed) await forgetBegun(begun)
  const session = begun.plan.mappings === undefined ? begun : { ...begun, lanes: await lanesOf(begun) }
  const phases = phaseClock(session, signal)
  try {
    return await run(session, crew, phases, signal)
  } catch (error) {
    const known = toNaruError(error)
    const report = await brokenOff(session, known, phases.times).catch(() => undefined) // the target may be gone
    if (report !== undefined) reports.set(known, report)
    throw known
  }
}

/**
 * Threads start while the source is asked about its values, or lanes of this thread connect: as many as its statistics make it likely to
 * need. Mappings (which may have id maps) need threads wherever the servers are.
 */
function warm(crew: Crew, ends: Ends, schema: Schema): void {
  const amount = amountOf(schema.tables)
  const inside = [...ends.sources.map((s) => s.database), ends.target].some((db) => db.can.inProcess)
  if (ends.options.schemaOnly || inside || isLittle(ends.options, amount)) return
  const count = lanesFor(ends, amount)
  const { to, target } = ends
  const from = ends.sources.map((s) => s.address)
  if (!ends.idMaps && lanesShareThread(ends, count)) {
    crew.ahead({ from, to }, { count, shared: { sources: ends.sources.map((s) => s.database), target } })
  } else
    crew.warm(
      [to, ...from].map((address) => address.engine),
      count,
    )
}

/** What mappings need in all lanes: the moment of the run, numbers for new rows, stores. */
async function lanesOf({ started, target, plan, files, options }: Session): Promise<Session['lanes']> {
  const counters = await firstNumbers(target, plan.tables)
  const stages = { now: started, counters, lookupBytes: options.lookupMemory }
  return { stages, ...(files !== undefined && { stores: files.stores }) }
}

const reports = new WeakMap<NaruError, RunReport>()

/** The report of a copy that an error ended: what stands in the ledger. Undefined when it had not begun, or when the target cannot be asked. */
export function reportOf(error: unknown): RunReport | undefined {
  return reports.get(toNaruError(error))
}

async function brokenOff(session: Session, error: NaruError, times: RunReport['times']): Promise<RunReport> {
  const { ledger, run, plan } = session
  const rejects = await writeRejects(session)
  const tables = tableOutcomes(plan.tables, await ledger.units(run), await ledger.marks(run), new Map(), new Map())
  return {
    ...(await buildReport(session, { tables, failed: [], counters: [], rejects, times, jobs: runLanes(session) })),
    verdict: error.code === 'STOPPED' ? 'stopped' : 'failed',
    exit: error.exit,
    notes: [
      ...session.notes,
      ...(session.files?.notes() ?? []),
      `ended by ${error.code}: ${redact(error.message)}. ${error.hint}`,
    ],
  }
}

async function run(session: Session, crew: Crew, phases: Phases, signal: AbortSignal | undefined): Promise<RunReport> {
  const { plan, options, ledger } = session
  const steps = await stepRun(session)
  const counters = await counterReader(session)
  await phases('before', async () => {
    await runBefore(session, steps)
    await once(session, 'before the run', () => session.hooks?.begin())
  })
  await phases('schema', () => makeTables(steps, plan))
  // Keys of tables that later phases look up in: without them each look-up would read the whole table.
  const indexEarly = async (tables: readonly TablePlan[]) => {
    if (tables.length === 0) return
    // What fails is tried again, and told, when all tables are finished.
    await finishTables(steps, { ...plan, tables }, (_, work) => work())
    await analyze(steps, tables)
  }
  let effort: Effort = new Map()
  await using hands = finishers(session)
  if (!options.schemaOnly) {
    await using _ = isWide(session) ? undisturbed(session) : undefined
    const ending = () => hands.ahead()
    effort = await phases('data', () => copyRows(session, crew, { signal, indexEarly, ending }))
  }
  await ledger.update(session.run, { state: 'finishing' })
  const failed = await finish(session, { steps, phases, hands, counters })
  const written = { units: await ledger.units(session.run), marks: await ledger.marks(session.run) }
  const [[missed, verifications]] = await sideBySide(
    sideBySide(
      readsBackAlone(session) ? phases('statistics', () => analyzeApart(session, steps)) : [],
      options.schemaOnly
        ? new Map<string, TableVerification>()
        : phases('verify', () => prove(session, written, crew, signal)),
    ),
    readsBackAlone(session) ? counters.early(session.target) : undefined,
  )
  failed.push(...missed)
  const merges = options.schemaOnly ? [] : await mergeDigests(session, written)
  const left = await phases('access', () => giveAccess(session.target, plan.access ?? []))
  await phases('after', async () => {
    await runFile(session.target, options.after)
    await once(session, 'after the run', () => session.hooks?.end())
  })
  const tables = options.schemaOnly
    ? []
    : tableOutcomes(plan.tables, written.units, written.marks, effort, verifications)
  const told = { ...session, plan: { ...plan, leftovers: [...plan.leftovers, ...left] } }
  const report = await buildReport(told, {
    tables,
    failed,
    counters: await counters.read(),
    rejects: await writeRejects(session),
    times: phases.times,
    jobs: runLanes(session),
    ...(merges.length > 0 && { merges }),
  })
  if (settled(report)) await phases('manifest', () => sealTarget(session, report, verifications))
  await close(session, report)
  return report
}

/** What is on the target is what was to be there, as far as it took it. */
function settled(report: RunReport): boolean {
  return report.verdict === 'done' || report.verdict === 'rejects'
}

function prove(...a: Parameters<typeof verifyCopied>): ReturnType<typeof verifyCopied> {
  return a[0].plan.mappings === undefined ? verifyCopied(...a) : verifyTransferred(...a)
}

/** Whether the proof is read by lanes alone, so that statistics can be gathered beside it. */
function readsBackAlone(session: Session): boolean {
  const { options, target } = session
  return isWide(session) && target.can.analyzesBesideReads && !options.schemaOnly && isDigested(session)
}

/** Verified: the marks go, the summary stays. Otherwise everything stays, so that the same command can go on. */
async function close(session: Session, report: RunReport): Promise<void> {
  const { ledger, run, reporter } = session
  if (settled(report)) {
    const summary = JSON.stringify(report, (_, v) => (typeof v === 'bigint' ? v.toString() : v))
    await ledger.update(run, { state: 'done', finished: report.finished, summary })
    await ledger.forget(run)
  } else await ledger.update(run, { state: 'failed' })
  reporter.report({ type: 'end', run, verdict: report.verdict, exit: report.exit })
}

async function stepRun(session: Session): Promise<StepRun> {
  const { ledger, run, target, reporter, resumed } = session
  return { run, ledger, connections: [target], reporter, done: new Set(await ledger.steps(run)), resumed }
}

type Phases = (<T>(name: string, work: () => Promise<T>) => Promise<T>) & {
  readonly times: { phase: string; ms: number }[]
}

/** Times each phase, tells it, and stops between phases when asked to. */
function phaseClock(session: Session, signal: AbortSignal | undefined): Phases {
  const times: { phase: string; ms: number }[] = []
  const clock = async <T>(phase: string, work: () => Promise<T>): Promise<T> => {
    if (signal?.aborted) throw stopped()
    const began = performance.now()
    session.reporter.report({ type: 'phase', phase, state: 'begin' })
    const result = await work()
    const ms = performance.now() - began
    times.push({ phase, ms })
    session.reporter.report({ type: 'phase', phase, state: 'end', ms })
    return result
  }
  return Object.assign(clock, { times })
}

/** Statistics over a connection of their own, while the target is read back. */
async function analyzeApart({ plan, to, target }: Session, steps: StepRun): Promise<FailedStep[]> {
  await using own = await openDatabase(to, { role: 'target', like: target })
  return await analyze({ ...steps, connections: [own], ledger: own.ledger() }, plan.tables)
}

interface Finish {
  readonly steps: StepRun
  readonly phases: Phases
  readonly hands: Finishers
  readonly counters: CounterReader
}

/** What comes after the rows; statistics too, unless the target is read back beside them. */
async function finish(session: Session, o: Finish): Promise<FailedStep[]> {
  const { plan, target } = session
  const { steps, phases } = o
  await using hands = o.hands
  const beside: StepRun = { ...steps, ...(await hands.take()) }
  const failed = await finishTables(beside, plan, phases)
  if (plan.tables.some((t) => isExisting(t)))
    failed.push(...(await phases('orphans', () => brokenKeys(target, plan.tables, session.to.schema))))
  if (plan.objects.length > 0) failed.push(...(await phases('objects', () => carryObjects(session, steps))))
  const counted = plan.mappings === undefined ? plan.tables : await countersReached(target, plan.tables)
  failed.push(...(await phases('counters', () => setCounters(beside, counted))))
  if (readsBackAlone(session)) return failed
  const [missed] = await sideBySide(
    phases('statistics', () => analyze(beside, plan.tables)),
    beside.spare && o.counters.early(beside.spare),
  )
  return [...failed, ...missed]
}

/** Objects, and the rows of those that hold some. */
async function carryObjects({ plan, options, sources }: Session, steps: StepRun): Promise<FailedStep[]> {
  const failed = await makeObjects(steps, plan.objects)
  return options.schemaOnly ? failed : [...failed, ...(await fillObjects(steps, plan.objects, sources[0].address))]
}

/** --before, once: a run that was killed before the file was through runs it when it is continued. */
async function runBefore({ target, options, ledger, run }: Session, steps: StepRun): Promise<void> {
  if (options.before === undefined || steps.done.has('--before')) return
  await runFile(target, options.before)
  await ledger.stepDone(run, '--before')
  steps.done.add('--before')
}

/** Runs --before / --after. Throws FILE_UNREADABLE, QUERY_FAILED. */
async function runFile(target: Database, path: string | undefined): Promise<void> {
  if (path === undefined) return
  const sql = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new NaruError('FILE_UNREADABLE', `cannot read ${path}`, {
      why: String((error as Error).message),
      cause: error,
    })
  })
  await target.execute(sql)
}
