/** Asks every question of a table in one scan; tables, and key ranges of big ones, beside each other where the source allows. */
import { availableParallelism } from 'node:os'
import type { Database, Row, TablePart, Value } from '../core/engine.ts'
import { betweenSql, displayKey, type KeyValue } from '../core/key.ts'
import { share } from '../core/share.ts'
import type { Traits } from '../diff/convert-traits.ts'
import type { DraftTable } from './draft.ts'
import { draftKey } from './order.ts'
import { askPiece, type Piece, type ScanTask } from './piece.ts'
import type { Question } from './questions.ts'

interface Answer {
  readonly question: Question
  readonly count: number
  readonly samples: readonly string[]
}

export interface TableScan {
  /** Rows in the source, those that --where leaves out included. */
  readonly rows: number
  readonly filtered: number
  /** Answers that are not zero. */
  readonly answers: readonly Answer[]
  /** The highest value of the column that numbers itself, where it was asked for. */
  readonly highest: bigint | null
}

export interface ScanSource {
  readonly source: Database
  readonly traits: Traits
  readonly parallel?: () => Promise<Database>
  /** Connections at once, the first one included. */
  readonly lanes?: number
  /** Rows from which a table is read in parts; for tests. */
  readonly splitRows?: number
}

/** Rows from which a table is read in parts. */
const SPLIT_ROWS = 200_000
/** The same where the source cuts its tables itself, for less than it saves. */
const CUT_ROWS = 60_000
const MOST_LANES = 4
/** Rows from which counting them alone is worth leaving out. */
const COUNTED_ROWS = 100_000
/** Rows of a part at most, where the source cuts its tables itself: SQLite keeps what its functions were called with until a statement ends. */
const PART_ROWS = 20_000
/** The same of a range of keys: each is a statement, which costs a server as much as a hundred rows or more. */
const RANGE_ROWS = 100_000

/** Answers by table label. */
export async function scanTables(s: ScanSource, tasks: readonly ScanTask[]): Promise<Map<string, TableScan>> {
  if (s.traits.grammar === null) return countOnly(s, tasks)
  const lanes = s.parallel === undefined ? 1 : Math.min(MOST_LANES, s.lanes ?? availableParallelism())
  const pieces: Piece[] = []
  for (const task of tasks) if (!isKnown(task)) pieces.push(...(await split(s, task, lanes)))
  pieces.sort((a, b) => b.weight - a.weight)
  const rows = await runPieces(s, pieces, lanes)
  const scans = new Map<string, TableScan>()
  for (const task of tasks) {
    const answers = rows.get(task)
    const scan = answers === undefined ? await known(s.source, task) : await gather(s.source, task, answers)
    scans.set(task.draft.label, scan)
  }
  return scans
}

/** Sources without SQL count as they read. */
async function countOnly(s: ScanSource, tasks: readonly ScanTask[]): Promise<Map<string, TableScan>> {
  const scans = new Map<string, TableScan>()
  for (const { draft, rows: before } of tasks) {
    const columns = draft.columns.map((k) => ({ name: k.source.name, column: k.source, wire: k.wire }))
    const rows = before ?? Number(await s.source.source(draft.source, columns, { key: null }).count())
    scans.set(draft.label, { rows, filtered: 0, answers: [], highest: null })
  }
  return scans
}

/** Nothing is asked of the table's values, and its rows are told by statistics or were counted before. */
function isKnown({ draft, questions, roughly, rows }: ScanTask): boolean {
  if (questions.length > 0 || draft.where !== undefined) return false
  return rows !== undefined || (roughly === true && (draft.source.rows ?? 0) >= COUNTED_ROWS)
}

async function known(db: Database, task: ScanTask): Promise<TableScan> {
  const rows = task.rows ?? task.draft.source.rows ?? 0
  return { rows, filtered: 0, answers: [], highest: await highestOf(db, task) }
}

/** The highest value is at the end of an index. */
async function highestOf(db: Database, { draft, highest }: ScanTask): Promise<bigint | null> {
  if (highest === null) return null
  const d = db.engine.dialect
  const [row] = await db.query(`SELECT max(${d.quote(highest)}) AS highest FROM ${d.table(draft.source.name)}`)
  const value = row?.highest ?? null
  return value === null ? null : toBigint(value)
}

function whole(task: ScanTask): Piece {
  return { task, part: null, weight: task.draft.source.rows ?? 0, met: new Set() }
}

/** Parts of a big table, for an engine that reads a table with one processor. */
async function split(s: ScanSource, task: ScanTask, lanes: number): Promise<Piece[]> {
  const total = task.draft.source.rows ?? 0
  const big = total >= (s.splitRows ?? (s.source.parts === undefined ? SPLIT_ROWS : CUT_ROWS))
  if (!big || !s.traits.readsInParts || task.questions.length === 0) return [whole(task)]
  const count = (rows: number) => Math.max(lanes, Math.ceil(total / rows))
  const parts =
    s.source.parts === undefined
      ? await byIntegers(s.source, task.draft, count(RANGE_ROWS))
      : await s.source.parts(task.draft.source, { rows: Math.ceil(total / count(PART_ROWS)), total })
  if (parts.length === 0) return [whole(task)]
  const met = new Set<number>()
  return parts.map((part) => ({ task, part, weight: total / parts.length, met }))
}

