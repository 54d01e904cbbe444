/** All questions to a part of a table in one or two statements: first what can be seen of many rows at once, then what is in doubt. */
import type { Database, Row } from '../core/engine.ts'
import type { DraftTable } from './draft.ts'
import type { Question } from './questions.ts'

export interface ScanTask {
  readonly draft: DraftTable
  readonly questions: readonly Question[]
  /** A column whose highest value is wanted. */
  readonly highest: string | null
}

export interface Piece {
  readonly task: ScanTask
  /** SQL for a part of the table, null for all of it. */
  readonly range: string | null
  readonly weight: number
}

/** Rows that are looked at together at most. */
const SCREENED_ROWS = 60_000

/** `n`, `highest`, and `q0`, `q1` … by the questions' positions; one that is missing is answered with 0. */
export async function askPiece(db: Database, piece: Piece): Promise<Row> {
  const screens = await screensOf(db, piece)
  const covered = new Set([...screens.values()].flat())
  const open = piece.task.questions.map((_, i) => i).filter((i) => !covered.has(i))
  const [row] = await db.query(pieceSql(db, piece, open, [...screens.keys()], true))
  const doubtful = [...screens.values()].filter((_, i) => Number(row[`s${i}`]) !== 1).flat()
  if (doubtful.length === 0) return row
  const [more] = await db.query(pieceSql(db, piece, doubtful, [], false))
  return { ...row, ...more }
}

/** Aggregates with the positions of the questions that each answers. */
async function screensOf(db: Database, piece: Piece): Promise<Map<string, number[]>> {
  const screens = new Map<string, number[]>()
  for (const [i, question] of piece.task.questions.entries()) {
    const sql = screenOf(db, question)
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
  const [row] = await db.query(
    `SELECT count(*) AS n FROM (SELECT 1 ${fromPart(db, piece)} LIMIT ${SCREENED_ROWS + 1}) AS some`,
  )
  return Number(row.n) <= SCREENED_ROWS
}

function fromPart(db: Database, { task, range }: Piece): string {
  const where = [task.draft.where === undefined ? null : `(${task.draft.where})`, range].filter((w) => w !== null)
  const table = db.engine.dialect.table(task.draft.source.name)
  return `FROM ${table}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`
}

function pieceSql(
  db: Database,
  piece: Piece,
  questions: readonly number[],
  screens: readonly string[],
  totals: boolean,
): string {
  const counts = questions.map((i) => `count(CASE WHEN ${piece.task.questions[i].predicate} THEN 1 END) AS q${i}`)
  const looks = screens.map((sql, i) => `${sql} AS s${i}`)
  const { highest } = piece.task
  const most = highest === null ? [] : [`max(${db.engine.dialect.quote(highest)}) AS highest`]
  const list = totals ? ['count(*) AS n', ...counts, ...looks, ...most] : counts
  return `SELECT ${list.join(', ')} ${fromPart(db, piece)}`
}
