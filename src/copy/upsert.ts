/**
 * A sink that meets rows which are there already: rows go into a temporary table in bulk, then one statement changes those whose key the
 * table has, and one inserts the others. Statements that every engine has, so that merging means the same everywhere.
 */
import { decoder } from '../core/decode.ts'
import type { Database, RowSink, WireColumn } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { MendSql, Stage } from '../core/mend.ts'
import type { ConflictRule, Upsert } from '../core/plan.ts'
import type { Table } from '../core/schema.ts'
import { rowFields, rowOffsets } from '../core/wire.ts'

const SAVEPOINT = 'naru_upsert'

let stages = 0

interface Target {
  readonly db: Database
  readonly mend: MendSql
  readonly table: Table
  readonly columns: readonly WireColumn[]
  readonly upsert: Upsert
  readonly stage: Stage
}

/** What a column comes to where both rows have something to say; SQL of any engine. */
function merged(rule: ConflictRule, old: string, fresh: string): string {
  switch (rule) {
    case 'first':
      return old
    case 'last':
      return fresh
    case 'filled':
      return `coalesce(${old}, ${fresh})`
    case 'least':
      return `CASE WHEN ${old} IS NULL OR ${fresh} < ${old} THEN coalesce(${fresh}, ${old}) ELSE ${old} END`
    case 'greatest':
      return `CASE WHEN ${old} IS NULL OR ${fresh} > ${old} THEN coalesce(${fresh}, ${old}) ELSE ${old} END`
  }
}

/** The sink. Makes a temporary table: to be opened outside of a transaction. Throws UNSUPPORTED where the engine changes no rows. */
export async function upsertSink(
  db: Database,
  table: Table,
  columns: readonly WireColumn[],
  upsert: Upsert,
): Promise<RowSink> {
  const { mend } = db.engine.dialect
  if (mend === undefined) {
    throw new NaruError('UNSUPPORTED', `rows of ${table.name.name} cannot be changed`, {
      why: `${db.flavor} has no statement for it`,
      hint: 'Use the write mode insert or replace.',
    })
  }
  const stage = mend.stage(
    table,
    columns.map((c) => c.column),
    1_000_000 + ++stages,
  )
  await db.execute(stage.create)
  const sink = await db.sink(stage.table, columns, { existing: true, like: table.name })
  const target: Target = { db, mend, table, columns, upsert, stage }
  let absorbed = 0
  return {
    atomic: sink.atomic,
    async begin() {
      absorbed = 0
      await sink.begin()
    },
    async rows(bytes, rows, o) {
      let count = 0
      for (const wave of waves(target, bytes, rows)) count += await write(target, sink, wave, o.savepoint)
      absorbed += count
    },
    merged() {
      const count = absorbed
      absorbed = 0
      return count
    },
    mark: (mark, rejects) => sink.mark(mark, rejects),
    commit: () => sink.commit(),
    rollback: () => sink.rollback(),
    clear: (range, after) => sink.clear(range, after),
    async empty() {
      throw new NaruError('INTERNAL', `rows of ${table.name.name} are changed, not taken out`)
    },
    async [Symbol.asyncDispose]() {
      await sink[Symbol.asyncDispose]()
      await db.execute(stage.drop).catch(() => {}) // the session takes it along anyway
    },
  }
}

interface Wave {
  readonly bytes: Uint8Array
  readonly rows: number
}

/** Rows of one key go one after the other; nearly always that is one wave, the bytes as they are. */
function waves({ columns, upsert }: Target, bytes: Uint8Array, rows: number): Wave[] {
  const at = upsert.key.map((name) => columns.findIndex((c) => c.name === name))
  const texts = at.map((i) => decoder(columns[i].wire))
  const seen = new Map<string, number>()
  const parts: Uint8Array[][] = []
  const offsets = rowOffsets(bytes, rows)
  for (let r = 0; r < rows; r++) {
    const fields = rowFields(bytes, offsets[r])
    const key = JSON.stringify(at.map((i, k) => textOf(fields[i], texts[k])))
    const n = seen.get(key) ?? 0
    seen.set(key, n + 1)
    parts[n] ??= []
    parts[n].push(bytes.subarray(offsets[r], offsets[r + 1]))
  }
  if (parts.length === 1) return [{ bytes, rows }]
  return parts.map((part) => ({ bytes: Buffer.concat(part), rows: part.length }))
}

function textOf(field: Uint8Array | null, text: ReturnType<typeof decoder>): string | null {
  return field === null ? null : text(field, 0, field.length)
}

/** Writes rows of different keys; how many of them the table had. Throws ROW_REFUSED. */
async function write(t: Target, sink: RowSink, wave: Wave, savepoint: boolean): Promise<number> {
  const { db, stage } = t
  await sink.rows(wave.bytes, wave.rows, { savepoint })
  if (savepoint) await db.execute(`SAVEPOINT ${SAVEPOINT}`)
  try {
    const count = await merge(t)
    if (savepoint) await db.execute(`RELEASE SAVEPOINT ${SAVEPOINT}`)
    await db.execute(stage.empty)
    return count
  } catch (error) {
    if (savepoint) await db.execute(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}; ${stage.empty}`).catch(() => {})
    const known = toNaruError(error)
    if (t.mend.refusal(known) === null) throw known
    throw new NaruError('ROW_REFUSED', known.why ?? known.message, { why: known.why ?? known.message, cause: known })
  }
}

async function merge(t: Target): Promise<number> {
  const { db, mend, table, columns, upsert, stage } = t
  const d = db.engine.dialect
  const own = d.table(table.name)
  const from = d.table(stage.table.name)
  const same = upsert.key.map((k) => `naru_o.${d.quote(k)} = naru_s.${d.quote(k)}`).join(' AND ')
  const there = `EXISTS (SELECT 1 FROM ${own} AS naru_o WHERE ${same})`
  const [row] = await db.query(`SELECT count(*) AS n FROM ${from} AS naru_s WHERE ${there}`)
  const count = Number(row.n)
  const set = Object.entries(upsert.update).flatMap(([column, rule]) => (rule === 'first' ? [] : [column]))
  if (count > 0 && set.length > 0) {
    const value = (column: string, old: string, fresh: string) => merged(upsert.update[column], old, fresh)
    await db.execute(mend.update(table, stage, { key: upsert.key, set, keep: [], value }))
  }
  const names = columns.map((c) => c.name)
  const values = names.map((name) => `naru_s.${d.quote(name)}`).join(', ')
  await db.execute(`${mend.insert(table, names)} SELECT ${values} FROM ${from} AS naru_s WHERE NOT ${there}`)
  return count
}
