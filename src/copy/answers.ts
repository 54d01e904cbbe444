/** Answers that a source has given about its values, so that a copy need not ask again what its plan has asked. */
import { createHash } from 'node:crypto'
import { displayName } from '../core/schema.ts'
import type { DraftTable } from './draft.ts'
import type { FindingCode } from './findings.ts'
import { pagingKey } from './order.ts'
import type { ScanTask } from './piece.ts'
import type { Question } from './questions.ts'
import type { TableScan } from './scan.ts'

export interface Answer {
  readonly count: number
  readonly samples: readonly string[]
}

/** By what was asked, as `questionId`, `keyQuestionId` and `rowsId` name it. Answers that are missing are asked for, and kept. */
export type Answers = Map<string, Answer>

/**
 * Values of all other codes are refused on their way or by the target, row by row or as a key that cannot be made: whatever of them came
 * after they were counted is told. These may arrive as something else without a word (servers cut blanks at the end of texts that are too
 * long, and write labels of an enum in its own case), so every copy counts them.
 */
export const COUNTED_ANEW: ReadonlySet<FindingCode> = new Set([
  'SCALE',
  'NOT_FINITE',
  'LOSSY_CAST',
  'TEXT_LENGTH',
  'NOT_A_LABEL',
])

/** Whether a question is asked whatever was answered before. Reading goes on after the key of a row, and cannot after one that is no text. */
function isCountedAnew(draft: DraftTable, { code, column }: Question): boolean {
  if (COUNTED_ANEW.has(code)) return true
  const key = code === 'INVALID_UTF8' ? pagingKey(draft.source, draft.columns) : null
  return column !== null && (key?.includes(column.source.name) ?? false)
}

const idOf = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)

/** Names what a question asks: its SQL, of which rows of which table. */
function questionId(draft: DraftTable, q: Question): string {
  const column = q.column?.source.name ?? null
  return idOf(displayName(draft.source.name), draft.where ?? null, q.code, column, q.decides, q.predicate)
}

/** Names how many rows a table has. */
function rowsId(draft: DraftTable): string {
  return idOf('rows', displayName(draft.source.name))
}

/** The task with the rows as they were counted. Those of a condition are counted for each copy: its report adds them up. */
export function withRows(task: ScanTask, answers: Answers | undefined): ScanTask {
  const rows = answers?.get(rowsId(task.draft))?.count
  return rows === undefined ? task : { ...task, rows }
}

/** The same of a question over several rows; `sql` as it follows SELECT count(*). */
export function keyQuestionId(code: FindingCode, sql: string): string {
  return idOf(code, sql)
}

/** The known answer, or the one that `ask` brings. */
export async function answered(
  answers: Answers | undefined,
  id: () => string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  if (answers === undefined) return ask()
  const name = id()
  const answer = answers.get(name) ?? (await ask())
  answers.set(name, answer)
  return answer
}

/** Scans as `scan` does, but asks only what has no answer yet. */
export async function scanUnanswered(
  tasks: readonly ScanTask[],
  answers: Answers,
  scan: (open: readonly ScanTask[]) => Promise<Map<string, TableScan>>,
): Promise<Map<string, TableScan>> {
  const ids = new Map(tasks.flatMap((t) => t.questions.map((q) => [q, questionId(t.draft, q)] as const)))
  const anew = new Set(tasks.flatMap((t) => t.questions.filter((q) => isCountedAnew(t.draft, q))))
  const known = (q: Question) => (anew.has(q) ? undefined : answers.get(ids.get(q) ?? ''))
  const scans = await scan(tasks.map((t) => ({ ...t, questions: t.questions.filter((q) => known(q) === undefined) })))
  const told = new Map<string, TableScan>()
  for (const { draft, questions } of tasks) {
    const now = scans.get(draft.label)
    if (now === undefined) continue
    const all = questions.map((question) => {
      const { count, samples } = known(question) ?? now.answers.find((a) => a.question === question) ?? NONE
      answers.set(ids.get(question) ?? '', { count, samples })
      return { question, count, samples }
    })
    if (draft.where === undefined) answers.set(rowsId(draft), { count: now.rows, samples: [] })
    told.set(draft.label, { ...now, answers: all.filter((a) => a.count > 0) })
  }
  return told
}

const NONE: Answer = { count: 0, samples: [] }
