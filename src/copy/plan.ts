/** The plan of a copy: both sides read, nothing changed. */
import type { Database, Sayable } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import {
  type CopyPlan,
  type Finding,
  isMade,
  type Leftover,
  type Side,
  type TablePlan,
  tableLabel,
} from '../core/plan.ts'
import { displayName, type OtherObject, type Schema } from '../core/schema.ts'
import { sideBySide } from '../core/share.ts'
import { columnKey } from '../diff/convert-context.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import { type AccessPlan, planAccess, withDefiners } from './access.ts'
import { type Answers, COUNTED_ANEW } from './answers.ts'
import { checkCasts, chooseTables, idleWords } from './casts.ts'
import { crossingFindings } from './crossing.ts'
import type { DraftColumn, DraftTable } from './draft.ts'
import { estimate } from './estimate.ts'
import { planHash } from './hash.ts'
import { hindered } from './hindered.ts'
import { keptOnFindings, parentsFirst } from './kept-on.ts'
import { type OthersInput, otherLeftovers, unreadLeftovers } from './leftovers.ts'
import { carriedObjects } from './objects.ts'
import { creationOrder, isOrdered, pagingKey } from './order.ts'
import { orphanChoices } from './orphan-choices.ts'
import { type AskContext, questionsFor } from './questions.ts'
import { refreshTables } from './refresh.ts'
import { checkReadable } from './rights.ts'
import { checkSample, sampledPlan } from './sample/planned.ts'
import { declaredRelations } from './sample/relations.ts'
import {
  checkCodes,
  isAccepted,
  type Notice,
  policyFor,
  remedied,
  remediedUnasked,
  type SettleContext,
  toFinding,
} from './settle.ts'
import { type Shape, type ShapeInput, shapeExisting, shapeInput } from './shape.ts'
import { askContext, type Survey, survey, unsurveyed } from './survey.ts'
import { versionTables } from './version-tables.ts'

export interface PlanInput {
  readonly source: Database
  readonly target: Database
  readonly options: CopyOptions
  /** Ask the source about its values. Without, rows come from its statistics and there are no findings of values. */
  readonly counting: boolean
  /** Ask also for findings that are only worth knowing (default). A copy that is about to run does not: `plan` has told them. */
  readonly notes?: boolean
  /** Opens one more source connection, so that tables are read beside each other. */
  readonly parallel?: () => Promise<Database>
  readonly report?: Reporter
  /** What the source has answered already; gets what is asked besides. */
  readonly answers?: Answers
  /** Called once the source's schema is known, before its values are asked about. */
  readonly inspected?: (source: Schema) => void
}

/**
 * What a copy with these options would do.
 * @throws NaruError TABLE_EXISTS, TABLE_MISSING, COLUMN_MISSING, USAGE, CONFIG_INVALID, UNSUPPORTED. Findings are part of the plan,
 * not errors.
 */