/** Ranges of an integer key, as wide as one another. */
async function byIntegers(db: Database, draft: DraftTable, count: number): Promise<TablePart[]> {
  const key = draftKey(draft)
  const column = key?.length === 1 ? draft.source.columns.find((c) => c.name === key[0]) : undefined
  if (column?.type.logical.kind !== 'int') return []
  const d = db.engine.dialect
  const quoted = d.quote(column.name)
  const end = (which: string) => `(SELECT ${which}(${quoted}) FROM ${d.table(draft.source.name)})`
  const [row] = await db.query(`SELECT ${end('min')} AS low, ${end('max')} AS high`)
  if (row === undefined || row.low === null) return []
  const [low, high] = [BigInt(String(row.low)), BigInt(String(row.high))]
  const step = (high - low) / BigInt(count) + 1n
  const starts = Array.from({ length: count }, (_, i) => low + step * BigInt(i)).filter((start) => start <= high)
  return starts.map((from) => {
    // Closed at both ends: a bound beyond 2^63 − 1 makes MariaDB miss the row that has it.
    const end = from + step - 1n
    const to = end < high ? end : high
    // One integer that no two rows share: no more rows than numbers. Of a key that a mapping names nobody knows.
    const most = draft.key === undefined ? Number(to - from) + 1 : null
    const between = { column: column.name, low: from, high: to }
    return { sql: betweenSql(quoted, from, to), most, between }
  })
}

async function runPieces(s: ScanSource, pieces: readonly Piece[], lanes: number): Promise<Map<ScanTask, Row[]>> {
  const results = new Map<ScanTask, Row[]>()
  const work = async (db: Database, piece: Piece) => {
    const row = await askPiece(db, piece)
    results.set(piece.task, [...(results.get(piece.task) ?? []), row])
  }
  const extra: Database[] = []
  try {
    for (let i = 1; i < Math.min(lanes, pieces.length); i++) extra.push(...(await opened(s)))
    await share([s.source, ...extra], pieces, work)
  } finally {
    await Promise.all(extra.map((db) => db.close()))
  }
  return results
}

/** One connection more, or none where the server has no more to give: the scan is then only slower. */
async function opened(s: ScanSource): Promise<Database[]> {
  try {
    return s.parallel === undefined ? [] : [await s.parallel()]
  } catch {
    return []
  }
}

/** A highest value as drivers give it: number, bigint, or a decimal's text. */
function toBigint(value: Value): bigint {
  return BigInt(String(value).split('.')[0])
}

async function gather(db: Database, task: ScanTask, rows: readonly Row[]): Promise<TableScan> {
  const d = db.engine.dialect
  const total = (name: string) => rows.reduce((sum, row) => sum + Number(row[name] ?? 0), 0)
  const answers: Answer[] = []
  for (const [i, question] of task.questions.entries()) {
    const count = total(`q${i}`)
    if (count === 0) continue
    answers.push({ question, count, samples: question.decides ? [] : await samples(db, task.draft, question) })
  }
  const seen = rows.flatMap((row) => (row.highest === null || row.highest === undefined ? [] : [toBigint(row.highest)]))
  const highest = rows.some((row) => 'highest' in row)
    ? (seen.toSorted((a, b) => Number(a - b)).at(-1) ?? null)
    : await highestOf(db, task)
  const kept = total('n')
  let all = kept
  if (task.draft.where !== undefined) {
    const [row] = await db.query(`SELECT count(*) AS n FROM ${d.table(task.draft.source.name)}`)
    all = Number(row.n)
  }
  return {
    rows: all,
    filtered: all - kept,
    answers,
    highest,
  }
}

/** Up to five keys of rows in trouble; of a table without a key the values themselves. */
async function samples(db: Database, draft: DraftTable, question: Question): Promise<string[]> {
  const d = db.engine.dialect
  const key = draftKey(draft)
  const columns = key ?? (question.column === null ? [] : [question.column.source.name])
  if (columns.length === 0) return []
  const list = columns.map((c, i) => `${d.quote(c)} AS k${i}`).join(', ')
  const where = draft.where === undefined ? '' : ` AND (${draft.where})`
  const rows = await db.query(
    `SELECT ${list} FROM ${d.table(draft.source.name)} WHERE (${question.predicate})${where} LIMIT 5`,
  )
  return rows.map((row) => {
    const shown = displayKey(columns.map((_, i) => keyValue(row[`k${i}`])))
    return key === null ? `${columns[0]} = ${shorten(shown)}` : shorten(shown)
  })
}

function keyValue(value: Value): KeyValue {
  return typeof value === 'boolean' ? (value ? 1n : 0n) : value
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
