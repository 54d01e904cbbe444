/** `naru plan NAME` and `naru copy NAME`: transfers of the configuration. */

import { refreshTables } from '../copy/refresh.ts'
import { checkReadable } from '../copy/rights.ts'
import { checkSample, sampledPlan } from '../copy/sample/planned.ts'
import { declaredRelations } from '../copy/sample/relations.ts'
import { disposables } from '../core/disposables.ts'
import type { Address, Database, OpenOptions } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import type { RunReport } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import type { Side } from '../transfer/bind.ts'
import type { Transfer } from '../transfer/define.ts'
import { emptiedFindings } from '../transfer/emptied.ts'
import { mergeFindings } from '../transfer/merges.ts'
import { fullFinding, missFindings } from '../transfer/misses.ts'
import { planTransfers } from '../transfer/plan.ts'
import { runCopy } from './copy.ts'
import { addressingsOf, planFiles, transferFiles } from './files/transfer-files.ts'
import { openDatabase } from './open.ts'
import { withRights } from './rights.ts'
import type { Ends, Planning, RunHooks } from './session.ts'
import type { TransferSet } from './transfer-set.ts'

/** What transfers would do: what goes where, findings, order. Changes nothing. */
export async function planTransfer(set: TransferSet, options: CopyOptions, reporter: Reporter): Promise<CopyPlan> {
  await using open = await openSet(set, { role: 'target', look: true })
  const made = await makePlan(set, open, { counting: true, notes: true, options }, reporter)
  const sources = set.sources.map((s, i) => ({ address: s.address, database: open.sources[i] }))
  const plan = await withRights({ sources, target: open.target, options, plan: made })
  return set.stores.size === 0
    ? plan
    : { ...plan, files: await planFiles(plan.tables, { ...open, stores: set.stores }) }
}

/** Runs transfers; continues what an earlier run left unfinished. Throws as `copy` does. */
export async function copyTransfer(
  set: TransferSet,
  options: CopyOptions,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<RunReport> {
  await using open = await openSet(set, { role: 'target' })
  const ends: Ends = {
    label: `transfers ${set.name}`,
    sources: set.sources.map((s, i) => ({ address: s.address, database: open.sources[i] })),
    to: set.target.address,
    target: open.target,
    options,
    reporter,
    idMaps: true,
    makePlan: (o: Planning) => makePlan(set, open, { ...o, notes: false }, reporter),
    hooks: hooksOf(set, open.target),
    ...(set.stores.size > 0 && {
      files: { ...transferFiles({ ...open, stores: set.stores, reporter }), stores: addressingsOf(set.stores) },
    }),
  }
  return await runCopy(ends, signal)
}

/** The databases of a set, open. */
export interface OpenSet {
  readonly sources: readonly Database[]
  readonly target: Database
}

interface Open extends OpenSet, AsyncDisposable {}

/** Opens a set's databases; if one cannot be opened, none stays open. `o`: how the target is opened. */
export async function openSet(set: TransferSet, o: OpenOptions): Promise<Open> {
  const stack = disposables()
  try {
    const sources: Database[] = []
    for (const s of set.sources) sources.push(stack.use(await openDatabase(s.address, { role: 'source' })))
    const target = stack.use(await openDatabase(set.target.address, o))
    for (const source of sources) await source.check?.()
    return { sources, target, [Symbol.asyncDispose]: stack.disposeAsync }
  } catch (error) {
    await stack.disposeAsync().catch(() => {}) // the first error tells more
    throw error
  }
}

/** The plan of a set whose databases are open. Throws as `planTransfers` does. */
export async function makePlan(
  set: TransferSet,
  open: OpenSet,
  o: Planning & { readonly notes: boolean },
  reporter: Reporter,
): Promise<CopyPlan> {
  checkSample(o.options)
  const side = async (name: string, address: Address, database: Database) => ({
    name,
    address,
    database,
    schema: await database.inspect({ schema: address.schema }),
  })
  const sources: (Side & { readonly address: Address })[] = []
  for (const [i, s] of set.sources.entries()) sources.push(await side(s.name, s.address, open.sources[i]))
  const target = await side(set.target.name, set.target.address, open.target)
  const relations = declaredRelations(o.options, sources)
  if (o.counting) {
    const tables = set.transfers.flatMap((t) => (set.wanted.has(t.name) ? [t.to, ...t.into] : []))
    await checkReadable(
      open.target,
      tables.map(({ name, schema = target.schema.name }) => (open.target.can.schemas ? { schema, name } : { name })),
    )
  }
  const began = performance.now()
  if (o.counting) reporter.report({ type: 'phase', phase: 'findings', state: 'begin' })
  const ledger = open.target.ledger()
  const { tables: _tables, exclude: _exclude, ...options } = o.options
  const planned = await planTransfers({
    set: set.name,
    transfers: set.transfers,
    namesakes: set.namesakes,
    wanted: set.wanted,
    sources,
    target,
    options,
    module: set.module,
    counting: o.counting,
    notes: o.notes,
    place: (name) => ledger.idMap(name),
    isThere: (name) => isThere(open.target, name),
    parallel: (origin) => openDatabase(set.sources[origin].address, { role: 'source' }),
  })
  const to = { schema: target.schema, can: open.target.can }
  const whole = o.options.incremental ? { ...planned, tables: refreshTables(planned.tables, to) } : planned
  const plan = sampledPlan(whole, o.options, relations)
  if (!o.counting) return plan
  const more = [
    ...(await emptiedFindings(set, plan.tables, open.target, o.options)),
    ...(await askTables(plan, open, o.notes)),
  ]
  reporter.report({ type: 'phase', phase: 'findings', state: 'end', ms: performance.now() - began })
  return { ...plan, findings: [...plan.findings, ...more] }
}

async function askTables(plan: CopyPlan, open: OpenSet, notes: boolean): Promise<CopyPlan['findings']> {
  const filling = new Set(plan.tables.map((t) => displayName(t.target.name)))
  const found: CopyPlan['findings'][number][] = []
  for (const table of plan.tables) {
    found.push(...(await fullFinding(table, open.target)))
    found.push(
      ...(await missFindings({ plan: table, source: open.sources[table.origin ?? 0], target: open.target, filling })),
    )
  }
  if (notes) found.push(...(await mergeFindings(plan.tables, (t) => open.sources[t.origin ?? 0])))
  return found
}

async function isThere(db: Database, table: TablePlan['target']['name']): Promise<boolean> {
  return db.query(`SELECT 1 FROM ${db.engine.dialect.table(table)} WHERE 1 = 0`).then(
    () => true,
    () => false,
  )
}

/** `before` and `after` of the set, and of the transfers of a phase in their order. */
function hooksOf(set: TransferSet, target: Database): RunHooks | undefined {
  const { around } = set
  const wanted = set.transfers.filter((t) => set.wanted.has(t.name))
  if (![around, ...wanted].some((t) => t.before !== undefined || t.after !== undefined)) return undefined
  const run = async (hook: Transfer['before']) => {
    if (typeof hook === 'string') await target.execute(hook)
    else await hook?.()
  }
  return {
    begin: () => run(around.before),
    end: () => run(around.after),
    async before(tables) {
      for (const t of wanted) if (tables.includes(t.name)) await run(t.before)
    },
    async after(tables) {
      for (const t of wanted) if (tables.includes(t.name)) await run(t.after)
    },
  }
}
