/**
 * Tables → ranges. Keys of integers with few gaps are cut evenly. Of all others the boundaries are quantiles of a sample of the keys
 * themselves, taken by the server in the key's own order; no OFFSET. Tables without a key: ranges of disk blocks.
 */
import { valueDecoder } from '../../core/decode.ts'
import type { WireColumn } from '../../core/engine.ts'
import { evenCuts, type Key, type KeyRange, serializeKey } from '../../core/key.ts'
import { BatchCutter, BufferPool } from './batch-cutter.ts'
import { tableColumn } from './key-sql.ts'
import { fromSql, type Reading } from './select.ts'
import type { Session } from './session.ts'
import { readExpression } from './wire-form.ts'

/** Sampled keys per range: enough that ranges differ by a few per cent only. */
const SAMPLES = 300
/** Tables of so many rows are looked at as a whole. */
const SMALL = 50_000

interface Plan {
  readonly 'Plan Rows': number
}

/** Rows as the planner expects them from the table's size on disk: good also where it was never analyzed. */
async function estimatedRows(session: Session, r: Reading, where: string): Promise<number> {
  const [row] = await session.query(`EXPLAIN (FORMAT JSON) SELECT 1 FROM ${fromSql(r.table)}${where}`)
  const [{ Plan: plan }] = JSON.parse(String(Object.values(row)[0])) as [{ Plan: Plan }]
  return plan['Plan Rows']
}

function quantileSql(r: Reading, keys: readonly WireColumn[], percent: number, step: number): string {
  const list = keys.map((c, i) => `${tableColumn(r.table, c.name)} AS k${i}`).join(', ')
  const order = keys.map((c) => tableColumn(r.table, c.name)).join(', ')
  const sample = percent >= 100 ? '' : ` TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`
  const where = r.where === undefined ? '' : ` WHERE (${r.where})`
  const picked = keys.map((c, i) => readExpression(c.column.type, c.wire, `k${i}`, false)).join(', ')
  return `SELECT ${picked} FROM (SELECT ${list}, row_number() OVER (ORDER BY ${order}) AS naru_n FROM ${fromSql(r.table)}${sample}${where}) AS s WHERE naru_n % ${step} = 0 ORDER BY naru_n`
}

/** Keys that a query gives, in the form in which `Batch.last` has them. */
async function readKeys(session: Session, sql: string, keys: readonly WireColumn[]): Promise<Key[]> {
  const found: Key[] = []
  const key = keys.map((c, position) => ({ position, decode: valueDecoder(c.wire) }))
  const cut = { pool: new BufferPool(4096), rows: 1, key, copy: true }
  const cutter = new BatchCutter(cut, (batch) => {
    if (batch.last !== null) found.push(batch.last)
    batch.release()
  })
  await session.stream(`COPY (${sql}) TO STDOUT (FORMAT binary)`, cutter)
  return found
}

async function keyRanges(session: Session, r: Reading, rows: number): Promise<KeyRange[]> {
  const whole: KeyRange = { kind: 'key', after: null, upto: null }
  const where = r.where === undefined ? '' : ` WHERE (${r.where})`
  const estimate = await estimatedRows(session, r, where)
  if (estimate <= rows * 1.3) return [whole]
  const even = await evenRanges(session, r, { rows, total: estimate })
  if (even !== null) return even
  const all = where === '' ? estimate : await estimatedRows(session, r, '')
  const wanted = Math.max(SMALL, (estimate / rows) * SAMPLES)
  const percent = Math.min(100, (100 * wanted) / estimate)
  const fraction = all <= SMALL ? 1 : percent / 100
  const step = Math.max(1, Math.round(rows * fraction))
  const keys = r.key!.map((c) => r.columns.find((w) => w.name === c.name)!)
  const sql = quantileSql(r, keys, fraction * 100, step)
  const bounds = new Map<string, Key>()
  for (const bound of await readKeys(session, sql, keys)) bounds.set(serializeKey(bound), bound)
  return rangesBetween([...bounds.values()])
}

/** The outer ends are open. */
function rangesBetween(inner: readonly Key[]): KeyRange[] {
  return [null, ...inner].map((after, i) => ({ kind: 'key', after, upto: inner[i] ?? null }))
}

/** Ranges by value of a key of integers with few gaps: no row is looked at. Null for all others. */
async function evenRanges(
  session: Session,
  r: Reading,
  o: { readonly rows: number; readonly total: number },
): Promise<KeyRange[] | null> {
  const [first, ...others] = r.key ?? []
  if (first?.type.logical.kind !== 'int' || others.length > 0 || r.where !== undefined) return null
  const name = tableColumn(r.table, first.name)
  const [{ low, high }] = await session.query(
    `SELECT min(${name})::text AS low, max(${name})::text AS high FROM ${fromSql(r.table)}`,
  )
  if (low === null || high === null) return null
  const cuts = evenCuts(BigInt(String(low)), BigInt(String(high)), o)
  return cuts === null ? null : rangesBetween(cuts.map((value) => [value]))
}

/** Blocks of the table's file, by the server that can go to a block directly (TID range scans, PostgreSQL 14). */
async function blockRanges(session: Session, r: Reading, rows: number): Promise<KeyRange[]> {
  if (r.table.options['partition by'] !== undefined) return [{ kind: 'all' }]
  const name = fromSql(r.table)
    .replace(/^ONLY /, '')
    .replaceAll("'", "''")
  const [facts] = await session.query(
    `SELECT c.relkind = 'r' AND a.amname = 'heap' AND current_setting('server_version_num')::int >= 140000 AS able, pg_relation_size(c.oid) / current_setting('block_size')::bigint AS blocks FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.oid = '${name}'::regclass`,
  )
  const estimate = await estimatedRows(session, r, '')
  const blocks = Number(facts.blocks)
  if (facts.able !== true || estimate <= rows * 1.3 || blocks < 2) return [{ kind: 'all' }]
  const size = Math.max(1, Math.ceil((blocks * rows) / estimate))
  const starts = Array.from({ length: Math.ceil(blocks / size) }, (_, i) => i * size)
  return starts.map((from, i) => ({
    kind: 'physical',
    from: String(from),
    to: i + 1 < starts.length ? String(starts[i + 1]) : null,
  }))
}

/** Disjoint ranges of about `rows` rows that cover the table. */
export function splitRanges(session: Session, r: Reading, rows: number): Promise<KeyRange[]> {
  return r.key === null ? blockRanges(session, r, rows) : keyRanges(session, r, rows)
}
