/** The plan of a repair: both sides compared as verify does, and every row that differs put down with what would be done to it. */

import { randomBytes } from 'node:crypto'
import { creationOrder } from '../../copy/order.ts'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { VerifyOptions } from '../../core/options.ts'
import type { TablePlan } from '../../core/plan.ts'
import type {
  Attribution,
  RepairKind,
  RepairOptions,
  RepairPlan,
  RepairRow,
  RepairSide,
  RepairTable,
} from '../../core/repair.ts'
import type { DriftEntry, TableVerification } from '../../core/report.ts'
import { displayName } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import type { DriftListener } from '../../verify/collect.ts'
import type { Pair, RowView } from '../../verify/pair.ts'
import { facing } from '../facing.ts'
import { openDatabase } from '../open.ts'
import { schemaHash, shapeOf } from '../remember.ts'
import { comparedTables, type VerifyContext, verify } from '../verify.ts'
import { writePlan } from './plan-file.ts'
import { type RowSpool, rowSpool } from './spool.ts'
import { whoChanged } from './who.ts'

type Who = RepairTable['who']
type Counts = { -readonly [K in 'insert' | 'update' | 'delete' | 'unreadable' | 'leftOut' | 'heldBack']: number } & {
  who: Record<Attribution, number>
}

const KINDS = { 'missing on target': 'missing', 'extra on target': 'extra', differs: 'different' } as const

const fresh = (): Counts => ({
  insert: 0,
  update: 0,
  delete: 0,
  unreadable: 0,
  leftOut: 0,
  heldBack: 0,
  who: { missed: 0, overwritten: 0, both: 0, unknown: 0 },
})

/** Compares, and writes the plan to a file. Changes nothing in either database. Throws what verify throws, REPAIR_LIMIT, FILE_UNREADABLE. */
export async function makePlan(
  from: Address,
  to: Address,
  options: RepairOptions,
  context: Pick<VerifyContext, 'reporter' | 'signal'> & { readonly file: string },
): Promise<RepairPlan> {
  const { only: _only, include: _include, maxRows: _rows, maxPercent: _percent, limit: _limit, ...asked } = options
  await using spool = rowSpool()
  const made = new Date()
  const { plans, schema, sides } = await compared(from, to, asked)
  const counts = plans.map(fresh)
  const places = new Map(plans.map((p, i) => [p.label, i]))
  const listener = (plan: TablePlan) => {
    const t = places.get(plan.label)
    if (t === undefined)
      throw new NaruError('SCHEMA_CHANGED', `${plan.label} came up while both sides were compared`, {
        state: 'nothing was changed',
      })
    return listenTo(t, plan, options, counts[t], spool)
  }
  const report = await verify(from, to, asked, { reporter: context.reporter, signal: context.signal, listener })
  await using kept = rowSpool()
  const told = await attributed({ from, to, plans, options, counts, spool, kept })
  const tables = plans.map((p, i) =>
    tableOf(
      p,
      report.tables.find((t) => t.table === p.label),
      counts[i],
    ),
  )
  const plan: RepairPlan = {
    naru: 'repair plan',
    version: 1,
    id: `${made.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${randomBytes(3).toString('hex')}`,
    made: made.toISOString(),
    ...sides,
    schema,
    options,
    tables,
    planned: tables.reduce((n, t) => n + t.insert + t.update + t.delete, 0),
    notes: [...report.notes, ...told, ...report.tables.flatMap(absent)],
  }
  await writePlan(context.file, plan, inOrder(plans, kept))
  return plan
}

/** The tables of both sides and a hash of all that a plan of them depends on. */
export async function compared(from: Address, against: Address, options: VerifyOptions) {
  const to = facing(from, against)
  await using source = await openDatabase(from, { role: 'source' })
  await using target = await openDatabase(to, { role: 'source' })
  const { plans } = await comparedTables({ from, to, source, target }, options)
  return { plans, schema: schemaHash(plans), sides: { from: side(source), to: side(target) } }
}

const side = (db: Database): RepairSide => ({ label: db.address.label, engine: db.flavor, version: db.version })

interface Whose {
  readonly from: Address
  readonly to: Address
  readonly plans: readonly TablePlan[]
  readonly options: RepairOptions
  readonly counts: readonly Counts[]
  readonly spool: RowSpool
  readonly kept: RowSpool
}

