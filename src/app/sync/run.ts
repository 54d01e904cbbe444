/** One run of a job: pages of the source, what the target has of them, and what is due, written in transactions. */
import { ahead } from '../../core/ahead.ts'
import { NaruError } from '../../core/error.ts'
import type { SyncRecord } from '../../core/sync-ledger.ts'
import type { JointBatch, MadeRows } from '../../transfer/joint-source.ts'
import { writeChunk } from '../../verify/sync/chunk.ts'
import type { Page } from '../../verify/sync/pages.ts'
import type { Looked, LookOptions, SyncFailure, SyncTable, TableWork } from '../../verify/sync/table.ts'
import { type Kinds, lookOptions } from './due.ts'
import { newExtras } from './extras.ts'
import { inOrder, pageRows, type Work } from './work.ts'

export interface RunOutcome {
  readonly record: SyncRecord
  readonly kinds: Kinds
  readonly failures: readonly SyncFailure[]
}

/** Failures that are named. */
const NAMED = 100
/** Due rows of so many pages are written together, as long as they are no more than a page has rows. */
const PAGES = 8
/** Milliseconds between two notes of how far a run is in which nothing is due. */
const NOTE = 1000

/** Looks at all pages and writes what is due. Throws STOPPED, REPAIR_LIMIT, and what the databases throw. */
export async function runPages(w: Work): Promise<RunOutcome> {
  const { options, kinds } = lookOptions(w.job)
  const extras = newExtras(w, options)
  const books = newBooks(w)
  if (!w.dryRun && !w.resumed) await w.ledger.begin(w.record)
  const mapped = mapPages(w, w.parallel.source ? ahead(w.pages, (p) => p.batch?.release()) : w.pages)
  const looked = lookAt(w, w.parallel.target ? ahead(mapped, (p) => p.joint?.release()) : mapped, options)
  for await (const { page, read, tables } of w.parallel.target ? ahead(looked) : looked) {
    if (w.context.signal?.aborted) await books.stop()
    const work = await extras.take(page, tables)
    await books.add(work, { read, cursor: page.cursor })
    w.context.reporter.report({ type: 'compared', table: w.job.name, rows: read, earlier: false })
  }
  for (const work of extras.rest()) await books.add(work, { read: 0, cursor: null })
  await books.flush()
  return { record: books.record(), kinds, failures: books.failures }
}

interface MappedPage {
  readonly page: Page
  readonly joint: JointBatch | null
}

async function* mapPages(w: Work, pages: AsyncIterable<Page>): AsyncGenerator<MappedPage> {
  for await (const page of pages) yield { page, joint: page.batch === null ? null : await w.source.map(page.batch) }
}

interface LookedPage {
  readonly page: Page
  /** Rows of the source. */
  readonly read: number
  readonly tables: readonly Looked[]
}

const NOTHING: MadeRows = {
  bytes: new Uint8Array(0),
  rows: 0,
  rejects: [],
  filtered: 0,
  merged: 0,
  sourceOf: () => ({}),
  leftOut: () => [],
}

async function* lookAt(w: Work, pages: AsyncIterable<MappedPage>, o: LookOptions): AsyncGenerator<LookedPage> {
  for await (const { page, joint } of pages) {
    if (joint !== null) page.check?.(joint.made[0])
    const tables: Looked[] = []
    for (const [k, table] of w.tables.entries()) {
      const made = joint === null ? NOTHING : joint.made[k]
      tables.push(await table.look(k === 0 ? made : withoutCalls(made), page.place(table.plan), o))
    }
    joint?.release()
    yield { page, read: joint?.read ?? 0, tables }
  }
}

/** A row that the function refuses is told once. */
function withoutCalls(made: MadeRows): MadeRows {
  return made.rejects.length === 0
    ? made
    : { ...made, rejects: made.rejects.filter((r) => r.column !== 'row function') }
}

interface Step {
  readonly read: number
  readonly cursor: string | null
}

/** What was looked at and is not written yet, and the account of what was. */
function newBooks(w: Work) {
  const rows = pageRows(w.job)
  const most = w.job.limits?.rows
  const failures: SyncFailure[] = []
  let record = w.record
  let noted = performance.now()
  let open: { work: TableWork[]; pages: number; read: number; cursor: string | null } = empty()
  const due = (work: readonly TableWork[]) => work.reduce((n, t) => n + t.changes.length, 0)
  const seconds = () => w.record.seconds + (performance.now() - w.began) / 1000
  const after = (o: { readonly written: number; readonly failed: number }): SyncRecord => ({
    ...record,
    cursor: open.cursor ?? record.cursor,
    looked: record.looked + open.read,
    due: record.due + due(open.work),
    written: record.written + o.written,
    failed: record.failed + o.failed,
    seconds: seconds(),
  })
  const name = (more: readonly SyncFailure[]) => failures.push(...more.slice(0, NAMED - failures.length))
  const flush = async () => {
    const refused = open.work.flatMap((t) => t.failures)
    let next = after({ written: 0, failed: refused.length })
    if (!w.dryRun && due(open.work) > 0) {
      const outcome = await writeChunk({
        target: w.target,
        sql: w.sql,
        work: joined(open.work, inOrder(w.tables)),
        record: (o) => {
          next = after({ written: o.written, failed: refused.length + o.failures.length })
          return w.ledger.update(next)
        },
      })
      name([...refused, ...outcome.failures])
    } else {
      if (!w.dryRun) await w.ledger.update(next)
      name(refused)
    }
    record = next
    open = empty()
    noted = performance.now()
  }
  return {
    failures,
    record: () => ({ ...record, seconds: seconds() }),
    flush,
    async add(work: readonly TableWork[], step: Step): Promise<void> {
      const more = due(work)
      if (!w.dryRun && most !== undefined && record.written + due(open.work) + more > most) {
        await flush()
        if (record.written + more > most) await limited(w, { ...record, seconds: seconds() }, most)
      }
      open.work.push(...work)
      open.pages++
      open.read += step.read
      open.cursor = step.cursor ?? open.cursor
      const full = due(open.work) >= rows || (due(open.work) > 0 && open.pages >= PAGES)
      if (full || performance.now() - noted > NOTE) await flush()
    },
    async stop(): Promise<never> {
      await flush()
      if (!w.dryRun) await w.ledger.update({ ...record, state: 'stopped' })
      throw new NaruError('STOPPED', `${w.job.name} was stopped between two chunks`, {
        hint: 'Run it again: it goes on behind the last chunk.',
        state: `${record.written} rows were written`,
      })
    },
  }
}

function empty() {
  return { work: [] as TableWork[], pages: 0, read: 0, cursor: null as string | null }
}

/** The work of several pages, table by table. */
function joined(work: readonly TableWork[], tables: readonly SyncTable[]): TableWork[] {
  return tables.map((table) => {
    const own = work.filter((t) => t.table === table)
    return { table, changes: own.flatMap((t) => t.changes), failures: own.flatMap((t) => t.failures) }
  })
}

async function limited(w: Work, record: SyncRecord, most: number): Promise<never> {
  await w.ledger.update({ ...record, state: 'stopped' })
  throw new NaruError('REPAIR_LIMIT', `${w.job.name} would write more than ${most} rows`, {
    why: `limits.rows is ${most}`,
    hint: `Look with naru sync ${w.job.name} --dry-run; where that many are right, raise limits.rows.`,
    state: `${record.written} rows were written; the next run goes on behind them`,
  })
}
