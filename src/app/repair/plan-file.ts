/**
 * The file of a plan: one JSON value a line. The head, then the rows in the order in which they are carried out, then the SHA-256 of all
 * lines before. It can be read by people and programs, and not be changed: its bytes are what is applied.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { NaruError } from '../../core/error.ts'
import type { RepairPlan, RepairRow } from '../../core/repair.ts'
import { linesOf } from '../../disk/lines.ts'

/** Characters that wait before they are written. */
const WAITING = 1 << 16

/** Writes a plan. Throws FILE_UNREADABLE. */
export async function writePlan(path: string, plan: RepairPlan, rows: AsyncIterable<RepairRow>): Promise<void> {
  const refuse = (error: Error): never => {
    throw new NaruError('FILE_UNREADABLE', `the plan could not be written to ${path}`, {
      why: error.message,
      cause: error,
    })
  }
  // Rows are in it: nobody else's business.
  const file = await open(path, 'w', 0o600).catch(refuse)
  const hash = createHash('sha256')
  let waiting = ''
  const flush = async () => {
    const text = waiting
    waiting = ''
    await file.write(text).catch(refuse)
  }
  const line = async (value: object) => {
    const text = `${JSON.stringify(value)}\n`
    hash.update(text)
    waiting += text
    if (waiting.length > WAITING) await flush()
  }
  try {
    await line(plan)
    for await (const row of rows) await line(row)
    waiting += `${JSON.stringify({ sha256: hash.digest('hex') })}\n`
    await flush()
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The head of a plan whose bytes are as they were written. Throws FILE_UNREADABLE, PLAN_INVALID. */
export async function readPlan(path: string): Promise<RepairPlan> {
  const hash = createHash('sha256')
  let plan: RepairPlan | null = null
  let last: string | null = null
  try {
    for await (const line of linesOf(createReadStream(path))) {
      if (last !== null) hash.update(`${last}\n`)
      plan ??= headOf(line, path)
      last = line
    }
  } catch (error) {
    if (error instanceof NaruError) throw error
    throw new NaruError('FILE_UNREADABLE', `${path} could not be read`, { why: (error as Error).message, cause: error })
  }
  if (plan === null) throw invalid(path, 'it is empty')
  const end = parsed(last ?? '', path)
  if (typeof end.sha256 !== 'string')
    throw invalid(path, 'its last line, the hash, is missing: it was not written to the end')
  if (end.sha256 !== hash.digest('hex'))
    throw invalid(path, 'its lines are not those that the hash at its end was made of')
  return plan
}

/** The rows of a plan that `readPlan` has accepted. */
export async function* planRows(path: string): AsyncGenerator<RepairRow> {
  for await (const line of linesOf(createReadStream(path))) {
    const value = parsed(line, path)
    if (typeof value.n === 'number') yield value as unknown as RepairRow
  }
}

function parsed(line: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw invalid(path, 'a line of it is no JSON')
}

function headOf(line: string, path: string): RepairPlan {
  const head = parsed(line, path)
  if (head.naru !== 'repair plan') throw invalid(path, 'it is no plan of a repair')
  if (head.version !== 1) throw invalid(path, `it has version ${String(head.version)}, which this naru does not know`)
  return head as unknown as RepairPlan
}

function invalid(path: string, why: string): NaruError {
  return new NaruError('PLAN_INVALID', `${path} is not a plan that can be applied`, {
    why,
    state: 'nothing was changed',
  })
}
