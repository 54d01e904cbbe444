/** Mappings → the plan of a copy: tables with stages, id maps first, findings asked of the sources as for a plain copy. */
import type { DraftTable } from '../copy/draft.ts'
import { estimate } from '../copy/estimate.ts'
import { planHash } from '../copy/hash.ts'
import { keptOnFindings, parentsFirst } from '../copy/kept-on.ts'
import { isOrdered } from '../copy/order.ts'
import { settleContext, sideOf } from '../copy/plan.ts'
import { checkCodes, remedied, toFinding } from '../copy/settle.ts'
import { askContext, surveyDrafts } from '../copy/survey.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { CopyOptions } from '../core/options.ts'
import { type CopyPlan, carriedKey, type Finding, type TablePlan } from '../core/plan.ts'
import { type ColumnType, displayName, type ObjectName } from '../core/schema.ts'
import { type Bound, bind, type Side } from './bind.ts'
import type { Transfer } from './define.ts'
import { checkNamesakes, idMapOf, numbersAfresh } from './id-map.ts'
import { idPlans } from './id-plan.ts'
import { maskedKeyFindings } from './masked-key.ts'
import { matchOf, matchUpsert } from './match.ts'
import { phasesOf } from './order.ts'
import { sqlText } from './reading.ts'
import { sourceWhere } from './source-columns.ts'
import { sourcesOf } from './steps.ts'
import { type MappedTable, mapTables } from './table.ts'

/** What mappings are planned from. */
export interface TransferInput {
  /** Name of the set, for people and the ledger. */
  readonly set: string
  readonly transfers: readonly Transfer[]
  /** Transfers of other sets with names of these. */
  readonly namesakes: readonly Transfer[]
  /** Names of those that run; the others are known to `ref` alone. */
  readonly wanted: ReadonlySet<string>
  /** Databases that rows come from, in the order of TablePlan.origin. */
  readonly sources: readonly Side[]
  readonly target: Side
  readonly options: CopyOptions
  /** Path of the module with the configuration; null: functions are known to this process alone. */
  readonly module: string | null
  /** Ask the sources about their values. */
  readonly counting: boolean
  readonly notes: boolean
  /** Names a table beside the ledger. */
  place(name: string): ObjectName
  /** Whether the target has this table. */
  isThere(table: ObjectName): Promise<boolean>
  /** Opens one more connection to a source. */
  parallel?(origin: number): Promise<Database>
}

/** The plan. Throws TABLE_MISSING, COLUMN_MISSING, CONFIG_INVALID, UNSUPPORTED; findings are part of it, not errors. */
export async function planTransfers(input: TransferInput): Promise<CopyPlan> {
  checkCodes(input.options)
  checkNames(input.transfers)
  const bounds = input.transfers.map((t) => bind(t, input.sources, input.target))
  const maps = new Map(bounds.filter(numbersAfresh).map((b) => [b.transfer.name, idMapOf(b, input.place)]))
  const referred = new Set<string>()
  const idMap = (name: string) => {
    const bound = bounds.find((b) => b.transfer.name === name)
    if (bound === undefined) throw unknownTransfer(name, bounds)
    referred.add(name)
    return { bound, map: maps.get(name) }
  }
  const mapped: MappedTable[] = []
  for (const bound of bounds.filter((b) => input.wanted.has(b.transfer.name))) {
    mapped.push(...mapTables(bound, { described: await describe(bound), module: input.module, idMap }))
  }
  const phases = phasesOf(mapped.map((m) => ({ bound: { ...m.bound, target: m.target }, lookups: m.stage.lookups })))
  const surveyed = await surveyAll(input, mapped)
  const names = surveyed.tables.map((t) => displayName(t.target.name))
  // Rows of several sources in one table leave it in nobody's order.
  const alone = (i: number) => names.filter((n) => n === names[i]).length === 1
  const tables = surveyed.tables.map((table, i) => ({
    ...table,
    phase: phases[i],
    ordered: table.ordered && alone(i) && carriedKey(table) !== null,
  }))
  const idTables: TablePlan[] = []
  for (const [name, map] of maps) {
    if (!referred.has(name)) continue
    const { bound } = idMap(name)
    checkNamesakes(bound, input.namesakes)
    const match = matchOf(bound, input.place)
    const there = {
      map: await input.isThere(map.table.name),
      match: match !== undefined && (await input.isThere(match.match.table.name)),
    }
    const main = tables.find((t) => t.label === name)
    idTables.push(...idPlans({ bound, map, match, main, there, position: bounds.indexOf(bound) }))
  }
  const running = bounds.filter((b) => input.wanted.has(b.transfer.name) || referred.has(b.transfer.name))
  const kept = { schema: input.target.schema, can: input.target.database.can }
  const findings = [
    ...maskedKeyFindings(running, input.options),
    ...keptOnFindings(tables, kept, input.options),
    ...surveyed.findings,
  ]
  return assemble(input, [...inOrder(idTables), ...parentsFirst(tables, kept)], mapped, findings)
}