export async function planCopy(input: PlanInput): Promise<CopyPlan> {
  const { source, target } = input
  const options = presumed(input.options)
  checkCodes(options)
  checkSample(options)
  const [read, to] = await sideBySide(
    source.inspect({ schema: source.address.schema, origin: true, crossing: true }),
    target.inspect({ schema: target.address.schema }),
  )
  const said = sayableOn(target, read, to)
  const from = said.schema
  const relations = declaredRelations(options, [{ name: source.address.label, address: source.address, schema: from }])
  input.inspected?.(from)
  if (input.counting) for (const message of idleWords(from, options)) input.report?.report({ type: 'warning', message })
  if (input.counting) {
    const chosen = chooseTables(from, options).map((t) => t.name)
    await checkReadable(source, chosen)
    await checkCasts(target, from.others, options.casts ?? [])
  }
  const shaping = shapeInput(source, target, { source: from, target: to, options })
  const surveyed = input.counting ? await counted({ ...input, options }, shaping) : unsurveyed(shaping)
  const settle = settleContext(shaping)
  const found = [
    ...structureFindings(surveyed.shape, options),
    ...crossingFindings(shaping, madeLabels(surveyed.shape)),
    ...surveyed.notices.map((n) => toFinding(settle, n)),
  ]
  const unasked = input.answers === undefined ? undefined : askContext(shaping)
  const tables = creationOrder(surveyed.shape.drafts.map((d) => tablePlan(shaping, settle, surveyed, d, unasked)))
  const choices = orphanChoices(shaping, tables, found)
  const made = neededObjects(surveyed.shape)
  const some = options.tables !== undefined || options.exclude !== undefined
  const carried = options.dataOnly ? [] : carriedObjects({ source: from, target: to, tables: choices.tables, some })
  const early = new Set(made.map((o) => `${o.kind} ${displayName(o.name)}`))
  const wanted = carried.filter((o) => o.kind === 'sequence' || !early.has(`${o.kind} ${displayName(o.name)}`))
  const why = hindered({
    source: from,
    target: to,
    tables: choices.tables,
    wanted,
    made,
    options,
    unsayable: said.unsayable,
  })
  const late = wanted.filter((o) => !why.has(o))
  const { objects, leftovers: definers } = await withDefiners(target, late, options)
  const kept = { schema: to, can: target.can }
  const access = await accessOf(input, { from, to, tables: choices.tables, objects: [...made, ...objects], some })
  const plan: CopyPlan = {
    from: sideOf(source, from),
    to: sideOf(target, to),
    tables: parentsFirst(options.incremental ? refreshTables(choices.tables, kept) : choices.tables, kept),
    schema: { ...to, tables: choices.tables.map((t) => t.target), others: made },
    objects,
    access: access.steps,
    leftovers: [
      ...leftovers(shaping, surveyed, { made: [...made, ...objects], hindered: why }, said.unsaid),
      ...choices.leftovers,
      ...definers,
      ...access.leftovers,
    ],
    findings: [...found, ...keptOnFindings(choices.tables, kept, options)],
    versionTables: input.counting
      ? await versionTables(
          source,
          from,
          tables.map((t) => t.source),
        )
      : [],
    estimate: estimate(choices.tables, options),
    hash: planHash(
      tables.map((t) => t.source),
      options,
    ),
  }
  return sampledPlan(plan, options, relations)
}

/** What is there already is made equal to the source. Throws USAGE. */
function presumed(options: CopyOptions): CopyOptions {
  if (!options.incremental) return options
  return { ...options, ifExists: options.ifExists === 'drop' ? 'drop' : 'truncate' }
}

interface AccessOf {
  readonly from: Schema
  readonly to: Schema
  readonly tables: readonly TablePlan[]
  readonly objects: readonly OtherObject[]
  readonly some: boolean
}

/** Of what this copy makes. Privileges on the database itself only where all of it is copied. */
async function accessOf({ target, options }: PlanInput, o: AccessOf): Promise<AccessPlan> {
  if (o.from.engine !== o.to.engine || options.dataOnly) return { steps: [], leftovers: [] }
  const made = o.tables.filter(isMade).map((t) => t.target)
  const whole = !o.some && made.length === o.tables.length
  const grants = whole && o.from.grants !== undefined ? { grants: o.from.grants } : {}
  return await planAccess({
    target,
    options,
    made: { name: o.to.name, tables: made, objects: o.objects, ...grants, present: o.to },
    user: o.to.user,
  })
}

async function counted(input: PlanInput, shape: ShapeInput): Promise<Survey> {
  const began = performance.now()
  input.report?.report({ type: 'phase', phase: 'findings', state: 'begin' })
  const { source, options, parallel, answers } = input
  const notes = input.notes ?? true
  const surveyed = await survey({
    source,
    shape,
    options,
    notes,
    ...(parallel && { parallel }),
    ...(answers && { answers }),
  })
  input.report?.report({ type: 'phase', phase: 'findings', state: 'end', ms: performance.now() - began })
  return surveyed
}

/** Findings that keep a copy from beginning. */
export function unsettled(plan: CopyPlan): readonly Finding[] {
  return plan.findings.filter((f) => f.severity === 'blocks')
}

