/** Asks the database what the hazards of a plan would meet: read only, and no question takes longer than it may. */
import type { Hazard, Step } from '../../core/change.ts'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { SMALL_ROWS } from '../../core/size.ts'
import { duration } from '../format.ts'
import { openDatabase } from '../open.ts'
import { type Answer, isBySize } from './weigh.ts'

/** Milliseconds for one question; a table that takes longer is told as not counted. */
const PATIENCE_MS = 30_000
/** What a server may take to end a statement that was too long. */
const GRACE_MS = 2_000

type Reply = { readonly n: number } | { readonly why: string }

/** Answers by hazard, from a connection of their own where the database allows a second one. */
export async function askHazards(
  steps: readonly Step[],
  o: { readonly address: Address; readonly database: Database; readonly patience?: number },
): Promise<ReadonlyMap<Hazard, Answer>> {
  const hazards = steps.flatMap((s) => s.hazards)
  const answers = new Map<Hazard, Answer>()
  if (hazards.length === 0) return answers
  await using reader = questioner(o.address, o.database, o.patience ?? PATIENCE_MS)
  for (const hazard of hazards) answers.set(hazard, await answerTo(hazard, reader, o.database))
  return answers
}

async function answerTo(hazard: Hazard, reader: Questioner, database: Database): Promise<Answer> {
  if (isBySize(hazard)) return { found: null, ...(await smallRows(hazard, reader, database)) }
  const question = questionOf(hazard, database)
  if (question === null) return { found: null, small: null }
  const reply = await reader.ask(question)
  return 'n' in reply ? { found: reply.n, small: null } : { found: null, unanswered: reply.why, small: null }
}

/** The hazard's own question; a table that goes has rows to tell of in any case. */
function questionOf(hazard: Hazard, { engine }: Database): string | null {
  if (hazard.count !== undefined) return hazard.count
  if (hazard.kind !== 'drop-table' || hazard.table === undefined) return null
  return `SELECT count(*) AS n FROM ${engine.dialect.table(hazard.table)}`
}

/** Statistics may be old or not there, so the rows themselves are asked, only as far as it matters. */
async function smallRows(hazard: Hazard, reader: Questioner, { engine }: Database): Promise<Omit<Answer, 'found'>> {
  if (hazard.table === undefined) return { small: null, unanswered: 'its size is not known' }
  const rows = `SELECT 1 AS one FROM ${engine.dialect.table(hazard.table)} LIMIT ${SMALL_ROWS + 1}`
  const reply = await reader.ask(`SELECT count(*) AS n FROM (${rows}) AS few`)
  if ('why' in reply) return { small: null, unanswered: reply.why }
  return { small: reply.n <= SMALL_ROWS ? reply.n : null }
}

interface Questioner extends AsyncDisposable {
  ask(sql: string): Promise<Reply>
}

/** One connection for all questions; a new one after a question that had to be cut off. */
function questioner(address: Address, database: Database, patience: number): Questioner {
  const asked = new Map<string, Reply>()
  let own: Promise<Database> | null = null
  const connection = () => {
    if (database.can.inProcess) return Promise.resolve(database)
    own ??= openDatabase(address, { role: 'source', name: 'naru apply' })
    return own
  }
  const close = async () => {
    const last = own
    own = null
    await (await last?.catch(() => undefined))?.close()
  }
  return {
    async ask(sql) {
      const known = asked.get(sql)
      if (known !== undefined) return known
      const reply = await askWithin(connection, sql, patience, close)
      asked.set(sql, reply)
      return reply
    },
    [Symbol.asyncDispose]: close,
  }
}

const late = (patience: number) => `not counted within ${duration(patience)}`

async function askWithin(
  connection: () => Promise<Database>,
  sql: string,
  patience: number,
  close: () => Promise<void>,
): Promise<Reply> {
  const began = performance.now()
  let timer: NodeJS.Timeout | undefined
  const cut = new Promise<Reply>((resolve) => {
    timer = setTimeout(() => resolve({ why: late(patience) }), patience + GRACE_MS)
  })
  try {
    const reply = await Promise.race([read(await connection(), sql, patience), cut])
    if ('why' in reply && reply.why === late(patience)) await close()
    return reply
  } catch (error) {
    if (error instanceof NaruError && error.code === 'CONNECTION_LOST') throw error
    return { why: performance.now() - began >= patience ? late(patience) : `not counted: ${(error as Error).message}` }
  } finally {
    clearTimeout(timer)
  }
}

/** SQLite's read-only connection needs no transaction for it, nor would it know the words. */
async function read(db: Database, sql: string, patience: number): Promise<Reply> {
  const began = performance.now()
  const bare = db.engine.name === 'sqlite'
  await db.setPatience?.({ statement: patience })
  if (!bare) await db.execute('START TRANSACTION READ ONLY')
  try {
    const [row] = await db.query(sql)
    if (row === undefined) return { why: 'not counted: there was no answer' }
    // MariaDB ends some functions at the limit without an error, with whatever they have by then.
    return performance.now() - began < patience ? { n: Number(row.n) } : { why: late(patience) }
  } finally {
    if (!bare) await db.execute('ROLLBACK').catch(() => {})
    await db.setPatience?.({ statement: 0 }).catch(() => {})
  }
}
