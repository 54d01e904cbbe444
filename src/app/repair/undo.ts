/** Taking a repair back: every row that it wrote gets the bytes that it had, where it still has those that the repair gave it. */

import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { displayKey } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { ApplyRepairOptions, LeftRow, RepairReport } from '../../core/repair.ts'
import type { RepairChunk, RepairLedger, RepairRecord } from '../../core/repair-ledger.ts'
import { displayName, type Schema, type Table } from '../../core/schema.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import type { Changed, PlannedRow, RowChange } from '../../verify/repair/change.ts'
import { type Image, unpackImages } from '../../verify/repair/images.ts'
import { ownPlan } from '../../verify/repair/mendable.ts'
import { differingFields, sameBytes } from '../../verify/repair/tuple.ts'
import { openThrottle, pauseNotes } from '../throttle.ts'
import { type ApplyRepairContext, kept, pacing } from './apply.ts'
import { reportOf } from './report.ts'
import { changersOf, openTarget, type StoredTable } from './session.ts'

/** Rows that are named in the report. */
const NAMED = 100

/**
 * Takes back what a repair did, the last chunk first; goes on where an earlier undoing broke off. Triggers do not fire unless asked for:
 * images hold what they did to the row. Throws REPAIR_UNKNOWN, SCHEMA_CHANGED, STOPPED.
 */
export async function undoRepair(
  to: Address,
  wanted: string,
  options: ApplyRepairOptions,
  context: ApplyRepairContext,
): Promise<RepairReport> {
  await using target = await openTarget(to, options)
  const ledger = target.repairs?.() as RepairLedger
  const { repair, known } = await recordsOf(ledger, wanted)
  const id = `undo-${repair.id}`
  const stored = (JSON.parse(repair.header) as { tables: StoredTable[] }).tables
  const plans = plansOf(target, await target.inspect({ schema: to.schema ?? schemasOf(stored) }), stored)
  const quiet = options.triggers !== 'on' && target.engine.name !== 'mysql'
  await using changers = changersOf(target, plans, target.engine.dialect.rawValue, {
    ...options,
    triggers: quiet ? 'off' : 'on',
  })
  if (known === undefined) await ledger.begin(newRecord(repair, id, plans))
  const chunks = (await ledger.chunks(repair.id)).toReversed()
  const planned = chunks.reduce((n, c) => n + c.written, 0)
  context.reporter.report({ type: 'run', run: id, resumed: known !== undefined, tables: stored.length, rows: planned })
  const watch = watching(
    async (t, c) => displayKey((await changers.table(t)).keyOf((c.before ?? c.after) as Uint8Array)),
    stored,
  )
  await using held = await openThrottle({ from: to, to, source: target, target }, options, context)
  const account = await kept(ledger, id, {
    repair: id,
    ledger,
    rows: () => inverse(ledger, repair.id, chunks, stored),
    changer: (t) => changers.of(t),
    done: watch.done,
    ready: pacing(held),
    quiet,
    signal: context.signal,
  })
  const report = reportOf({
    id,
    undoes: repair.id,
    from: repair.source,
    to: repair.target,
    started: known?.started ?? new Date().toISOString(),
    resumed: known !== undefined,
    planned,
    account,
    unreadable: 0,
    heldBack: 0,
    verified: watch.verified(),
    differing: watch.differing(),
    left: await watch.left(account.others),
    counters: [],
    notes: [...new Set([...held.notes, ...pauseNotes(held.throttle)])],
  })
  await ledger.update(id, { state: 'done', finished: report.finished, summary: JSON.stringify(report) })
  context.reporter.report({ type: 'end', run: id, verdict: report.exit === 0 ? 'done' : 'differs', exit: report.exit })
  return report
}

async function recordsOf(ledger: RepairLedger, wanted: string) {
  const all = await ledger.list()
  const repair = all.find((r) => r.id === wanted)
  if (repair === undefined) {
    const names = all.slice(0, 5).map((r) => r.id)
    throw new NaruError('REPAIR_UNKNOWN', `the target remembers no repair ${wanted}`, {
      why: names.length === 0 ? 'it remembers none at all' : `it remembers ${names.join(', ')}`,
      state: 'nothing was changed',
    })
  }
  return { repair, known: all.find((r) => r.undoes === repair.id) }
}

function newRecord(repair: RepairRecord, id: string, plans: readonly TablePlan[]): RepairRecord {
  const started = new Date().toISOString()
  const header = JSON.stringify({ tables: plans.map(storedOf) })
  const { source, target: label } = repair
  return {
    id,
    started,
    source,
    target: label,
    undoes: repair.id,
    state: 'applying',
    header,
    finished: null,
    summary: null,
  }
}

