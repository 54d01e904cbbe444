/** Asks the source about its values, and lets the answers decide: flags that are none, columns that must take NULL. */
import type { Database } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Schema } from '../core/schema.ts'
import { columnKey } from '../diff/convert-context.ts'
import { type Traits, traitsOf } from '../diff/convert-traits.ts'
import { type Answers, scanUnanswered, withRows } from './answers.ts'
import { type Condition, conditionOf, underConditions } from './conditions.ts'
import type { DraftTable } from './draft.ts'
import { FINDINGS } from './findings.ts'
import { type KeyAnswer, keyAnswers } from './key-findings.ts'
import type { ScanTask } from './piece.ts'
import { type AskContext, type Question, questionsFor } from './questions.ts'
import { checkReadable } from './rights.ts'
import { type ScanSource, scanTables, type TableScan } from './scan.ts'
import { type Notice, policyFor } from './settle.ts'
import { type Decisions, type Shape, type ShapeInput, shapeTables, UNDECIDED } from './shape.ts'

export interface Survey {
  readonly shape: Shape
  /** By table label. */
  readonly scans: ReadonlyMap<string, TableScan>
  readonly notices: readonly Notice[]
  readonly decisions: Decisions
  /** Columns that stayed integers: columnKey → values that are neither 0 nor 1. */
  readonly notFlags: ReadonlyMap<string, number>
}

export interface SurveyInput {
  readonly source: Database
  readonly shape: ShapeInput
  readonly options: CopyOptions
  /** Ask also what is only worth knowing. */
  readonly notes: boolean
  readonly parallel?: () => Promise<Database>
  /** What is known already; gets what is asked. */
  readonly answers?: Answers
}

/** Shapes the tables without asking: rows as the source's statistics have them. */
export function unsurveyed(input: ShapeInput): Survey {
  const decisions = told(input.source)
  const shape = shapeTables(input, decisions)
  const scans = new Map(
    shape.drafts.map((d) => [d.label, { rows: d.source.rows ?? 0, filtered: 0, answers: [], highest: null }] as const),
  )
  return { shape, scans, notices: [], decisions, notFlags: new Map() }
}

/** What files tell without being asked. */
function told(source: Schema): Decisions {
  return source.filed === undefined
    ? UNDECIDED
    : {
        ...UNDECIDED,
        notBoolean: new Set(source.filed.notFlags),
        spelledFlags: new Set(source.filed.spelledFlags),
      }
}

/** Shapes, asks, and shapes again where an answer changes a type; then only what is new is asked. */
export async function survey(input: SurveyInput): Promise<Survey> {
  const first = shapeTables(input.shape, told(input.shape.source))
  const ask = askContext(input.shape)
  const source: ScanSource = {
    source: input.source,
    traits: ask.from,
    ...(input.parallel && { parallel: input.parallel }),
    ...(input.options.jobs !== undefined && { lanes: input.options.jobs }),
  }
  const tasks = first.drafts.map((draft) => taskFor(ask, draft, input))
  const conditions = conditionsOf(first.drafts, (d, sql) => conditionOf('--where', d.label, d.source, sql))
  const scans = await underConditions(input.source, conditions, () => scanned(source, tasks, input.answers))
  const { decisions, notFlags } = decide(first.drafts, scans, input)
  const changed = Object.values(decisions).some((columns) => columns.size > 0)
  const shape = changed ? shapeTables(input.shape, decisions) : first
  const settled = changed ? await askAgain(source, ask, tasks, shape, scans, input) : scans
  const keys = input.options.schemaOnly ? [] : await keyAnswers(input.source, ask.from, shape.drafts, input.answers)
  return {
    shape,
    scans: settled,
    notices: [...noticesOf(shape.drafts, settled), ...keys.map(keyNotice)],
    decisions,
    notFlags,
  }
}

function scanned(
  source: ScanSource,
  tasks: readonly ScanTask[],
  answers: Answers | undefined,
): Promise<Map<string, TableScan>> {
  const scan = (open: readonly ScanTask[]) => scanTables(source, open)
  return answers === undefined ? scan(tasks) : scanUnanswered(tasks, answers, scan)
}

/** What a survey of tables whose shape is settled is made with. */
export interface DraftSurvey {
  readonly source: Database
  readonly ask: AskContext
  readonly drafts: readonly DraftTable[]
  readonly options: CopyOptions
  readonly notes: boolean
  readonly parallel?: () => Promise<Database>
}

/** Asks about tables whose shape no answer can change: those that are on the target already. */
export async function surveyDrafts(s: DraftSurvey): Promise<Pick<Survey, 'scans' | 'notices'>> {
  const from: ScanSource = {
    source: s.source,
    traits: s.ask.from,
    ...(s.parallel && { parallel: s.parallel }),
    ...(s.options.jobs !== undefined && { lanes: s.options.jobs }),
  }
  const tasks = s.drafts.map((draft) => ({ ...taskFor(s.ask, draft, s), highest: null }))
  await checkReadable(
    s.source,
    s.drafts.map((d) => d.source.name),
  )
  const conditions = conditionsOf(s.drafts, (d, sql) => ({ said: `where of ${d.label}`, table: d.source, sql }))
  const scans = await underConditions(s.source, conditions, () => scanTables(from, tasks))
  return { scans, notices: noticesOf(s.drafts, scans) }
}