/**
 * Source tables onto tables of the target that are there already, column by column, by name (case does not count): for verification.
 * Tables without a counterpart are left out; rows are the source's estimate.
 * @throws NaruError COLUMN_MISSING, UNSUPPORTED, TABLE_MISSING for a name in --tables that is not there.
 */
export function mapOntoExisting(input: ShapeInput): TablePlan[] {
  checkCodes(input.options)
  const settle = settleContext(input)
  const ask = askContext(input)
  return shapeExisting(input).drafts.map((draft) => {
    const columns = input.options.policies === undefined ? draft.columns : asCopied(settle, ask, draft)
    return finished(input, { ...draft, columns }, { rows: draft.source.rows ?? 0, filtered: 0 })
  })
}

/** Values in trouble are compared as the policies have changed them on the way. */
function asCopied(settle: SettleContext, ask: AskContext, draft: DraftTable): DraftColumn[] {
  const notices = questionsFor(ask, draft).map((q) => ({ ...q, draft, count: 0, samples: [] }))
  return draft.columns.map((column) => {
    const expression = remediedUnasked(
      settle,
      notices.filter((n) => n.column === column),
    )
    return expression === undefined ? column : { ...column, expression }
  })
}

/**
 * What was found, and whatever else policies are for: it may come yet. Not in the key that rows are read by, which has to be read as it is;
 * and NULL only where the column takes it.
 */
function yetToCome(
  ask: AskContext,
  draft: DraftTable,
  options: CopyOptions,
  found: readonly Notice[],
): readonly Notice[] {
  if (options.policies === undefined) return found
  const key = pagingKey(draft.source, draft.columns) ?? []
  const able = questionsFor(ask, draft).filter(({ code, column }) => {
    if (found.some((n) => n.code === code && n.column === column)) return true
    if (column === null || COUNTED_ANEW.has(code) || key.includes(column.source.name)) return false
    return column.target.nullable || policyFor(options, code, draft.label, column.source.name) !== 'null'
  })
  return able.map((q) => ({ ...q, draft, count: 0, samples: [] }))
}

/** How findings of this pair of databases are settled. */
export function settleContext(
  s: Pick<ShapeInput, 'source' | 'target' | 'options' | 'sourceDialect' | 'targetDialect'>,
): SettleContext {
  const { options, sourceDialect, targetDialect } = s
  return { options, sourceDialect, targetDialect, from: traitsOf(s.source), to: traitsOf(s.target) }
}

/** A side for people. */
export function sideOf(db: Database, schema: Schema): Side {
  return { label: db.address.label, engine: schema.engine, flavor: schema.flavor, version: schema.version }
}

/**
 * The plan of one table: policies in its columns, what was found in the data beside its types. `unasked`: values may have come since they
 * were counted, which policies are for as well.
 */
function tablePlan(
  s: ShapeInput,
  settle: SettleContext,
  surveyed: Survey,
  draft: DraftTable,
  unasked?: AskContext,
): TablePlan {
  const scan = surveyed.scans.get(draft.label)
  const notices = surveyed.notices.filter((n) => n.draft === draft && n.probe !== null)
  const coming = unasked === undefined ? notices : yetToCome(unasked, draft, settle.options, notices)
  const columns = draft.columns.map((column): DraftColumn => {
    const own = (all: readonly Notice[]) => all.filter((n) => n.column === column)
    const met = remedied(settle, own(notices))
    const expression = coming === notices ? met : remediedUnasked(settle, own(coming))
    const flags = surveyed.notFlags.get(columnKey(draft.source.name, column.source.name))
    const loss =
      flags === undefined
        ? column.loss
        : `not boolean: ${flags} ${flags === 1 ? 'value is' : 'values are'} neither 0 nor 1`
    return { ...column, ...(expression !== undefined && { expression }), ...(loss !== undefined && { loss }) }
  })
  const target = withHighest({ ...draft, columns }, scan?.highest ?? null)
  const counts = { rows: scan?.rows ?? 0, filtered: scan?.filtered ?? 0 }
  const broken = notices.flatMap((n) => (n.code === 'INVALID_UTF8' && n.count > 0 ? (n.column ?? []) : []))
  return finished(s, target, counts, new Set(broken.map((c) => c.source.name)))
}