/** A match table is made by the first plan that fills it; the others find it there. */
function inOrder(plans: readonly TablePlan[]): TablePlan[] {
  const made = new Set<string>()
  const order = plans.toSorted((a, b) => (a.phase ?? 0) - (b.phase ?? 0))
  return order.map((plan) => {
    const name = displayName(plan.target.name)
    if (plan.action !== 'create' || !made.has(name)) {
      made.add(name)
      return plan
    }
    return { ...plan, action: 'append' as const }
  })
}

function checkNames(transfers: readonly Transfer[]): void {
  const names = transfers.map((t) => t.name)
  const twice = names.find((n, i) => names.indexOf(n) !== i)
  if (twice === undefined) return
  throw new NaruError('CONFIG_INVALID', `two transfers are called ${twice}`, {
    why: 'ref() and the ledger know them by name',
    hint: 'Give each a name of its own.',
    state: 'nothing was changed',
  })
}

function unknownTransfer(name: string, bounds: readonly Bound[]): NaruError {
  return new NaruError('CONFIG_INVALID', `ref('${name}'): there is no such transfer`, {
    why: `there are ${bounds.map((b) => b.transfer.name).join(', ')}`,
    state: 'nothing was changed',
  })
}

/** Types of a mapping's SQL expressions, by target column, as the source tells them. */
async function describe(bound: Bound): Promise<ReadonlyMap<string, ColumnType | null>> {
  const { database } = bound.from
  const d = database.engine.dialect
  const wanted = sourcesOf(bound.transfer).flatMap(([name, s]) =>
    typeof s === 'object' && s.kind === 'sql' ? [{ name, text: sqlText(s, d) }] : [],
  )
  if (wanted.length === 0 || database.columnTypes === undefined) return new Map()
  const types = await database.columnTypes(
    `SELECT ${wanted.map((w) => `(${w.text})`).join(', ')} FROM ${d.table(bound.source.name)}`,
  )
  return new Map(wanted.map((w, i) => [w.name, types[i] ?? null]))
}

interface Surveyed {
  readonly tables: readonly TablePlan[]
  readonly findings: readonly Finding[]
}

const EMPTY = { rows: 0, filtered: 0, answers: [], highest: null } as const

async function surveyAll(input: TransferInput, mapped: readonly MappedTable[]): Promise<Surveyed> {
  const drafts = mapped.map(draftOf)
  const findings: Finding[] = []
  const tables = new Map<MappedTable, TablePlan>()
  for (const [origin, side] of input.sources.entries()) {
    const own = mapped.flatMap((m, i) => (m.bound.origin === origin ? [{ m, draft: drafts[i] }] : []))
    const context = {
      source: side.schema,
      target: input.target.schema,
      options: input.options,
      sourceDialect: side.database.engine.dialect,
      targetDialect: input.target.database.engine.dialect,
      can: input.target.database.can,
    }
    const parallel = input.parallel?.bind(input, origin)
    const found = input.counting
      ? await surveyDrafts({
          source: side.database,
          ask: askContext(context),
          drafts: own.map((o) => o.draft),
          options: input.options,
          notes: input.notes,
          ...(parallel && { parallel }),
        })
      : { scans: new Map(), notices: [] }
    const settle = settleContext(context)
    findings.push(...found.notices.map((n) => toFinding(settle, n)))
    for (const { m, draft } of own) {
      const remedies = m.columns.map((column) =>
        remedied(
          settle,
          found.notices.filter((n) => n.draft === draft && n.column === column && n.probe !== null),
        ),
      )
      const scan = found.scans.get(draft.label) ?? { ...EMPTY, rows: m.bound.source.rows ?? 0 }
      tables.set(m, tablePlan(m, draft, remedies, scan, side.schema, input.target.schema))
    }
  }
  return { tables: mapped.map((m) => tables.get(m) as TablePlan), findings }
}