function conditionsOf(drafts: readonly DraftTable[], condition: (draft: DraftTable, sql: string) => Condition) {
  return drafts.flatMap((d) => (d.where === undefined ? [] : [condition(d, d.where)]))
}

/** A folder of files answers no SQL, whatever the database was that it was written of. */
function asked(source: Schema): Traits {
  const traits = traitsOf(source)
  return source.filed === undefined ? traits : { ...traits, grammar: null, readsInParts: false }
}

/** What questions to this pair of databases depend on. */
export function askContext(shape: ShapeInput): AskContext {
  return {
    from: asked(shape.source),
    to: traitsOf(shape.target),
    dialect: shape.sourceDialect,
    nulInText: shape.can.nulInText,
    indexBytes: shape.can.indexBytes,
  }
}

/** A copy of the schema alone asks only what decides types; a copy that is about to run asks nothing that could not stop or change it. */
function taskFor(
  ask: AskContext,
  draft: DraftTable,
  input: Pick<SurveyInput, 'options' | 'notes' | 'answers'>,
): ScanTask {
  const { options, notes, answers } = input
  const matters = (q: Question) =>
    notes ||
    q.decides ||
    FINDINGS[q.code].effect !== 'note' ||
    (q.column !== null && policyFor(options, q.code, draft.label, q.column.source.name) !== undefined)
  const all = questionsFor(ask, draft).filter(matters)
  const questions = options.schemaOnly ? all.filter((q) => q.decides) : all
  const numbered = draft.columns.find((k) => k.target.identity !== undefined)
  const task = { draft, questions, highest: numbered?.source.name ?? null }
  if (notes || options.sample !== undefined) return task
  return withRows({ ...task, roughly: ask.from.knowsRows }, answers)
}

function decide(
  drafts: readonly DraftTable[],
  scans: ReadonlyMap<string, TableScan>,
  { options, shape }: Pick<SurveyInput, 'options' | 'shape'>,
): { decisions: Decisions; notFlags: Map<string, number> } {
  const notFlags = new Map<string, number>()
  const spelledFlags = new Set(told(shape.source).spelledFlags)
  const nullable = new Set<string>()
  for (const draft of drafts) {
    for (const { question, count } of scans.get(draft.label)?.answers ?? []) {
      const { column } = question
      if (column === null) continue
      const key = columnKey(draft.source.name, column.source.name)
      if (question.decides && question.probe?.kind === 'stored-otherwise') spelledFlags.add(key)
      else if (question.decides) notFlags.set(key, count)
      else if (
        column.rule !== 'existing' &&
        policyFor(options, question.code, draft.label, column.source.name) === 'null'
      )
        nullable.add(key)
    }
  }
  const notBoolean = new Set([...told(shape.source).notBoolean, ...notFlags.keys()])
  return { decisions: { notBoolean, spelledFlags, nullable }, notFlags }
}

const questionKey = (q: Question): string => `${q.column?.source.name ?? ''}\0${q.code}\0${q.predicate}`

/** Only questions that the first shape did not ask are asked; answers to questions that are gone are dropped. */
async function askAgain(
  source: ScanSource,
  ask: AskContext,
  asked: readonly ScanTask[],
  shape: Shape,
  scans: ReadonlyMap<string, TableScan>,
  input: Pick<SurveyInput, 'options' | 'notes' | 'answers'>,
): Promise<Map<string, TableScan>> {
  const known = new Map(asked.map((t) => [t.draft.label, new Set(t.questions.map(questionKey))]))
  const wanted = shape.drafts.map((draft) => taskFor(ask, draft, input))
  const fresh = wanted
    .map((t) => ({
      ...t,
      highest: null,
      questions: t.questions.filter((q) => !known.get(t.draft.label)?.has(questionKey(q))),
    }))
    .filter((t) => t.questions.length > 0)
  const more = fresh.length === 0 ? new Map<string, TableScan>() : await scanned(source, fresh, input.answers)
  return new Map(
    wanted.map((t) => {
      const before = scans.get(t.draft.label) ?? { rows: 0, filtered: 0, answers: [], highest: null }
      const now = new Map(t.questions.map((q) => [questionKey(q), q]))
      const kept = before.answers.flatMap((a) => {
        const question = now.get(questionKey(a.question))
        return question === undefined ? [] : [{ ...a, question }]
      })
      return [t.draft.label, { ...before, answers: [...kept, ...(more.get(t.draft.label)?.answers ?? [])] }]
    }),
  )
}

function noticesOf(drafts: readonly DraftTable[], scans: ReadonlyMap<string, TableScan>): Notice[] {
  return drafts.flatMap((draft) =>
    (scans.get(draft.label)?.answers ?? [])
      .filter((a) => !a.question.decides)
      .map(({ question, count, samples }) => {
        const { code, column, probe, detail } = question
        return { code, draft, column, probe, count, samples, ...(detail !== undefined && { detail }) }
      }),
  )
}

function keyNotice(a: KeyAnswer): Notice {
  return {
    code: a.code,
    draft: a.draft,
    column: a.column,
    probe: null,
    count: a.count,
    samples: a.samples,
    detail: a.key,
  }
}