/** Passes all rows on, those of tables that are remembered with whose change they are. */
async function attributed(w: Whose): Promise<string[]> {
  await using target = await openDatabase(w.to, { role: 'source' })
  const bases = target.bases?.()
  const notes: string[] = []
  for (const [t, plan] of w.plans.entries()) {
    const counts = w.counts[t]
    const base = plan.key === null ? null : ((await bases?.find(shapeOf(w.from.label, plan))) ?? null)
    if (base === null || bases === undefined) {
      for (const op of OPS) for await (const row of w.spool.rows(t, op)) await w.kept.add(row)
      continue
    }
    const told = (row: { readonly op: RepairRow['op'] }, who: Attribution, keeps: boolean) => {
      counts.who.unknown--
      counts.who[who]++
      if (keeps) return
      counts[row.op]--
      counts.heldBack++
    }
    // Only engines of their own kind have raw fields, so the target's way to read them is the source's.
    const raw = target.engine.dialect.rawValue
    const { spool: from, kept: to } = w
    await whoChanged({ plan, table: t, raw, bases, base, from, to, include: w.options.include ?? [], told })
    if (counts.insert + counts.update + counts.delete + counts.heldBack > 0)
      notes.push(
        `${plan.label}: who changed a row is known from ${base.made.slice(0, 19).replace('T', ' ')} UTC, when both sides were the same`,
      )
  }
  return notes
}

const OPS = ['insert', 'update', 'delete'] as const

function absent(t: TableVerification): string[] {
  return t.how === 'not verified'
    ? [
        `${t.table} is not on the target: its ${t.sourceRows} rows are no part of the plan (naru copy --tables ${t.table})`,
      ]
    : []
}

function tableOf(p: TablePlan, v: TableVerification | undefined, counts: Counts): RepairTable {
  return {
    table: p.label,
    target: displayName(p.target.name),
    columns: p.columns.map((c) => c.source.name),
    key: p.key,
    sourceRows: v?.sourceRows ?? 0,
    targetRows: v?.targetRows ?? 0,
    ...counts,
    who: counts.who as Who,
  }
}

function listenTo(t: number, plan: TablePlan, options: RepairOptions, counts: Counts, spool: RowSpool): DriftListener {
  const wanted = (kind: RepairKind) => options.only === undefined || options.only.includes(kind)
  const places = new Map(plan.columns.map((c, i) => [c.source.name, i]))
  const add = async (entry: DriftEntry, op: RepairRow['op'], pair: Pick<Pair, 'source' | 'target'>) => {
    const set = op === 'update' ? entry.columns.flatMap((c) => places.get(c.name) ?? []) : []
    counts[op]++
    const row = {
      t,
      op,
      key: entry.key,
      cells: entry.columns,
      set,
      who: 'unknown' as const,
      s: packed(pair.source),
      d: packed(pair.target),
    }
    await spool.add(row)
  }
  return {
    async row(entry, pair) {
      counts.who.unknown++
      if (pair === null) counts.unreadable++
      else if (!wanted(KINDS[entry.kind])) counts.leftOut++
      else if (pair.source === null) await add(entry, 'delete', pair)
      else if (pair.target === null) await add(entry, 'insert', pair)
      else if (plan.key !== null) await add(entry, 'update', pair)
      else {
        // Without a key nothing of a row stays: the one goes and the other comes.
        await add(entry, 'delete', { source: null, target: pair.target })
        await add(entry, 'insert', { source: pair.source, target: null })
      }
    },
    async restart() {
      Object.assign(counts, fresh())
      await spool.restart(t)
    },
  }
}

function packed(row: RowView | null): string | null {
  if (row === null) return null
  const { bytes, at } = row
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, skipRow(bytes, at) - at).toString('base64')
}

/** What refers to others goes before it, and comes after it. */
async function* inOrder(plans: readonly TablePlan[], spool: RowSpool): AsyncGenerator<RepairRow> {
  const parentsFirst = creationOrder(plans.map((p, t) => ({ target: p.target, t }))).map((p) => p.t)
  const steps = [
    ...parentsFirst.toReversed().map((t) => [t, 'delete'] as const),
    ...parentsFirst.map((t) => [t, 'insert'] as const),
    ...parentsFirst.map((t) => [t, 'update'] as const),
  ]
  let n = 0
  for (const [t, op] of steps) for await (const row of spool.rows(t, op)) yield { n: ++n, ...row }
}