function storedOf(p: TablePlan): StoredTable {
  const columns = p.columns.map((c) => ({ name: c.target.name, wire: c.wire }))
  return { label: p.label, target: p.target.name, key: p.key, own: columns, pair: columns }
}

/** Where the repair has been, should the address not say it. */
function schemasOf(stored: readonly StoredTable[]): SchemaChoice | undefined {
  const named = new Set(stored.flatMap((s) => s.target.schema ?? []))
  return named.size === 0 ? undefined : { several: [...named] }
}

/** Two plans a table: in its own form, and in that of the comparison for rows without a key that were inserted. */
function plansOf(target: Database, schema: Schema, stored: readonly StoredTable[]): TablePlan[] {
  const tables = new Map(schema.tables.map((t) => [displayName(t.name), t]))
  return stored.flatMap((s) => {
    const table = tables.get(displayName(s.target))
    if (table === undefined) throw changed(s, 'the table is gone')
    return [s.own, s.pair].map((columns) => planOf(target, table, s, columns))
  })
}

function planOf(target: Database, table: Table, s: StoredTable, columns: StoredTable['own']): TablePlan {
  const { dialect } = target.engine
  const own = columns.map(({ name, wire }) => {
    const column = table.columns.find((c) => c.name === name)
    if (column === undefined) throw changed(s, `it has no column ${name} any more`)
    if (!dialect.canRead(column.type, wire)) throw changed(s, `${name} is ${column.type.native} now`)
    return { name, column, wire }
  })
  const base = { label: s.label, source: table, target: table, columns: [], ordered: true, action: 'truncate' } as const
  return ownPlan({ ...base, key: s.key, rows: 0, filtered: 0, bytes: 0 }, own, s.key)
}

function changed(s: StoredTable, why: string): NaruError {
  return new NaruError('SCHEMA_CHANGED', `${s.label} is not what it was when it was repaired`, {
    why,
    hint: 'Bring the table back to its former shape, then undo again.',
    state: 'nothing was changed',
  })
}

/** The rows of a repair with what takes each of them back, the last one first. */
async function* inverse(
  ledger: RepairLedger,
  repair: string,
  chunks: readonly RepairChunk[],
  stored: readonly StoredTable[],
): AsyncGenerator<PlannedRow> {
  let n = 0
  for (const chunk of chunks) {
    if (chunk.written === 0) continue
    const images = unpackImages(await ledger.images(repair, chunk.seq)).toReversed()
    const asCompared = stored[chunk.table].key === null && chunk.op === 'insert'
    const table = chunk.table * 2 + (asCompared ? 1 : 0)
    for (const image of images) yield { table, change: back(++n, image) }
  }
}

function back(n: number, { before, after }: Image): RowChange {
  if (before === null) return { n, op: 'delete', before: after, after: null, set: [] }
  if (after === null) return { n, op: 'insert', before: null, after: before, set: [] }
  return { n, op: 'update', before: after, after: before, set: differingFields(before, after) }
}

/** Looks at what every chunk left: rows whose bytes are not those of before, and rows that were left. */
function watching(keyOf: (table: number, c: RowChange) => Promise<string>, stored: readonly StoredTable[]) {
  let verified = 0
  let differing = 0
  const seen = new Map<number, { readonly table: number; readonly change: RowChange }>()
  const altered: { readonly table: number; readonly change: RowChange }[] = []
  const label = (table: number) => stored[table >> 1].label
  return {
    verified: () => verified,
    differing: () => differing,
    done(table: number, changed: readonly Changed[]) {
      for (const { change, result, image } of changed) {
        if (result !== 'written') {
          if (seen.size < NAMED) seen.set(change.n, { table, change })
          continue
        }
        verified++
        const same = change.after === null || (image.after !== null && sameBytes(image.after, change.after))
        if (same) continue
        differing++
        if (altered.length < NAMED) altered.push({ table, change })
      }
    },
    async left(others: ReadonlyMap<number, readonly [LeftRow['result'], string]>): Promise<LeftRow[]> {
      const rows: LeftRow[] = []
      for (const [n, { table, change }] of seen) {
        const [result, why] = others.get(n) ?? ['equal', '']
        if (result === 'equal') continue
        rows.push({ n, table: label(table), op: change.op, key: await keyOf(table, change), result, why })
      }
      for (const { table, change } of altered) {
        const why = 'written, and a trigger of the table changed it'
        rows.push({
          n: change.n,
          table: label(table),
          op: change.op,
          key: await keyOf(table, change),
          result: 'changed',
          why,
        })
      }
      return rows.slice(0, NAMED)
    },
  }
}
