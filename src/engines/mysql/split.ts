/** Cuts a table into key ranges of about so many rows. */
import { evenCuts, type Key, type KeyRange } from '../../core/key.ts'
import type { Column } from '../../core/schema.ts'
import { type Field, runRows } from './driver.ts'
import { queryError } from './errors.ts'
import { keyColumnSql, keyLiteral, rowKeyReader } from './key-value.ts'
import { whereSql } from './keyset.ts'
import { quote } from './literal.ts'
import { forcedIndex, type Reading, type ReadPlan } from './reading.ts'
import { tableSql } from './table-name.ts'

const WHOLE: KeyRange = { kind: 'key', after: null, upto: null }

/** How a table is cut. `total`: rows in all, where they were counted. */
interface Split {
  readonly rows: number
  readonly total?: number
}

/** Integer keys are cut by value: evenly, or as the server's estimates say; all others by walking the key's index once. */
export async function splitTable(r: Reading, plan: ReadPlan, o: Split): Promise<KeyRange[]> {
  const { rows, total } = o
  if (plan.key.length === 0) return [{ kind: 'all' }]
  const more = total === undefined ? await hasMore(r, plan, rows) : total > rows
  if (!more) return [WHOLE]
  const cuts = (await cutsByValue(r, plan, o)) ?? (await cutsByWalking(r, plan, rows))
  return rangesBetween(cuts)
}

/** Cut i ends range i; the last range is open. */
function rangesBetween(cuts: readonly Key[]): KeyRange[] {
  const ends: (Key | null)[] = [...cuts, null]
  return ends.map((upto, i) => ({ kind: 'key', after: i === 0 ? null : cuts[i - 1], upto }))
}

const from = (plan: ReadPlan): string => `${tableSql(plan.table.name)}${forcedIndex(plan.table, plan.key)}`

/** Counted, but never further than one row beyond a range: estimates of a fresh table are not to be trusted. */
async function hasMore(r: Reading, plan: ReadPlan, rows: number): Promise<boolean> {
  const inner = `SELECT 1 AS one FROM ${from(plan)}${whereSql([plan.where])} LIMIT ${rows + 1}`
  const [row] = await r.statements.query(`SELECT count(*) AS n FROM (${inner}) AS some_rows`)
  return Number(row.n) > rows
}

interface Piece {
  /** Values above `low` and up to `high`. */
  readonly low: bigint
  readonly high: bigint
  readonly rows: number
}

/** Cuts of a key that begins with an integer; null where it does not, or where the estimates say nothing. */
async function cutsByValue(r: Reading, plan: ReadPlan, { rows, total }: Split): Promise<Key[] | null> {
  const [first] = plan.key
  if (first.type.logical.kind !== 'int' || plan.where !== undefined) return null
  const name = quote(first.name)
  const [ends] = await r.statements.query(`SELECT min(${name}) AS low, max(${name}) AS high FROM ${from(plan)}`)
  if (ends.low === null || ends.high === null) return null
  const lowest = BigInt(String(ends.low))
  const high = BigInt(String(ends.high))
  const even = total === undefined || plan.key.length > 1 ? null : evenCuts(lowest, high, { rows, total })
  if (even !== null) return even.map((value) => [value])
  const low = lowest - 1n
  const whole: Piece = { low, high, rows: await estimate(r, plan, low, high) }
  const pieces = await divide(r, plan, whole, rows)
  // One value with more rows than two ranges take: the key's further columns must be looked at.
  if (pieces.length < 2 || pieces.some((p) => p.rows > rows * 2 && p.high - p.low <= 1n)) return null
  const values = joined(scaled(pieces, plan), rows)
    .slice(0, -1)
    .map((p) => p.high)
  return plan.key.length === 1 ? values.map((v) => [v]) : fullKeys(r, plan, values)
}

