/** All questions to a part of a table in one or two statements: first what can be seen of many rows at once, then what is in doubt. */
import type { Database, Row, TablePart } from '../core/engine.ts'
import type { DraftTable } from './draft.ts'
import type { Question } from './questions.ts'

export interface ScanTask {
  readonly draft: DraftTable
  readonly questions: readonly Question[]
  /** A column whose highest value is wanted. */
  readonly highest: string | null
  /** What statistics say of the rows is enough, so that a table without questions is not counted. */
  readonly roughly?: boolean
  /** Rows as they were counted before, which is enough as well. */
  readonly rows?: number
}

export interface Piece {
  readonly task: ScanTask
  /** A part of the table, null for all of it. */
  readonly part: TablePart | null
  readonly weight: number
  /** Positions of questions that rows of other parts were in trouble by: asked one by one. The others are first asked as one. */
  readonly met: Set<number>
}

/** Rows that are looked at together at most. */
const SCREENED_ROWS = 60_000

/** `n`, `highest`, and `q0`, `q1` … by the questions' positions; one that is missing is answered with 0. `highest` is missing where the end of an index tells it. */
export async function askPiece(db: Database, piece: Piece): Promise<Row> {
  const look = await lookAt(db, piece)
  const all = piece.task.questions.flatMap((question, i) => (isAnswered(piece, question) ? [] : [i]))
  if (look === null) return askSql(db, piece, all)
  const open = all.filter((i) => !look.clear.has(i))
  if (open.length > 0) return askSql(db, piece, open)
  const most = highestSql(db, piece)
  if (most.length === 0) return { n: look.rows }
  const [row] = await db.query(`SELECT ${most.join()} ${fromPart(db, piece)}`)
  return { ...row, n: look.rows }
}

/** Whether the bounds of a part tell that no number of it is outside others. */
function isAnswered({ part }: Piece, { probe, column }: Question): boolean {
  const { between } = part ?? {}
  if (between === undefined || probe?.kind !== 'outside' || column?.expression !== undefined) return false
  const whole = /^-?\d+$/.test(probe.min) && /^-?\d+$/.test(probe.max)
  if (column?.source.name !== between.column || !whole) return false
  return BigInt(probe.min) <= between.low && between.high <= BigInt(probe.max)
}

/** Not where parts are cut by this very column: then the end of its index tells. */
function highestSql(db: Database, { task, part }: Piece): string[] {
  const { highest, draft } = task
  if (highest === null || (part?.between?.column === highest && draft.where === undefined)) return []
  return [`max(${db.engine.dialect.quote(highest)}) AS highest`]
}

/** Questions that the stored values of a part answer by themselves: nothing is in trouble by those that are clear. */
async function lookAt(db: Database, { task, part }: Piece): Promise<{ rows: number; clear: Set<number> } | null> {
  if (db.look === undefined || part?.range === undefined || task.draft.where !== undefined) return null
  const able = task.questions.flatMap((q, i) => {
    const plain = q.column !== null && q.column.expression === undefined
    return plain && q.probe !== null ? [{ i, at: { column: q.column.source.name, probe: q.probe } }] : []
  })
  const look = await db.look(
    task.draft.source.name,
    part.range,
    able.map(({ at }) => at),
  )
  if (look === null) return null
  return { rows: look.rows, clear: new Set(able.flatMap(({ i }, n) => (look.clear[n] ? [i] : []))) }
}

async function askSql(db: Database, piece: Piece, questions: readonly number[]): Promise<Row> {
  const screens = await screensOf(db, piece, questions)
  const covered = new Set([...screens.values()].flat())
  const open = questions.filter((i) => !covered.has(i))
  // A count for each question costs as much as the question: mostly one for all of them tells that there is nothing to count.
  const joint = piece.part === null ? [] : open.filter((i) => !piece.met.has(i))
  const single = open.filter((i) => !joint.includes(i))
  const looks = [...screens.keys()].map((sql, i) => `${sql} AS s${i}`)
  const any = joint.map((i) => `(${piece.task.questions[i].predicate})`).join(' OR ')
  if (joint.length > 0) looks.push(`count(${any} OR NULL) AS some_trouble`)
  const [row] = await db.query(pieceSql(db, piece, single, { looks, totals: true }))
  const doubtful = [...screens.values()].filter((_, i) => Number(row[`s${i}`]) !== 1).flat()
  if (joint.length > 0 && Number(row.some_trouble) > 0) doubtful.push(...joint)
  if (doubtful.length === 0) return row
  const [more] = await db.query(pieceSql(db, piece, doubtful, { looks: [], totals: false }))
  for (const i of joint) if (Number(more[`q${i}`] ?? 0) > 0) piece.met.add(i)
  return { ...row, ...more }
}

/** Aggregates with the positions of the questions that each answers. */
async function screensOf(db: Database, piece: Piece, questions: readonly number[]): Promise<Map<string, number[]>> {
  const screens = new Map<string, number[]>()
  for (const i of questions) {
    const sql = screenOf(db, piece.task.questions[i])
    if (sql !== null) screens.set(sql, [...(screens.get(sql) ?? []), i])
  }
  return screens.size > 0 && (await isSmall(db, piece)) ? screens : new Map()
}

function screenOf(db: Database, question: Question): string | null {
  const d = db.engine.dialect
  if (d.screen === undefined || question.probe === null || question.column === null || question.decides) return null
  return d.screen(
    question.probe,
    question.column.source,
    question.column.expression ?? d.quote(question.column.source.name),
  )
}

async function isSmall(db: Database, piece: Piece): Promise<boolean> {
  const most = piece.part?.most ?? null
  if (most !== null && most <= SCREENED_ROWS) return true
  const [row] = await db.query(
    `SELECT count(*) AS n FROM (SELECT 1 ${fromPart(db, piece)} LIMIT ${SCREENED_ROWS + 1}) AS some`,
  )
  return Number(row.n) <= SCREENED_ROWS
}

function fromPart(db: Database, { task, part }: Piece): string {
  const { where: chosen } = task.draft
  const where = [...(chosen === undefined ? [] : [`(${chosen})`]), ...(part === null ? [] : [part.sql])]
  const table = db.engine.dialect.table(task.draft.source.name)
  return `FROM ${table}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`
}

function pieceSql(
  db: Database,
  piece: Piece,
  questions: readonly number[],
  o: { readonly looks: readonly string[]; readonly totals: boolean },
): string {
  const counts = questions.map((i) => `count(CASE WHEN ${piece.task.questions[i].predicate} THEN 1 END) AS q${i}`)
  const list = o.totals ? ['count(*) AS n', ...counts, ...o.looks, ...highestSql(db, piece)] : counts
  return `SELECT ${list.join(', ')} ${fromPart(db, piece)}`
}
