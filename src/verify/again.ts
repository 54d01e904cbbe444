/** The second look at rows that differ: a row that moved between two reads is no drift. Only what still differs counts. */
import { tupleHasher } from '../core/digest.ts'
import type { RowSource } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import type { DriftRow } from '../core/report.ts'
import { skipRow } from '../core/wire.ts'
import { RowCursor } from './cursor.ts'
import { driftOf, imager, type RowImage } from './drift.ts'
import type { Candidate } from './ordered.ts'
import { appended, readSource, readTarget } from './side.ts'
import type { TupleKey } from './tuple-key.ts'
import { eachHashed, type UnorderedInput } from './unordered.ts'

/** Reads the candidates of an ordered comparison again, each by its own small range. */
export async function againOrdered(
  i: UnorderedInput,
  key: TupleKey,
  candidates: readonly Candidate[],
): Promise<DriftRow[]> {
  const source = readSource(i.plan, i.source)
  const target = readTarget(i.plan, i.target)
  const drift: DriftRow[] = []
  for (const candidate of candidates) {
    const name = (candidate.source ?? candidate.target)?.key
    const now = await Promise.all([source, target].map((s) => readOne(i, key, s, candidate, name)))
    const row = driftOf(i.plan, now[0], now[1])
    if (row !== null && !allowed(i.plan, row)) drift.push(row)
  }
  return drift
}

function allowed(plan: TablePlan, row: DriftRow): boolean {
  return row.kind === 'extra on target' && appended(plan)
}

async function readOne(i: UnorderedInput, key: TupleKey, from: RowSource, c: Candidate, name: string | undefined) {
  const image = imager(i.plan, key, i.raw)
  const hasher = tupleHasher(i.plan.columns.map((column) => column.wire))
  const cursor = new RowCursor(from, { kind: 'key', after: c.after, upto: c.upto }, () => {}, i.signal)
  let found: RowImage | null = null
  try {
    while (await cursor.fill()) {
      const end = skipRow(cursor.bytes, cursor.at)
      const row = image(cursor.bytes, cursor.at, hasher.row(cursor.bytes, cursor.at, end))
      if (row.key === name) found = row
      cursor.advance(cursor.look(1))
    }
  } finally {
    await cursor.close()
  }
  return found
}

/** Reads both sides once more and keeps what lies under the candidates' hashes. */
export async function againUnordered(i: UnorderedInput, candidates: ReadonlySet<bigint>): Promise<DriftRow[]> {
  const image = imager(i.plan, i.key, i.raw)
  const open = new Map<bigint, Map<bigint, { n: number; image: RowImage }>>()
  await eachHashed(i, (side, row) => {
    if (!candidates.has(row.key)) return
    const rows = open.get(row.key) ?? new Map<bigint, { n: number; image: RowImage }>()
    open.set(row.key, rows)
    const known = rows.get(row.hash) ?? { n: 0, image: image(row.bytes, row.at, row.hash) }
    known.n += side === 'source' ? 1 : -1
    rows.set(row.hash, known)
  })
  const drift = [...open.values()].flatMap((rows) => pairUp(i.plan, [...rows.values()]))
  return drift.sort((a, b) => order.compare(a.key, b.key) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))
}

/** Rows that share no order are told as people would look for them. */
const order = new Intl.Collator('en', { numeric: true })
const KINDS: readonly DriftRow['kind'][] = ['differs', 'missing on target', 'extra on target']

/** Surplus rows under one key: pairs differ, what is left over is missing or extra. */
function pairUp(plan: TablePlan, rows: readonly { n: number; image: RowImage }[]): DriftRow[] {
  const source = rows.flatMap((r) => Array<RowImage>(Math.max(0, r.n)).fill(r.image))
  const target = rows.flatMap((r) => Array<RowImage>(Math.max(0, -r.n)).fill(r.image))
  const drift: DriftRow[] = []
  for (let n = 0; n < Math.max(source.length, target.length); n++) {
    const row = driftOf(plan, source[n] ?? null, target[n] ?? null)
    if (row !== null && !allowed(plan, row)) drift.push(row)
  }
  return drift
}