/** Halves what is too large. Skewed keys make for uneven halves: each is judged by its own estimate. */
async function divide(r: Reading, plan: ReadPlan, whole: Piece, rows: number): Promise<Piece[]> {
  const done: Piece[] = []
  const open = [whole]
  for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
    const small = piece.rows <= rows / 2 || piece.high - piece.low <= 1n || done.length + open.length > 5000
    if (small) {
      done.push(piece)
      continue
    }
    const middle = piece.low + (piece.high - piece.low) / 2n
    const left = await estimate(r, plan, piece.low, middle)
    const right = await estimate(r, plan, middle, piece.high)
    open.push({ low: middle, high: piece.high, rows: right }, { low: piece.low, high: middle, rows: left })
  }
  return done
}

/**
 * InnoDB doubles its estimates in trees of some height. The table's own statistics put that right, as far as they can be trusted:
 * they may be old.
 */
function scaled(pieces: readonly Piece[], plan: ReadPlan): Piece[] {
  const sum = pieces.reduce((n, p) => n + p.rows, 0)
  const scale = Math.min(1, Math.max(0.45, (plan.table.rows ?? 0) / Math.max(1, sum)))
  return pieces.map((p) => ({ ...p, rows: p.rows * scale }))
}

/** Neighbours put together up to `rows`. */
function joined(pieces: readonly Piece[], rows: number): Piece[] {
  const whole: Piece[] = []
  for (const piece of pieces) {
    const last = whole.at(-1)
    if (last !== undefined && last.rows + piece.rows <= rows)
      whole[whole.length - 1] = { low: last.low, high: piece.high, rows: last.rows + piece.rows }
    else whole.push(piece)
  }
  return whole
}

/** The optimizer's estimate: InnoDB looks into the index for it (records_in_range), which is near enough and costs nothing. */
async function estimate(r: Reading, plan: ReadPlan, low: bigint, high: bigint): Promise<number> {
  const name = quote(plan.key[0].name)
  const format = r.flavor === 'mysql' ? 'FORMAT=TRADITIONAL ' : ''
  const sql = `EXPLAIN ${format}SELECT ${name} FROM ${from(plan)} WHERE ${name} > ${low} AND ${name} <= ${high}`
  const [row] = await r.statements.query(sql)
  return row.rows === null || row.rows === undefined ? 0 : Number(row.rows)
}

/** The last whole key of each first column's value. */
async function fullKeys(r: Reading, plan: ReadPlan, values: readonly bigint[]): Promise<Key[]> {
  const keys: Key[] = []
  const names = plan.key.map((c) => quote(c.name))
  const order = names.map((n) => `${n} DESC`).join(', ')
  for (const value of values) {
    const sql = `SELECT ${plan.key.map(keyColumnSql).join(', ')} FROM ${from(plan)} WHERE ${names[0]} <= ${keyLiteral(plan.key[0], value)} ORDER BY ${order} LIMIT 1`
    keys.push(...(await walk(r, sql, plan.key, 1)))
  }
  // Values without rows of their own end with the same key.
  return keys.filter((k, i) => i === 0 || JSON.stringify(k, plainBig) !== JSON.stringify(keys[i - 1], plainBig))
}

const plainBig = (_: string, v: unknown): unknown =>
  typeof v === 'bigint' ? `${v}n` : v instanceof Uint8Array ? [...v] : v

/** Every so many rows' key, read in key order. The last range would be empty if the last row were one of them. */
async function cutsByWalking(r: Reading, plan: ReadPlan, rows: number): Promise<Key[]> {
  const names = plan.key.map((c) => quote(c.name)).join(', ')
  const list = plan.key.map(keyColumnSql).join(', ')
  const sql = `SELECT ${list} FROM ${from(plan)}${whereSql([plan.where])} ORDER BY ${names}`
  return walk(r, sql, plan.key, rows)
}

async function walk(r: Reading, sql: string, key: readonly Column[], every: number): Promise<Key[]> {
  const found: Key[] = []
  const positions = key.map((_, i) => i)
  let read: (b: Buffer, start: number) => Key = () => []
  let n = 0
  const handler = {
    fields: (fields: readonly Field[]) => {
      read = rowKeyReader(fields, positions)
    },
    row: (b: Buffer, start: number) => {
      if (++n % every === 0) found.push(read(b, start))
    },
  }
  try {
    await runRows(r.connection, sql, handler)
  } catch (error) {
    throw queryError(error)
  }
  return found
}
