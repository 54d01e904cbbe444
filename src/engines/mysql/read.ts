/** Rows of a table as wire batches, by keyset, from a prepared statement. */
import type { Batch, ReadOptions, RowSource, SourceOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { KeyRange } from '../../core/key.ts'
import type { Column, Table } from '../../core/schema.ts'
import { BatchMaker, type Pool, type RowShape, writerPool } from './batches.ts'
import { connect } from './connect.ts'
import { holdRows, runRows, widenBuffer } from './driver.ts'
import { queryError } from './errors.ts'
import { keyColumnSql } from './key-value.ts'
import { rangePredicates, whereSql } from './keyset.ts'
import { quote } from './literal.ts'
import { statements } from './query.ts'
import { forcedIndex, type Reading, type ReadPlan } from './reading.ts'
import { splitTable } from './split.ts'
import { tableSql } from './table-name.ts'

/** Tables of so many rows, by their statistics, are sent in large pieces. */
const LARGE_ROWS = 100_000
/** Bytes that the server is to send at once: 2 % less of a whole copy's processor time than with 16 KB on MariaDB 10.11; 1 MB was no better. */
const PIECE = 256 << 10

const widened = new WeakSet<Reading['connection']>()

/** Once a connection, for the first large table. Of MariaDB alone it is known to help. */
async function widen({ connection, flavor, longestPacket }: Reading, table: Table): Promise<void> {
  const worth = flavor === 'mariadb' && (table.rows ?? 0) >= LARGE_ROWS
  if (!worth || longestPacket <= PIECE || widened.has(connection)) return
  widened.add(connection)
  await widenBuffer(connection, PIECE).catch((error: unknown) => {
    throw queryError(error)
  })
}

/** How many whole batches may wait before the socket is held. */
const AHEAD = 2

/** The source. Throws COLUMN_MISSING for a key column that the table does not have. */
export function tableSource(r: Reading, table: Table, columns: readonly WireColumn[], o: SourceOptions): RowSource {
  const key = (o.key ?? []).map((name) => keyColumn(table, name))
  const plan: ReadPlan = { table, columns, key, where: o.where, lock: o.lock }
  const pool = writerPool()
  return {
    split: (o) => splitTable(r, plan, o),
    read: (range, options) => readRange(r, plan, range, options, pool),
    async count() {
      const [row] = await r.statements.query(`SELECT count(*) AS n FROM ${tableSql(table.name)}${whereSql([o.where])}`)
      return BigInt(String(row.n))
    },
  }
}

function keyColumn(table: Table, name: string): Column {
  const found = table.columns.find((c) => c.name === name)
  if (found !== undefined) return found
  throw new NaruError('COLUMN_MISSING', `${table.name.name} has no key column ${name}`)
}

/** The columns, then those of the key that are not among them as the key needs them; and where the key's are. */
function selection({ columns, key }: ReadPlan): { readonly list: readonly string[]; readonly key: readonly number[] } {
  const list = columns.map((c) => c.expression ?? quote(c.name))
  const place = (sql: string) => (list.includes(sql) ? list.indexOf(sql) : list.push(sql) - 1)
  return { key: key.map((c) => place(keyColumnSql(c))), list }
}

/** The statement that reads a range, `most` of its rows. */
function selectSql(plan: ReadPlan, list: readonly string[], range: KeyRange, most: number | undefined): string {
  const { table, key } = plan
  const where = whereSql([...rangePredicates(key, range), plan.where])
  const order = key.length === 0 ? '' : ` ORDER BY ${key.map((c) => quote(c.name)).join(', ')}`
  const limit = most === undefined || key.length === 0 ? '' : ` LIMIT ${most}`
  return `SELECT ${list.join(', ') || '1'} FROM ${tableSql(table.name)}${forcedIndex(table, key)}${where}${order}${limit}${plan.lock ? ' FOR UPDATE' : ''}`
}

async function* readRange(
  r: Reading,
  plan: ReadPlan,
  range: KeyRange,
  o: ReadOptions,
  pool: Pool,
): AsyncGenerator<Batch, void, void> {
  if (range.kind === 'physical') throw new NaruError('UNSUPPORTED', 'MySQL has no physical ranges')
  const limited = range.kind === 'key' && (range.after !== null || range.upto !== null || range.only !== undefined)
  if (limited && plan.key.length === 0) {
    throw new NaruError('UNSUPPORTED', `${plan.table.name.name} has no key to read a range by`)
  }
  await widen(r, plan.table)
  const { list, key } = selection(plan)
  const flow = new RowFlow(r, selectSql(plan, list, range, o.limit), { columns: plan.columns, key }, o, pool)
  try {
    while (!o.signal?.aborted) {
      const batch = await flow.next()
      if (batch === null) return
      if (o.signal?.aborted) batch.release()
      else yield batch
    }
  } finally {
    await flow.stop()
  }
}

/** One running statement, its batches, and the way to end it early. */
class RowFlow {
  private readonly reading: Reading
  private readonly maker: BatchMaker
  private readonly finished: Promise<void>
  private readonly signal: AbortSignal | undefined
  private ended = false
  private held = false
  private wake: () => void = () => {}
  private readonly aborted = () => this.wake()

  constructor(reading: Reading, sql: string, shape: RowShape, o: ReadOptions, pool: Pool) {
    this.reading = reading
    this.signal = o.signal
    this.maker = new BatchMaker(shape, o, pool, () => this.arrived())
    this.finished = runRows(reading.connection, sql, this.maker).finally(() => {
      this.ended = true
      this.wake()
    })
    this.finished.catch(() => {}) // told by `next`
    this.signal?.addEventListener('abort', this.aborted)
  }

  private arrived(): void {
    if (!this.held && this.maker.ready.length >= AHEAD) this.hold(true)
    this.wake()
  }

  private hold(hold: boolean): void {
    this.held = hold
    holdRows(this.reading.connection, hold)
  }

  /** The next batch, null at the end or when stopped. */
  async next(): Promise<Batch | null> {
    const { maker } = this
    while (maker.ready.length === 0 && !this.ended && maker.failure === null && !this.signal?.aborted) {
      if (this.held) this.hold(false)
      await this.something()
    }
    if (maker.failure !== null) throw maker.failure
    if (this.ended) await this.finish()
    const batch = maker.ready.shift() ?? null
    if (this.held && maker.ready.length < AHEAD) this.hold(false)
    return batch
  }

  private something(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  private async finish(): Promise<void> {
    try {
      await this.finished
    } catch (error) {
      throw queryError(error)
    }
    if (!this.maker.discard) this.maker.flush()
  }

  /** Ends the statement if it still runs: the server is asked to, over a connection of its own, and what is on the way is passed over. */
  async stop(): Promise<void> {
    this.signal?.removeEventListener('abort', this.aborted)
    this.maker.close()
    if (this.held) this.hold(false)
    if (this.ended) return
    const quick = await Promise.race([this.finished.then(done, done), new Promise((r) => setTimeout(r, 20, false))])
    if (quick !== true) await interrupt(this.reading, this.finished)
  }
}

const done = (): true => true

/** KILL QUERY may come after the end of the statement and would then hit the next one, so that one is spent here. */
async function interrupt(r: Reading, finished: Promise<void>): Promise<void> {
  const id = r.connection.threadId
  try {
    const other = await connect(r.address, 'naru stop')
    await statements(other)
      .execute(`KILL QUERY ${id}`)
      .finally(() => other.destroy())
  } catch {
    // Then the rest of the rows is passed over.
  }
  await finished.catch(() => {})
  await r.statements.query('SELECT 1').catch(() => {})
}