function draftOf(m: MappedTable): DraftTable {
  const { transfer, source } = m.bound
  const where = sourceWhere(m.bound)
  return {
    label: m.label,
    source,
    target: m.target,
    // Values that are made on the way are nothing that the source could be asked about.
    columns: m.columns.filter((_, i) => m.stage.fields[i].kind === 'field'),
    action: actionOf(transfer),
    key: m.key,
    ...(where !== undefined && { where }),
  }
}

function actionOf(transfer: Transfer): TablePlan['action'] {
  switch (transfer.write) {
    case 'insert':
      return 'fill'
    case 'replace':
      return 'truncate'
    case 'append':
    case 'upsert':
      return 'append'
  }
}

type Schemas = [source: Side['schema'], target: Side['schema']]

function tablePlan(
  m: MappedTable,
  draft: DraftTable,
  remedies: readonly (string | undefined)[],
  scan: { readonly rows: number; readonly filtered: number },
  ...[source, target]: Schemas
): TablePlan {
  const { transfer } = m.bound
  const columns = m.columns.map((c, i) => (remedies[i] === undefined ? c : { ...c, expression: remedies[i] }))
  const written = new Set(columns.map((c) => c.target.name))
  const primary = m.target.primaryKey?.columns ?? []
  const rowKey = primary.length > 0 && primary.every((name) => written.has(name)) ? primary : undefined
  return {
    label: m.label,
    source: m.bound.source,
    target: m.target,
    columns,
    key: m.key,
    ...(draft.where !== undefined && { where: draft.where }),
    ordered: transfer.row === undefined && isOrdered(draft, m.key, source, target),
    action: draft.action,
    rows: scan.rows,
    filtered: scan.filtered,
    bytes: m.bound.source.bytes ?? scan.rows * 100,
    stage: withRemedies(m, remedies),
    origin: m.bound.origin,
    ...(m.label !== transfer.name && { of: transfer.name }),
    ...(rowKey !== undefined && { rowKey }),
    ...(transfer.write === 'upsert' && { upsert: upsertOf(m, primary, written) }),
    // Rows of further tables are not the ones that match.
    ...(transfer.match !== undefined &&
      m.label === transfer.name && { upsert: matchUpsert(m.bound, [...written]), serial: true as const }),
  }
}

/** Policies change what is read of a column in trouble; a field that others use too is read twice then. */
function withRemedies(m: MappedTable, remedies: readonly (string | undefined)[]): MappedTable['stage'] {
  const read = [...m.stage.read]
  const fields = m.stage.fields.map((step, i) => {
    const expression = remedies[i]
    if (expression === undefined || step.kind !== 'field') return step
    const { column, name } = read[step.at]
    read.push({
      name: m.columns[i].target.name === name ? `${name}'` : m.columns[i].target.name,
      column,
      wire: read[step.at].wire,
      expression,
    })
    return { ...step, at: read.length - 1 }
  })
  return { ...m.stage, read, fields }
}

function upsertOf(
  m: MappedTable,
  primary: readonly string[],
  written: ReadonlySet<string>,
): NonNullable<TablePlan['upsert']> {
  if (primary.length === 0 || !primary.every((name) => written.has(name))) {
    throw new NaruError('CONFIG_INVALID', `${m.label}: upsert needs the key of ${m.target.name.name}`, {
      why: primary.length === 0 ? 'the table has none' : `${primary.join(', ')} is not among the columns mapped`,
      hint: 'Map the key, or use another write mode.',
      state: 'nothing was changed',
    })
  }
  const named = m.bound.transfer.update ?? [...written].filter((name) => !primary.includes(name))
  return { key: primary, update: Object.fromEntries(named.map((name) => [name, 'last'])) }
}

function assemble(
  input: TransferInput,
  tables: readonly TablePlan[],
  mapped: readonly MappedTable[],
  findings: readonly Finding[],
): CopyPlan {
  const { options, target } = input
  const from = input.sources.map((s) => sideOf(s.database, s.schema))
  return {
    from: { ...from[0], label: `${input.set} (${input.sources.map((s) => s.name).join(', ')})` },
    to: sideOf(target.database, target.schema),
    tables,
    schema: { ...target.schema, tables: tables.filter((t) => t.action === 'create').map((t) => t.target), others: [] },
    objects: [],
    access: [],
    leftovers: [],
    findings,
    versionTables: [],
    estimate: estimate(tables, options),
    hash: planHash([...new Set(tables.map((t) => t.source))], options),
    mappings: mapped.map((m) => m.view),
  }
}
