/** The rows of one source as several tables of the target take them: read once, given to the user's function once. */
import type { Batch, Database, ReadOptions, WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Key, KeyRange } from '../core/key.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import { ByteWriter } from '../core/writer.ts'
import type { Mapping, StageContext } from './context.ts'
import { type JointMapper, prepareJointMapper } from './mapper.ts'
import { rowDecoder } from './row-decode.ts'
import type { Mapped, Origin } from './rows.ts'
import { Tuple } from './tuple.ts'

/** The rows of one table that a batch of the source comes to. */
export interface MadeRows extends Mapped {
  readonly bytes: Uint8Array
  /** The source row that a row was made of, as the mapping reads it. */
  sourceOf(row: number): Readonly<Record<string, unknown>>
  /** Places of the columns that the user's function said nothing of: a row that is there keeps them. */
  leftOut(row: number): readonly number[]
}

/** Rows of the source that were read together, and what became of them. `release` gives back all bytes. */
export interface JointBatch {
  /** Rows of the source. */
  readonly read: number
  readonly last: Key | null
  /** In the order of the plans. */
  readonly made: readonly MadeRows[]
  release(): void
}

export interface JointSource {
  /** What is read, field by field. */
  readonly columns: readonly WireColumn[]
  /** Raw rows of a range; `where`: only those of them, in the source's SQL. */
  read(range: KeyRange, o: ReadOptions, where?: string): AsyncIterable<Batch>
  /** What becomes of a batch, which is given back. Throws as `mappedSource`. */
  map(batch: Batch): Promise<JointBatch>
}

/** Buffers that were given back; one that a huge row has blown up is not kept. */
const KEPT = 16
const LARGEST = 32 << 20

/** Tables that one transfer fills. Throws INTERNAL for plans that do not read alike. */
export function jointSource(plans: readonly TablePlan[], db: Database, stages: StageContext): JointSource {
  const [main] = plans
  const columns = columnsOf(plans)
  const mappings = plans.map((p): Mapping => mappingOf(p, columns, db.address.label))
  const source = (more?: string) => db.source(main.source, columns, { key: main.key, where: both(main.where, more) })
  const all = source()
  const free: ByteWriter[] = []
  const reader = sourceReader(main, columns)
  let mapper: Promise<JointMapper> | null = null
  return {
    columns,
    read: (range, options, where) => (where === undefined ? all : source(where)).read(range, options),
    async map(batch) {
      mapper ??= prepareJointMapper(mappings, stages)
      const writers = plans.map(() => free.pop() ?? new ByteWriter(batch.bytes.length + 4096))
      const origins = plans.map((): Origin[] => [])
      for (const w of writers) w.at = 0
      const mapped = await (await mapper).map(batch, writers, origins)
      const sourceRow = reader(batch)
      return {
        read: batch.rows + batch.rejects.length + (batch.filtered ?? 0),
        last: batch.last,
        made: mapped.map((m, k) => ({
          ...m,
          bytes: writers[k].bytes.subarray(0, writers[k].at),
          sourceOf: (row) => sourceRow(origins[k][row].from),
          leftOut: (row) => unsaid(plans[k], origins[k][row]),
        })),
        release() {
          batch.release()
          for (const w of writers) if (free.length < KEPT && w.bytes.length <= LARGEST) free.push(w)
        },
      }
    },
  }
}

/** All that the mappings read: the first of them reads at least what the others do, in the same order. */
function columnsOf(plans: readonly TablePlan[]): WireColumn[] {
  const columns = [...stageOf(plans[0]).read]
  for (const plan of plans) {
    const other = stageOf(plan).read.findIndex((c, i) => JSON.stringify(c) !== JSON.stringify(columns[i]))
    if (other >= 0) throw new NaruError('INTERNAL', `${plan.label} does not read as ${plans[0].label} does`)
  }
  return columns
}

function unsaid(plan: TablePlan, { given }: Origin): number[] {
  if (given === null) return []
  return stageOf(plan).fields.flatMap((f, i) => (f.kind === 'row' && given[f.property] === undefined ? [i] : []))
}

function both(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? (a ?? b) : `(${a}) AND (${b})`
}

function mappingOf(plan: TablePlan, read: readonly WireColumn[], database: string): Mapping {
  const stage = { ...stageOf(plan), read }
  if (stage.unless !== undefined) throw new NaruError('INTERNAL', `${plan.label} leaves rows out`)
  return { stage, columns: targetColumns(plan), key: plan.key, label: plan.label, database, target: plan.target.name }
}

function stageOf(plan: TablePlan): NonNullable<TablePlan['stage']> {
  if (plan.stage === undefined) throw new NaruError('INTERNAL', `${plan.label} is no mapping`)
  return plan.stage
}

/** Source rows as objects: with a function as it sees them, else the columns that the mapping reads. */
function sourceReader(plan: TablePlan, columns: readonly WireColumn[]) {
  const names = plan.stage?.row?.properties ?? columns.map((c) => c.name)
  const all = rowDecoder(
    columns.map((c, i) => names[i] ?? c.name),
    columns.map((c) => c.wire),
  )
  return (batch: Batch) => {
    const t = new Tuple(columns.length)
    let next = { row: 0, at: 0 }
    return (row: number) => {
      if (row < next.row - 1) next = { row: 0, at: 0 }
      if (row < next.row) return all(t)
      while (next.row <= row) next = { row: next.row + 1, at: t.scan(batch.bytes, next.at) }
      return all(t)
    }
  }
}
