/** Runs one way of a revision: in transactions where statements may stand in one, else one by one. Keeps no books itself. */
import { basename } from 'node:path'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import type { RevisionStatement, RevisionWay } from '../../core/revision.ts'
import { type Part, partsOf } from '../../revisions/parts.ts'
import { revisionTools } from '../../revisions/tools.ts'
import { familyOf } from '../../revisions/version-table.ts'
import { statementFailure, stoppedBefore, wayFailure } from './failure.ts'

/** What is noted down on the way. Each is told in the transaction that is open, or where none is open. */
export interface Books {
  /** When a transaction has begun, before its first statement. */
  begun(): Promise<void>
  /** In the transaction of the statements: so many are done when it is committed. `done` of `of` is the end. */
  within(done: number): Promise<void>
  /** Before a statement that is final by itself. */
  before(place: number): Promise<void>
  /** After such a statement, whether it went well or not. */
  after(place: number, error: unknown): Promise<void>
}

export interface WayOptions {
  /** The file, for people. */
  readonly path: string
  readonly id: string
  readonly books?: Books
  /** Statements that are done already. */
  readonly from?: number
  readonly reporter?: Reporter
  readonly signal?: AbortSignal
  /** Begins a transaction; default: BEGIN. */
  readonly begin?: () => Promise<void>
  /** Around each transaction or lone statement: may try again. */
  readonly persistently?: <T>(work: () => Promise<T>) => Promise<T>
  /** Around each statement: may watch what it waits for. */
  readonly watched?: <T>(work: () => Promise<T>) => Promise<T>
}

interface Going extends WayOptions {
  readonly database: Database
  readonly statements: readonly RevisionStatement[]
}

/**
 * Runs a way whole, or from statement `from` on. Throws REVISION_IRREVERSIBLE, STEP_FAILED with file and line, CONNECTION_LOST, STOPPED,
 * LOCK_TIMEOUT, PERMISSION_DENIED, DISK_FULL; `state` says what was left of this way.
 */
export async function executeWay(database: Database, way: RevisionWay, o: WayOptions): Promise<void> {
  if (way.kind === 'none') {
    throw new NaruError('REVISION_IRREVERSIBLE', `there is no way through ${basename(o.path)}`, { why: way.why })
  }
  if (way.kind === 'ts') return runModule(database, way, o)
  await runStatements({ ...o, database, statements: way.statements })
}

/** PostgreSQL before 12 adds values to enums outside of transactions only. */
function mayAddEnumsApart({ engine, version }: Database): boolean {
  return engine.name === 'postgres' && Number.parseInt(version, 10) >= 12
}

async function runStatements(g: Going): Promise<void> {
  const family = familyOf(g.database)
  const from = g.from ?? 0
  const parts = partsOf(g.statements, { family, from, enumsApart: mayAddEnumsApart(g.database) })
  const again = g.persistently ?? ((work) => work())
  for (const part of parts) {
    if (g.signal?.aborted) throw stoppedBefore(g.id, part.first, g.statements.length)
    await again(() => (part.kind === 'together' ? runTogether(g, part) : runAlone(g, part)))
  }
  // A way without statements has an end all the same.
  if (parts.length === 0)
    await again(() => inTransaction(g.database, g, async () => g.books?.within(g.statements.length)))
}

/** One transaction; whatever goes wrong, it is taken back as a whole. */
export async function inTransaction(
  database: Database,
  { begin }: Pick<WayOptions, 'begin'>,
  work: () => Promise<unknown>,
): Promise<void> {
  await (begin?.() ?? database.execute('BEGIN'))
  try {
    await work()
    await database.execute('COMMIT')
  } catch (error) {
    await database.execute('ROLLBACK').catch(() => {}) // a connection that is gone rolls back by itself
    throw error
  }
}

async function runTogether(g: Going, part: Part): Promise<void> {
  let place = part.first
  try {
    await inTransaction(g.database, g, async () => {
      await g.books?.begun()
      for (const statement of part.statements) {
        if (g.signal?.aborted) throw stoppedBefore(g.id, part.first, g.statements.length)
        await runStatement(g, statement, place)
        place++
      }
      await g.books?.within(place)
    })
  } catch (error) {
    const at = part.statements[Math.min(place - part.first, part.statements.length - 1)]
    throw statementFailure(error, { ...g, place, statement: at, done: part.first, rolledBack: true })
  }
}

async function runAlone(g: Going, part: Part): Promise<void> {
  const place = part.first
  const statement = part.statements[0]
  try {
    await g.books?.before(place)
    await runStatement(g, statement, place)
    await g.books?.after(place, null)
  } catch (error) {
    await g.books?.after(place, error).catch(() => {}) // the next run finds out
    throw statementFailure(error, { ...g, place, statement, done: place, rolledBack: false })
  }
}

async function runStatement(g: Going, statement: RevisionStatement, place: number): Promise<void> {
  const watched = g.watched ?? ((work) => work())
  tell(g, statement, place, 'begin', 0)
  const began = performance.now()
  await watched(() => g.database.execute(statement.sql))
  tell(g, statement, place, 'end', performance.now() - began)
}

/** The beginning of a statement on one line. */
export function summaryOf(sql: string): string {
  const text = sql.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '').replace(/\s+/g, ' ')
  return [...text].length > 60 ? `${[...text].slice(0, 59).join('')}…` : text
}

type TellState = 'begin' | 'end'

function tell(g: Going, { sql }: RevisionStatement, place: number, state: TellState, ms: number): void {
  const object = `${g.id} ${summaryOf(sql)}`
  g.reporter?.report({ type: 'statement', number: place + 1, of: g.statements.length, object, state, ms })
}

type ModuleWay = Extract<RevisionWay, { kind: 'ts' }>

async function runModule(database: Database, way: ModuleWay, o: WayOptions): Promise<void> {
  const again = o.persistently ?? ((work) => work())
  const log = (message: string) => o.reporter?.report({ type: 'note', message: `${o.id}: ${message}` })
  const watched = o.watched ?? ((work) => work())
  const tools = revisionTools(database, {
    transaction: way.transaction,
    log,
    around: (_sql, work) => watched(work),
  })
  try {
    if (way.transaction) await again(() => inTransaction(database, o, () => moduleWithBooks(way, tools, o)))
    else await moduleAlone(way, tools, o)
  } catch (error) {
    throw wayFailure(error, { ...o, rolledBack: way.transaction })
  }
}

async function moduleWithBooks(way: ModuleWay, tools: ReturnType<typeof revisionTools>, o: WayOptions): Promise<void> {
  await o.books?.begun()
  await way.run(tools)
  if (o.signal?.aborted) throw stoppedBefore(o.id, 0, 1)
  await o.books?.within(1)
}

async function moduleAlone(way: ModuleWay, tools: ReturnType<typeof revisionTools>, o: WayOptions): Promise<void> {
  await o.books?.before(0)
  await way.run(tools)
  await o.books?.after(0, null)
}