/** A counter never stands below the highest number there is; where the source keeps none, the highest number sets it. */
function withHighest(draft: DraftTable, highest: bigint | null): DraftTable {
  const column = draft.columns.find((k) => k.target.identity !== undefined)
  if (highest === null || column === undefined) return draft
  const next = draft.target.counter?.next ?? 0n
  if (next > highest) return draft
  return { ...draft, target: { ...draft.target, counter: { column: column.target.name, next: highest + 1n } } }
}

/** `broken`: columns with texts that are none. Reading cannot go on after such a key, so that rows are not read by it. */
function finished(
  s: ShapeInput,
  draft: DraftTable,
  counts: Pick<TablePlan, 'rows' | 'filtered'>,
  broken: ReadonlySet<string> = new Set(),
): TablePlan {
  const key = pagingKey(
    draft.source,
    draft.columns.filter((c) => !broken.has(c.source.name)),
  )
  return {
    label: draft.label,
    source: draft.source,
    target: draft.target,
    columns: draft.columns,
    key,
    ...(draft.where !== undefined && { where: draft.where }),
    ordered: isOrdered(draft, key, s.source, s.target),
    action: draft.action,
    ...counts,
    bytes: draft.source.bytes ?? counts.rows * 100,
  }
}

/** Names and widths of the tables that are made. */
function structureFindings(shape: Shape, options: CopyOptions): Finding[] {
  const made = madeLabels(shape)
  return shape.conversion.issues
    .filter((issue) => made.has(issue.table))
    .map((issue) => ({
      code: issue.code,
      table: issue.table,
      column: issue.column,
      count: 1,
      samples: [],
      message: issue.message,
      ways: [...issue.ways, `--accept ${issue.code}:${issue.table}${issue.column === null ? '' : `.${issue.column}`}`],
      severity: isAccepted(options, issue.code, issue.table, issue.column) ? 'accepted' : 'blocks',
    }))
}

function madeLabels(shape: Shape): ReadonlySet<string> {
  return new Set(shape.drafts.filter(isMade).map((d) => d.label))
}

/** Types that only existing tables use are there already. */
function neededObjects(shape: Shape): Schema['others'] {
  return madeLabels(shape).size === 0 ? [] : shape.conversion.others
}

/** The source in words that the target's server knows, where it is an older one of the same engine. */
function sayableOn(target: Database, source: Schema, there: Schema): Sayable {
  const own = target.engine.dialect.sayable
  const same = source.engine === there.engine
  return same && own !== undefined ? own(source, there) : { schema: source, unsaid: [], unsayable: new Map() }
}

function leftovers(
  s: ShapeInput,
  surveyed: Survey,
  objects: Pick<OthersInput, 'made' | 'hindered'>,
  unsaid: Sayable['unsaid'],
): Leftover[] {
  const { shape, decisions } = surveyed
  const labels = madeLabels(shape)
  const less = unsaid.map((u): Leftover => ({ ...u, table: tableLabel(u.table, s.source.name) }))
  const own = [...less, ...shape.conversion.leftovers].filter((l) => l.table === undefined || labels.has(l.table))
  const relaxed = shape.drafts.flatMap((d) =>
    d.columns
      .filter(
        (k) =>
          !k.source.nullable && k.target.nullable && decisions.nullable.has(columnKey(d.source.name, k.source.name)),
      )
      .map(
        (k): Leftover => ({
          kind: 'NOT NULL',
          name: k.source.name,
          table: d.label,
          outcome: 'approximated',
          why: "the policy 'null' writes NULL into it, so it takes NULL there",
        }),
      ),
  )
  const { source, target, targetDialect, options } = s
  const others = options.dataOnly
    ? []
    : otherLeftovers({ source, target, targetDialect, tables: shape.drafts, ...objects })
  const some = options.tables !== undefined || options.exclude !== undefined
  return [...own, ...relaxed, ...others, ...(some ? [] : unreadLeftovers(source))]
}
